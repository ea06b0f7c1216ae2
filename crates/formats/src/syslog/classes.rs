//! The classes of syslog lines: one per set of services, with the fields of all.

use super::programs::Program;
use crate::Catalogue;
use std::sync::Arc;
use watchbell_model::{Class, FieldId, LogSource, PathId, View};

/// Fields of a line, by the path that they stand at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Slot {
    Keywords,
    Host,
    Program,
    ProcessId,
    Message,
    Facility,
    Severity,
    User,
    Action,
    Command,
    TargetUser,
    TargetFilename,
    /// A table's name under cron's spool; becomes a target.
    SpoolName,
    Unit,
    SourceIp,
    SourcePort,
    AuthMethod,
    CurrentDirectory,
    Tty,
    Image,
    CommandLine,
    Uid,
    LoginUser,
}

const SLOTS: u32 = Slot::LoginUser as u32 + 1;

const NAMES: &[(&str, Slot)] = &[
    ("Hostname", Slot::Host),
    ("Computer", Slot::Host),
    ("Program", Slot::Program),
    ("ProcessId", Slot::ProcessId),
    ("Message", Slot::Message),
    ("Facility", Slot::Facility),
    ("Severity", Slot::Severity),
    ("User", Slot::User),
    ("Action", Slot::Action),
    ("Command", Slot::Command),
    ("TargetUser", Slot::TargetUser),
    ("TargetFilename", Slot::TargetFilename),
    ("Unit", Slot::Unit),
    ("SourceIp", Slot::SourceIp),
    ("SourcePort", Slot::SourcePort),
    ("AuthMethod", Slot::AuthMethod),
    ("CurrentDirectory", Slot::CurrentDirectory),
    ("TTY", Slot::Tty),
    ("Image", Slot::Image),
    ("CommandLine", Slot::CommandLine),
    ("Uid", Slot::Uid),
    ("LoginUser", Slot::LoginUser),
];

/// All of them, made once per catalogue.
pub(crate) struct Classes {
    by_program: Vec<(Arc<Class>, bool)>,
    wanted: [bool; SLOTS as usize],
    pub paths: usize,
}

impl Classes {
    pub fn new(catalogue: &Catalogue) -> Self {
        let fields = &catalogue.fields;
        let own = NAMES.iter().filter_map(|(name, slot)| Some((fields.get(name)?, vec![PathId(*slot as u32)])));
        let derived = (SLOTS..).zip(fields.derived()).map(|(path, (id, _))| (id, vec![PathId(path)]));
        let keywords = [(FieldId::KEYWORDS, vec![PathId(Slot::Keywords as u32)])];
        let paths = Arc::new(own.chain(derived).chain(keywords).collect());
        let bind = |(_, services): &(Program, &[&str])| {
            let source = LogSource::new("linux", "", services);
            let keywords = fields.wants_keywords(&source);
            (catalogue.class(vec![View { source, paths: Arc::clone(&paths), ..View::default() }]), keywords)
        };
        let mut wanted = [false; SLOTS as usize];
        for (name, slot) in NAMES {
            wanted[*slot as usize] |= fields.get(name).is_some();
        }
        Self { by_program: Program::ALL.iter().map(bind).collect(), wanted, paths: SLOTS as usize + fields.derived().count() }
    }

    /// The class of a program's lines, and whether its keywords are asked for.
    pub fn of(&self, program: Program) -> (&Class, bool) {
        let (class, keywords) = &self.by_program[program as usize];
        (class, *keywords)
    }

    pub fn wants(&self, slot: Slot) -> bool {
        self.wanted[slot as usize]
    }

    /// Whether any field is asked for that has to be looked for in the message.
    pub fn wants_inner(&self) -> bool {
        (Slot::User as usize..=Slot::Tty as usize).any(|slot| self.wanted[slot])
    }
}
