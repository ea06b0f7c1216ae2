//! The description of `story.yaml` and `ladder.yaml`, and the words that they may use.

use super::describe::{ENTITY, FORMAT_KEY, OUTCOME, PRIORITIES, TEXTS, TUNABLE, may, must, word};
use super::shape::{Document, Key, Record, Shape, Word};

pub const STORY: Document = Document { file: "story.yaml", title: "Story", record: &STORY_RECORD };
pub const LADDER: Document = Document { file: "ladder.yaml", title: "Ladder", record: &LADDER_RECORD };

/// What a fact is to the joins.
pub static ROLES: [Word; 14] = [
    word("process", "a process began"),
    word("process_end", "a process ended"),
    word("logon", "an account came in"),
    word("logoff", "an account left"),
    word("switch", "somebody became somebody else: sudo, su, explicit credentials"),
    word("share", "a share or pipe was used from elsewhere"),
    word("network", "a connection, a name that was asked for, a download"),
    word("file", "a file or registry value was written, moved or removed"),
    word("job", "a job was made, changed or removed"),
    word("run", "a job was started, or ended"),
    word("cloud", "a deed in a cloud or cluster"),
    word("blind", "something that blinds"),
    word("clock", "the clock was set"),
    word("boot", "the machine started: process ids and audit sessions begin anew"),
];

/// Where a fact's entry stands.
pub static CHAPTERS: [Word; 6] = [
    word("entry", "how they got in"),
    word("before", "what ran before"),
    word("fetched", "what was fetched or dropped"),
    word("set_up", "the job"),
    word("after", "what ran from it, and what was cleaned up"),
    word("unseen", "what cannot be seen"),
];

/// The lane of the timeline.
pub static LANES: [Word; 6] = [
    word("logon", "accounts and sessions"),
    word("process", "processes"),
    word("file", "files and registry"),
    word("job", "jobs"),
    word("network", "connections"),
    word("cloud", "clouds and clusters"),
];

/// What an event that blinds does.
pub static GAPS: [Word; 7] = [
    word("log_cleared", "a log was cleared"),
    word("auditing_off", "auditing was switched off, or changed"),
    word("no_command_line", "processes without their command lines"),
    word("records_missing", "records that are not there"),
    word("serial_cut", "an audit event without some of its records"),
    word("silent", "nothing was written for a while"),
    word("clock_step", "the clock was set"),
];

static STORY_RECORD: Record = Record {
    name: "story",
    about: "What happened before and after an alert: the kinds of facts that its story is told from.",
    keys: &[
        FORMAT_KEY,
        may("tunables", Shape::Map(&TUNABLE), "none", "Values that rules and filters name as `%name%` with the modifier `expand`."),
        must("facts", Shape::List(&Shape::Record(&FACT)), "The kinds of facts."),
    ],
};

static FACT: Record = Record {
    name: "fact",
    about: "One kind of fact: which events tell it, what they tell, and in which words.",
    keys: &[
        must("id", Shape::Text, "Unique: lower-case letters, digits and underscores."),
        must("role", Shape::Word(&ROLES), "What it is to the joins."),
        must("chapter", Shape::Word(&CHAPTERS), "Where its entry stands. An alert's own events are always `set_up`, what a job starts is `after`."),
        must("lane", Shape::Word(&LANES), "The lane of the timeline."),
        may("before", Shape::Duration, "1h", "How far before the alert's first event it may matter."),
        may("after", Shape::Duration, "5m", "And how far after its last."),
        may("routine", Shape::Filter, "never", "Says that the fact is the system's own doing; such a fact joins nothing by account."),
        must("rules", Shape::List(&Shape::Rule), "Sigma documents, whose title may be left out; any of them makes the fact."),
        may(
            "values",
            Shape::Record(&VALUES),
            "none",
            "What joins compare and sentences name, each from the fields of the view that matched, as an alert's entities.",
        ),
        may("outcome", Shape::Record(&OUTCOME), "done", "What the evidence says of the deed, as in alerts."),
        may("gap", Shape::Word(&GAPS), "none", "What the event hides, if it blinds."),
        must("says", TEXTS, "Sentences, best first: the first whose names all have a value is said. `{{ name }}`, `{{ host }}`, `{{ job.command }}`."),
    ],
};

const fn value(name: &'static str, about: &'static str) -> Key {
    may(name, ENTITY, "none", about)
}

static VALUES: Record = Record { name: "values", about: "The values of a fact, under names that mean the same whatever log it stands in.", keys: NAMES };

/// The names that a fact's values may have.
pub fn names() -> impl Iterator<Item = &'static str> {
    NAMES.iter().map(|key| key.name)
}

static NAMES: &[Key] = &[
    value("user", "The account that did it: `DOMAIN\\name` or `name`."),
    value("login_user", "Linux: the account that logged in, whatever it has become since."),
    value("target_user", "The account that it was done to, or that something will run as."),
    value("logon", "Windows: the logon session; Linux: the audit session."),
    value("target_logon", "A second logon session that the event ties to the first: the new one, the linked one."),
    value("logon_type", "Windows: the type of the logon."),
    value("address", "Where it came from or went to."),
    value("port", "The port of the address."),
    value("workstation", "The name of the machine it came from."),
    value("target_host", "Another machine that it was done to."),
    value("process_guid", "The process that did it, as Sysmon names it."),
    value("pid", "The process that did it."),
    value("parent_guid", "The process' parent, as Sysmon names it."),
    value("parent_pid", "The process' parent."),
    value("image", "The program of the process."),
    value("command", "The command line of the process."),
    value("parent_image", "The program of the parent."),
    value("parent_command", "The command line of the parent."),
    value("file", "The file that was written, moved or removed."),
    value("source_file", "The name that a file had before."),
    value("key", "A registry key or value."),
    value("share", "The share that was used."),
    value("pipe", "The pipe, or the name within a share."),
    value("url", "The address of a resource that was fetched."),
    value("job_name", "The job's name."),
    value("action", "What a job runs, where the event says it."),
    value("result", "How it ended: a code or a word."),
    value("correlation", "The id that ties the events of one deed."),
    value("resource", "Cloud and Kubernetes: what it was done to."),
    value("operation", "Cloud and Kubernetes: what was done."),
    value("agent", "The program by which it was asked for."),
    value("service", "The service or application."),
    value("channel", "The log that it concerns."),
    value("record", "The number or type of the record."),
    value("message", "The text of the record."),
    value("syscall", "Linux: the system call."),
    value("terminal", "The terminal of the session."),
];

static LADDER_RECORD: Record = Record {
    name: "ladder",
    about: "How far somebody got: the steps of the pack's technique, and what is evidence of each.",
    keys: &[
        FORMAT_KEY,
        must("technique", Shape::Text, "The ATT&CK technique."),
        may("within", Shape::Duration, "1d", "Evidence this far from an alert counts for its ladder."),
        must("steps", Shape::Record(&STEPS), "Evidence of each step. The outcome is the alert's, or the fact's own."),
        may("priority", Shape::Record(&RAISED), "none", "What an alert's priority is raised to once a step is done; never lowered."),
    ],
};

const fn step(name: &'static str, about: &'static str) -> Key {
    may(name, Shape::Record(&STEP), "no evidence", about)
}

static STEPS: Record = Record {
    name: "steps",
    about: "From the first to the last.",
    keys: &[
        step("look", "They looked at what is there."),
        step("reach", "They came to the machine, or to what can make jobs on it."),
        step("write", "The job, or what it runs, was written."),
        step("arm", "It was switched on, linked, or given a time."),
        step("run", "It ran."),
        step("clean_up", "Traces were removed."),
    ],
};

static STEP: Record = Record {
    name: "step",
    about: "Evidence of a step.",
    keys: &[may("alerts", TEXTS, "none", "Names of the pack's alerts."), may("facts", TEXTS, "none", "Ids of the facts of `story.yaml`.")],
};

const fn raised(name: &'static str) -> Key {
    may(name, Shape::Word(&PRIORITIES), "not raised", "Once this step is done.")
}

static RAISED: Record = Record {
    name: "raised",
    about: "A priority for each step.",
    keys: &[raised("look"), raised("reach"), raised("write"), raised("arm"), raised("run"), raised("clean_up")],
};
