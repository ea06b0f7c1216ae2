//! The classes of audit events: one per kind of deed, and one per type of record.

use super::keys::{Keys, asked};
use crate::Catalogue;
use std::sync::Arc;
use watchbell_model::{Class, FieldId, FieldTable, LogSource, PathId, STAMP, View};

/// What a serial is, besides its records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Deed {
    Started,
    Appeared,
    Renamed,
    Deleted,
    Changed,
    Denied,
    Connected,
}

const CATEGORIES: [&str; 7] = ["process_creation", "file_event", "file_rename", "file_delete", "file_change", "file_denied", "network_connection"];

/// Fields of the views of a serial, by the path that they stand at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Slot {
    Image,
    Comm,
    CommandLine,
    CurrentDirectory,
    ProcessId,
    ParentProcessId,
    Auid,
    Uid,
    Euid,
    Gid,
    Ses,
    Tty,
    User,
    LoginUser,
    Watch,
    Syscall,
    Success,
    Exit,
    Computer,
    TargetFilename,
    SourceFilename,
    ParentFolder,
    Name,
    NameType,
    Inode,
    Ouid,
    Mode,
    OpenFlags,
    ParentImage,
    ParentCommandLine,
    Replaced,
    DestinationIp,
    DestinationPort,
}

const SLOTS: u32 = Slot::DestinationPort as u32 + 1;

/// Field names as rules write them; several may mean one thing.
const NAMES: &[(&str, Slot)] = &[
    ("Image", Slot::Image),
    ("exe", Slot::Image),
    ("comm", Slot::Comm),
    ("CommandLine", Slot::CommandLine),
    ("CurrentDirectory", Slot::CurrentDirectory),
    ("cwd", Slot::CurrentDirectory),
    ("ProcessId", Slot::ProcessId),
    ("pid", Slot::ProcessId),
    ("ParentImage", Slot::ParentImage),
    ("ParentCommandLine", Slot::ParentCommandLine),
    ("ParentProcessId", Slot::ParentProcessId),
    ("ppid", Slot::ParentProcessId),
    ("auid", Slot::Auid),
    ("uid", Slot::Uid),
    ("euid", Slot::Euid),
    ("gid", Slot::Gid),
    ("ses", Slot::Ses),
    ("tty", Slot::Tty),
    ("User", Slot::User),
    ("LoginUser", Slot::LoginUser),
    ("LogonUser", Slot::LoginUser),
    ("key", Slot::Watch),
    ("syscall", Slot::Syscall),
    ("SYSCALL", Slot::Syscall),
    ("success", Slot::Success),
    ("exit", Slot::Exit),
    ("Computer", Slot::Computer),
    ("Hostname", Slot::Computer),
    ("TargetFilename", Slot::TargetFilename),
    ("SourceFilename", Slot::SourceFilename),
    ("ParentFolder", Slot::ParentFolder),
    ("name", Slot::Name),
    ("nametype", Slot::NameType),
    ("inode", Slot::Inode),
    ("ouid", Slot::Ouid),
    ("mode", Slot::Mode),
    ("OpenFlags", Slot::OpenFlags),
    ("Replaced", Slot::Replaced),
    ("DestinationIp", Slot::DestinationIp),
    ("DestinationPort", Slot::DestinationPort),
];

/// Types of records that have a class of their own, whose type is a constant.
const TYPES: &[&str] = &[
    "SYSCALL",
    "PATH",
    "CWD",
    "EXECVE",
    "PROCTITLE",
    "SOCKADDR",
    "AVC",
    "LOGIN",
    "CONFIG_CHANGE",
    "USER_CMD",
    "USER_AUTH",
    "USER_ACCT",
    "USER_LOGIN",
    "USER_START",
    "USER_END",
    "CRED_ACQ",
    "CRED_DISP",
    "CRED_REFR",
    "ADD_USER",
    "DEL_USER",
    "ADD_GROUP",
    "SERVICE_START",
    "SERVICE_STOP",
    "BPRM_FCAPS",
    "TTY",
    "USER_TTY",
];

/// A class and whether its keywords are asked for.
pub(crate) struct Bound {
    pub class: Arc<Class>,
    pub keywords: Option<PathId>,
    pub paths: usize,
    /// Where the type is no constant: where it stands.
    pub kind: Option<PathId>,
}

/// All of them, made once per catalogue.
pub(crate) struct Classes {
    pub keys: Keys,
    deeds: Vec<Bound>,
    types: Vec<(&'static str, Bound)>,
    other: Bound,
    wanted: [bool; SLOTS as usize],
    pub computer: Option<PathId>,
    pub syscall_name: Option<PathId>,
    /// Of a serial's first record: time and number, `1795493743.357:386`.
    pub stamp: Option<PathId>,
    /// Of a record: who logged in.
    pub login: Option<PathId>,
}

impl Classes {
    pub fn new(catalogue: &Catalogue) -> Self {
        let fields = &catalogue.fields;
        let kind = fields.get("type");
        let record = record_view(fields);
        let typed = |name: &&'static str| (*name, bind_record(catalogue, &record, kind, Some(name)));
        let types = TYPES.iter().map(typed).collect();
        let mut wanted = [false; SLOTS as usize];
        for (name, slot) in NAMES {
            wanted[*slot as usize] |= fields.get(name).is_some();
        }
        Self {
            keys: Keys::new(fields),
            deeds: deeds(catalogue),
            types,
            other: bind_record(catalogue, &record, kind, None),
            wanted,
            computer: fields.get("Computer").map(|id| PathId(id.0)),
            syscall_name: fields.get("SYSCALL").map(|id| PathId(id.0)),
            stamp: fields.get(STAMP).map(|id| PathId(id.0)),
            login: fields.get("LoginUser").map(|id| PathId(id.0)),
        }
    }

    pub fn deed(&self, deed: Deed) -> &Bound {
        &self.deeds[deed as usize]
    }

    pub fn record(&self, kind: &[u8]) -> &Bound {
        self.types.iter().find(|(name, _)| name.as_bytes() == kind).map_or(&self.other, |(_, bound)| bound)
    }

    pub fn wants(&self, slot: Slot) -> bool {
        self.wanted[slot as usize]
    }
}

/// The view of a record: every name that a record may have, at the path of the field's own number.
fn record_view(fields: &FieldTable) -> View {
    let own = asked(fields).map(|(path, _)| (FieldId(path.0), vec![path]));
    let more = fields
        .derived()
        .map(|(id, _)| id)
        .chain(["Computer", "LoginUser", STAMP].into_iter().filter_map(|name| fields.get(name)))
        .chain([FieldId::KEYWORDS])
        .map(|id| (id, vec![PathId(id.0)]));
    View { source: LogSource::new("linux", "", &["auditd"]), paths: Arc::new(own.chain(more).collect()), ..View::default() }
}

fn bind_record(catalogue: &Catalogue, view: &View, kind: Option<FieldId>, name: Option<&str>) -> Bound {
    let mut view = view.clone();
    if let (Some(kind), Some(name)) = (kind, name) {
        view.constants.insert(kind, name.to_owned());
    }
    let keywords = catalogue.fields.wants_keywords(&view.source).then_some(PathId(FieldId::KEYWORDS.0));
    let kind = if name.is_none() { kind.map(|id| PathId(id.0)) } else { None };
    Bound { class: catalogue.class(vec![view]), keywords, paths: catalogue.fields.len(), kind }
}

fn deeds(catalogue: &Catalogue) -> Vec<Bound> {
    let fields = &catalogue.fields;
    let own = NAMES.iter().filter_map(|(name, slot)| Some((fields.get(name)?, vec![PathId(*slot as u32)])));
    let derived = (SLOTS + 1..).zip(fields.derived()).map(|(path, (id, _))| (id, vec![PathId(path)]));
    let paths = Arc::new(own.chain(derived).chain([(FieldId::KEYWORDS, vec![PathId(SLOTS)])]).collect());
    let bind = |category: &&str| {
        let source = LogSource::new("linux", category, &["auditd"]);
        let keywords = fields.wants_keywords(&source).then_some(PathId(SLOTS));
        let view = View { source, paths: Arc::clone(&paths), ..View::default() };
        Bound { class: catalogue.class(vec![view]), keywords, paths: SLOTS as usize + 1 + fields.derived().count(), kind: None }
    };
    CATEGORIES.iter().map(bind).collect()
}
