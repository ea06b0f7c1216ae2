//! The fields of a journal entry that are of use, whatever the entry was written in.

/// Fields by their place in [`Fields`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Field {
    Cursor,
    Received,
    Sent,
    Message,
    Identifier,
    Comm,
    Pid,
    SyslogPid,
    Host,
    Exe,
    CommandLine,
    Uid,
    LoginUid,
    Priority,
    Facility,
    Unit,
    UserUnit,
    Transport,
    AuditType,
    AuditId,
}

const NAMES: [(&str, Field); 20] = [
    ("__CURSOR", Field::Cursor),
    ("__REALTIME_TIMESTAMP", Field::Received),
    ("_SOURCE_REALTIME_TIMESTAMP", Field::Sent),
    ("MESSAGE", Field::Message),
    ("SYSLOG_IDENTIFIER", Field::Identifier),
    ("_COMM", Field::Comm),
    ("_PID", Field::Pid),
    ("SYSLOG_PID", Field::SyslogPid),
    ("_HOSTNAME", Field::Host),
    ("_EXE", Field::Exe),
    ("_CMDLINE", Field::CommandLine),
    ("_UID", Field::Uid),
    ("_AUDIT_LOGINUID", Field::LoginUid),
    ("PRIORITY", Field::Priority),
    ("SYSLOG_FACILITY", Field::Facility),
    ("UNIT", Field::Unit),
    ("USER_UNIT", Field::UserUnit),
    ("_TRANSPORT", Field::Transport),
    ("_AUDIT_TYPE", Field::AuditType),
    ("_AUDIT_ID", Field::AuditId),
];

/// Values; of a field that comes twice the first.
#[derive(Clone, Copy, Default)]
pub(crate) struct Fields<'a>([Option<&'a [u8]>; NAMES.len()]);

impl<'a> Fields<'a> {
    pub fn get(&self, field: Field) -> Option<&'a [u8]> {
        self.0[field as usize].filter(|value| !value.is_empty())
    }

    pub fn number(&self, field: Field) -> Option<i64> {
        std::str::from_utf8(self.get(field)?).ok()?.parse().ok()
    }

    pub fn set(&mut self, field: Field, value: &'a [u8]) {
        let place = &mut self.0[field as usize];
        *place = place.or(Some(value));
    }
}

/// The field of that name, if it is of use.
pub(crate) fn of_use(name: &[u8]) -> Option<Field> {
    NAMES.iter().find(|(known, _)| known.as_bytes() == name).map(|(_, field)| *field)
}
