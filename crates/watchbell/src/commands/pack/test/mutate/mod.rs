//! Mutations of a sample: the same deed in another schema, another spelling, another wrapping. What fired must fire again.

mod azure;
mod command_line;
mod content;
mod kubernetes;
mod linux;
mod message;
mod process;
mod read;
mod schemas;
mod syslog;
mod windows;
mod xml;

use super::scan;
use read::{File, Lines};
use std::collections::BTreeSet;
use std::sync::Arc;
use watchbell_alerts::{EventRef, Triggered};
use watchbell_model::Outcome;
use watchbell_pipeline::Definitions;

/// One way to write a log file anew. `None`: it says nothing about this file.
pub struct Mutation {
    pub name: &'static str,
    pub apply: fn(&File) -> Option<Rewritten>,
    /// Whether the new event tells less: by another's command line, by numbers for names. What was done may then be a try.
    pub may_be_tried: bool,
}

impl Mutation {
    pub const fn new(name: &'static str, apply: fn(&File) -> Option<Rewritten>) -> Self {
        Self { name, apply, may_be_tried: false }
    }

    pub const fn weaker(name: &'static str, apply: fn(&File) -> Option<Rewritten>) -> Self {
        Self { name, apply, may_be_tried: true }
    }
}

/// Every mutation; a kind is one more list.
const ALL: &[&[Mutation]] =
    &[schemas::MUTATIONS, process::MUTATIONS, content::MUTATIONS, linux::MUTATIONS, syslog::MUTATIONS, azure::MUTATIONS, kubernetes::MUTATIONS];

/// Larger files are left as they are.
const LONGEST: usize = 1 << 20;

/// A file's new text, and where each of its lines comes from.
pub struct Rewritten {
    pub text: Vec<u8>,
    pub lines: Vec<Line>,
}

/// The first of the original's lines that a line stands for, and whether it says anything in another way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    pub original: u64,
    pub changed: bool,
}

/// How a sample's mutations ended. Each counts once for each alert and each changed event that it fired for.
#[derive(Default)]
pub struct Trial {
    pub fire: usize,
    pub silent: Vec<Silent>,
}

/// What fired before, and does not after a mutation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silent {
    pub mutation: &'static str,
    pub alert: String,
    pub outcome: &'static str,
    pub file: String,
    pub line: u64,
}

impl std::fmt::Display for Silent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { mutation, alert, outcome, file, line } = self;
        write!(f, "{mutation}: {alert} ({outcome}), {file}:{line}")
    }
}

/// An alert at an event, as it fired before any mutation.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Fired {
    file: String,
    lines: Lines,
    alert: String,
    outcome: &'static str,
}

/// Runs every mutation that fits a sample's logs against what they fired as they are.
pub fn run(logs: &[(String, Vec<u8>)], before: &[Triggered], definitions: &Arc<Definitions>) -> Trial {
    let fired: BTreeSet<Fired> = before.iter().flat_map(|alert| alert.events.iter().map(|event| Fired::new(alert, event))).collect();
    let mut trial = Trial::default();
    let small = logs.iter().filter(|(_, bytes)| bytes.len() <= LONGEST);
    let files: Vec<File> = small.filter(|(name, _)| fired.iter().any(|f| f.file == *name)).map(|(name, bytes)| File::read(name, bytes, definitions)).collect();
    for mutation in ALL.iter().copied().flatten() {
        for file in &files {
            if let Some(rewritten) = (mutation.apply)(file).filter(|new| new.lines.iter().any(|line| line.changed)) {
                one(mutation, file, &rewritten, logs, &fired, definitions, &mut trial);
            }
        }
    }
    trial
}

fn one(
    mutation: &Mutation,
    file: &File,
    new: &Rewritten,
    logs: &[(String, Vec<u8>)],
    fired: &BTreeSet<Fired>,
    definitions: &Arc<Definitions>,
    trial: &mut Trial,
) {
    let with = |(name, bytes): &(String, Vec<u8>)| (name.clone(), if *name == file.name { new.text.clone() } else { bytes.clone() });
    let after = scan(logs.iter().map(with).collect(), definitions).alerts;
    for before in fired.iter().filter(|before| before.file == file.name && new.changes(before.lines)) {
        if after.iter().any(|alert| before.again(alert, mutation, new)) {
            trial.fire += 1;
        } else {
            let Fired { file, lines, alert, outcome } = before;
            trial.silent.push(Silent { mutation: mutation.name, alert: alert.clone(), outcome, file: file.clone(), line: lines.0 });
        }
    }
}

impl Rewritten {
    /// One line of text for each.
    pub fn of(lines: impl IntoIterator<Item = (Vec<u8>, Line)>) -> Self {
        let mut new = Self { text: Vec::new(), lines: Vec::new() };
        for (text, line) in lines {
            new.text.extend(text.iter().map(|b| if *b == b'\n' { b' ' } else { *b }));
            new.text.push(b'\n');
            new.lines.push(line);
        }
        new
    }

    fn changes(&self, (first, last): Lines) -> bool {
        self.lines.iter().any(|line| line.changed && (first..=last).contains(&line.original))
    }

    /// Where an event of the new text stood before.
    fn original(&self, event: &EventRef) -> Option<u64> {
        let index = usize::try_from(event.lines?.0).ok()?.checked_sub(1)?;
        self.lines.get(index).map(|line| line.original)
    }
}

impl Fired {
    fn new(alert: &Triggered, event: &EventRef) -> Self {
        let lines = event.lines.or(event.record.map(|n| (n, n))).unwrap_or_default();
        Self { file: event.file.to_string(), lines, alert: alert.definition.name.clone(), outcome: alert.outcome.word() }
    }

    fn again(&self, alert: &Triggered, mutation: &Mutation, new: &Rewritten) -> bool {
        let (first, last) = self.lines;
        let outcome = alert.outcome.word();
        let told = outcome == self.outcome || (mutation.may_be_tried && outcome == Outcome::Tried.word());
        let mut places = alert.events.iter().filter(|event| *event.file == *self.file).filter_map(|event| new.original(event));
        alert.definition.name == self.alert && told && places.any(|place| (first..=last).contains(&place))
    }
}
