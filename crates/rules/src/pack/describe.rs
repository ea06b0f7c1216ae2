//! The pack's documents, described once: here `pack.yaml`, `alerts/<Name>.yaml` and `samples/<case>/expect.yaml`.

use super::shape::{Document, Key, Need, Record, Shape, Word};
use super::story_words::{LADDER, STORY};

pub const PACK: Document = Document { file: "pack.yaml", title: "Pack", record: &PACK_RECORD };
pub const ALERT: Document = Document { file: "alerts/<Name>.yaml", title: "Alert", record: &ALERT_RECORD };
pub const EXPECT: Document = Document { file: "samples/<case>/expect.yaml", title: "Sample", record: &EXPECT_RECORD };
/// In the order of [`super::Which`].
pub const DOCUMENTS: [Document; 5] = [PACK, ALERT, EXPECT, STORY, LADDER];

/// The format that this version reads.
pub const FORMAT: i64 = 1;

pub(super) const fn must(name: &'static str, shape: Shape, about: &'static str) -> Key {
    Key { name, shape, need: Need::Must, about }
}

const fn should(name: &'static str, shape: Shape, about: &'static str) -> Key {
    Key { name, shape, need: Need::Should, about }
}

pub(super) const fn may(name: &'static str, shape: Shape, default: &'static str, about: &'static str) -> Key {
    Key { name, shape, need: Need::May(default), about }
}

pub(super) const fn word(word: &'static str, about: &'static str) -> Word {
    Word { word, about }
}

pub(super) const TEXTS: Shape = Shape::List(&Shape::Text);
pub(super) const FORMAT_KEY: Key = must("format", Shape::Integer { least: FORMAT, most: FORMAT }, "The format of this file: 1.");
const COUNT: Shape = Shape::Integer { least: 1, most: i64::MAX };

static PACK_RECORD: Record = Record {
    name: "pack",
    about: "What a pack is, in `pack.yaml` at its top.",
    keys: &[
        FORMAT_KEY,
        must("id", Shape::Text, "The pack's name for machines: lower-case letters, digits and hyphens, the same as the name of its folder."),
        must("name", Shape::Text, "The pack's name for people."),
        must("version", Shape::Version, "Semantic version of the pack."),
        should("summary", Shape::Text, "One sentence for the card in the catalogue."),
        should("description", Shape::Text, "What the pack detects, how, and what it does not."),
        should("authors", TEXTS, "Who wrote it."),
        should("licence", Shape::Text, "SPDX expression of the pack's licence."),
        should("attack", TEXTS, "Every ATT&CK technique and tactic that the pack covers."),
        may("technologies", TEXTS, "none", "Products and systems whose logs it reads."),
        may("categories", TEXTS, "none", "Under which headings the catalogue lists it."),
        should("changes", Shape::List(&Shape::Record(&CHANGE)), "What changed in each version, newest first."),
    ],
};

static CHANGE: Record = Record {
    name: "change",
    about: "One version of the pack.",
    keys: &[
        must("version", Shape::Version, "The version."),
        must("date", Shape::Date, "The day it was published."),
        must("text", Shape::Text, "What a user has to know about it."),
    ],
};

static ALERT_RECORD: Record = Record {
    name: "alert",
    about: "Everything about one alert. The file's name is the alert's name with `.yaml`.",
    keys: &[
        FORMAT_KEY,
        must("id", Shape::Uuid, "The alert's identity for ever: overlays and history hang on it, whatever the name."),
        must("name", Shape::Text, "Letters and digits; unique within the pack, upper and lower case being the same."),
        may("renamed_from", TEXTS, "none", "Earlier names of this alert."),
        must("title", Shape::Text, "One line for people."),
        should("category", Shape::Text, "Category and subcategory: `Windows / Persistence`."),
        should("references", TEXTS, "Addresses of what the alert was written from."),
        should("attack", TEXTS, "ATT&CK ids, the sub-technique first, then tactics."),
        must("priority", Shape::Word(&PRIORITIES), "How loud a triggered alert is."),
        should("priority_reason", Shape::Text, "Why it has this priority."),
        should("summary", Shape::Text, "One line for a triggered alert, with `{{ entity }}` or `{{ job.command }}`; what is absent shows as `?`."),
        should("description", Shape::Text, "What it means, for somebody who is woken by it."),
        should("triage", TEXTS, "Questions to answer, in order."),
        should("false_positives", TEXTS, "What else looks like this."),
        should("respond", TEXTS, "Ready commands with `{{ entity }}` in them. They are shown, never run."),
        should("needs", Shape::List(&Shape::Record(&NEED)), "What logs it needs, and how to switch them on."),
        must("rules", Shape::List(&Shape::Rule), "Sigma documents, each valid by itself; correlations too."),
        may("exceptions", Shape::List(&Shape::Record(&EXCEPTION)), "none", "Known noise, held back after the match, and counted."),
        may("tunables", Shape::Map(&TUNABLE), "none", "Values that rules and filters name as `%name%` with the modifier `expand`."),
        may("story", Shape::Text, "default", "Which recipe tells what came before."),
        should("entities", Shape::Map(&ENTITY), "Who and what is concerned, each from the fields of the view that matched."),
        may("outcome", Shape::Record(&OUTCOME), "done", "What the evidence says of the deed; the first of `failed`, `tried` that holds, else `default`."),
        may("trigger", Shape::Choice(TRIGGERS), "each", "How matches become triggered alerts."),
        may("fold", Shape::Record(&FOLD), "every occurrence by itself", "Which occurrences join one triggered alert."),
    ],
};

pub(super) static PRIORITIES: [Word; 5] = [
    word("very low", "number 0, a trace for stories and ladders; nobody is told"),
    word("low", "number 3, look at it when there is time"),
    word("normal", "number 5, look at it today"),
    word("high", "number 7, look at it now"),
    word("very high", "number 10, wake somebody"),
];

static NEED: Record = Record {
    name: "need",
    about: "One data source.",
    keys: &[
        must("source", Shape::Text, "The log source: product, then category or service: `windows/process_creation`."),
        may("required", Shape::Switch, "true", "Whether the alert is blind without it."),
        may("any_of", Shape::List(&Shape::Record(&EVIDENCE)), "any event of the source", "Events of which one kind is enough."),
        should("enable", TEXTS, "Commands and settings that switch it on."),
    ],
};

static EVIDENCE: Record = Record {
    name: "evidence",
    about: "A kind of event.",
    keys: &[
        may("channel", Shape::Text, "any", "Windows: the channel."),
        may("event_id", EVENT_IDS, "any", "Windows: the event id, or a list of them."),
        may("record", TEXT_OR_TEXTS, "any", "Linux audit: the record type, or a list of them."),
        may("program", TEXT_OR_TEXTS, "any", "Syslog: the program, or a list of them."),
        may("operation", TEXT_OR_TEXTS, "any", "Cloud and Kubernetes: the operation, or a list of them."),
        may("fields", TEXTS, "none", "Fields that must be filled."),
    ],
};

const EVENT_ID: Shape = Shape::Integer { least: 0, most: 65_535 };
const EVENT_IDS: Shape = Shape::OneOrMany { of: &EVENT_ID, or: None };
const TEXT_OR_TEXTS: Shape = Shape::OneOrMany { of: &Shape::Text, or: None };
pub(super) const TUNABLE: Shape = TEXT_OR_TEXTS;

static EXCEPTION: Record = Record {
    name: "exception",
    about: "Known noise. Asked of the view that matched, after the match.",
    keys: &[
        must("id", Shape::Text, "Short name within the alert: lower-case letters, digits and hyphens."),
        must("reason", Shape::Text, "Why this is noise, and why it is no way round."),
        must("filter", Shape::Filter, "What it holds back."),
        may("default", Shape::Switch, "on", "Whether it is on until somebody decides otherwise."),
    ],
};

pub(super) const ENTITY: Shape = Shape::OneOrMany { of: &Shape::Text, or: Some(&CUT) };

static CUT: Record = Record {
    name: "cut",
    about: "How an entity is read: a field, a list of fields of which the first that has a value counts, or a value cut out of fields by these keys.",
    keys: &[
        must("from", TEXT_OR_TEXTS, "The field, or fields; the first in which the expression is found counts."),
        must("regex", Shape::Text, "A regular expression with a group `(?<v>...)`."),
    ],
};

pub(super) static OUTCOME: Record = Record {
    name: "outcome",
    about: "What the evidence says of the deed.",
    keys: &[
        may("default", Shape::Word(&OUTCOMES), "done", "If no filter holds."),
        may("failed", Shape::Filter, "never", "The event says that it did not work."),
        may("tried", Shape::Filter, "never", "The evidence does not tell: a command line alone, a lost SYSCALL."),
    ],
};

static OUTCOMES: [Word; 3] =
    [word("done", "the deed was done"), word("failed", "the event says that it did not work"), word("tried", "the evidence does not tell")];

static FOLD: Record = Record {
    name: "fold",
    about: "Occurrences with the same key, in the same stretch of time, are one triggered alert with a count.",
    keys: &[
        must("by", TEXTS, "Entities that make the key."),
        must("within", Shape::Duration, "The length of a stretch; stretches are aligned to 1970-01-01."),
        may("outcome", Shape::Word(&FOLD_OUTCOMES), "part of the key", "`worst`: all outcomes in one triggered alert, which shows the worst."),
    ],
};

static FOLD_OUTCOMES: [Word; 1] = [word("worst", "the outcome is no part of the key: the triggered alert shows the worst")];

/// In the order of the type [`super::Trigger`].
pub(crate) static TRIGGERS: &[Key] = &[
    may("each", Shape::Record(&EACH), "", "Every match."),
    may("several", Shape::Record(&SEVERAL), "", "More than `threshold` matches of a group within `period`; then counting starts anew."),
    may("low", Shape::Record(&LOW), "", "No more than `threshold` matches in a period; silence too."),
    may("rolling", Shape::Record(&ROLLING), "", "Each group with more than `threshold` matches in the last `look_back`, asked every `every`."),
    may("deviation", Shape::Record(&CHANGE_BY), "", "A group differs from the median of all groups in the same period."),
    may("gradient", Shape::Record(&CHANGE_BY), "", "A group differs from its own value in the previous period that has data."),
    may("ladder", Shape::Record(&ATTEMPTS), "", "Somebody tried several steps of the pack's ladder and got none done. Such an alert has no rules."),
];

const BY: Key = may("by", TEXTS, "one group for all", "Entities that make a group.");
const PERIOD: Key = must("period", Shape::Duration, "How long a period is.");
const ALIGNED: Key = must("period", Shape::Duration, "How long a period is; periods are aligned to 1970-01-01.");
const FROM_NONE: Shape = Shape::Integer { least: 0, most: i64::MAX };

static EACH: Record = Record { name: "each", about: "Nothing to say.", keys: &[] };
static SEVERAL: Record = Record {
    name: "several",
    about: "Too many in a period.",
    keys: &[PERIOD, must("threshold", Shape::Integer { least: 1, most: 100_000 }, "It fires at the match after so many."), BY],
};
static LOW: Record = Record {
    name: "low",
    about: "Too few in a period.",
    keys: &[ALIGNED, must("threshold", FROM_NONE, "It fires if there are no more than so many; 0: only silence."), BY],
};
static ROLLING: Record = Record {
    name: "rolling",
    about: "Asked again and again.",
    keys: &[
        must("every", Shape::Duration, "How often to ask; aligned to 1970-01-01."),
        must("look_back", Shape::Duration, "How far to look back; at most a thousand times `every`."),
        must("threshold", FROM_NONE, "A group fires if there are more than so many; 0: each group with a match."),
        BY,
    ],
};
static ATTEMPTS: Record = Record {
    name: "attempts",
    about: "Attempts alone.",
    keys: &[
        must("steps", Shape::Integer { least: 1, most: 6 }, "On so many steps of the ladder there is evidence, and none of it is done."),
        must("within", Shape::Duration, "From the first of it to the last."),
    ],
};
static CHANGE_BY: Record = Record {
    name: "change_by",
    about: "A difference: either `absolute` or `percent`.",
    keys: &[
        ALIGNED,
        may("absolute", Shape::Number, "not asked", "Differs by more than so much."),
        may("percent", Shape::Number, "not asked", "Differs by more than so many per cent."),
        may("value", Shape::Record(&MEASURED), "the number of matches", "What of a group is compared."),
        BY,
    ],
};
static MEASURED: Record = Record {
    name: "measured",
    about: "Numbers of a field, made one. Matches without a number there do not count.",
    keys: &[must("of", Shape::Text, "The field."), must("by", Shape::Word(&AGGREGATES), "How.")],
};
static AGGREGATES: [Word; 4] = [word("min", "the least"), word("max", "the greatest"), word("sum", "the sum"), word("avg", "the mean")];

static EXPECT_RECORD: Record = Record {
    name: "sample",
    about: "What the log files of this folder must raise, and what must stay silent.",
    keys: &[
        must("title", Shape::Text, "What happens in it."),
        may("recorded", Shape::Text, "not recorded", "How and where it was recorded. Either this or `written`."),
        may("written", Shape::Text, "not written", "From which documented shape it was written by hand. Either this or `recorded`."),
        may("files", TEXTS, "all other files of the folder", "The log files, as paths within the folder."),
        may("expect", Shape::List(&Shape::Record(&EXPECTED)), "none", "Triggered alerts that must come out."),
        may("silent", TEXTS, "none", "Alerts that must not fire."),
        may("only", Shape::Switch, "false", "Whether nothing but `expect` may fire."),
        may("show_excepted", TEXTS, "none", "Exceptions, as `Alert/exception-id`, that must have held something back."),
    ],
};

static EXPECTED: Record = Record {
    name: "expected",
    about: "One triggered alert.",
    keys: &[
        must("alert", Shape::Text, "The alert's name."),
        may("outcome", Shape::Word(&OUTCOMES), "any", "Its outcome."),
        may("count", COUNT, "any", "How many events are folded in it."),
        may("priority", Shape::Word(&PRIORITIES), "any", "Its priority."),
        may("entities", Shape::Map(&Shape::Text), "any", "Entities and the values they must have; others may be there."),
        may("line", COUNT, "any", "A line of the file that belongs to one of its events."),
        may("record", COUNT, "any", "The EVTX record number of one of its events."),
    ],
};
