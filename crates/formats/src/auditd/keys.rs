//! Field names of records looked up at the cost of one probe: which the decoder needs itself, and which rules ask for.

use watchbell_model::{FieldTable, PathId};

/// Fields that the decoder itself needs, by their place in [`Known`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Key {
    Arch,
    Syscall,
    Success,
    Exit,
    A0,
    A1,
    A2,
    A3,
    Items,
    Ppid,
    Pid,
    Auid,
    Uid,
    Gid,
    Euid,
    Tty,
    Ses,
    Comm,
    Exe,
    Watch,
    Cwd,
    Item,
    Name,
    Inode,
    Dev,
    Mode,
    Ouid,
    NameType,
    Title,
    OpenFlags,
    UringOp,
    AuidName,
    UidName,
    SyscallName,
    OuidName,
    Saddr,
}

const KNOWN: &[(&str, Key)] = &[
    ("arch", Key::Arch),
    ("syscall", Key::Syscall),
    ("success", Key::Success),
    ("exit", Key::Exit),
    ("a0", Key::A0),
    ("a1", Key::A1),
    ("a2", Key::A2),
    ("a3", Key::A3),
    ("items", Key::Items),
    ("ppid", Key::Ppid),
    ("pid", Key::Pid),
    ("auid", Key::Auid),
    ("uid", Key::Uid),
    ("gid", Key::Gid),
    ("euid", Key::Euid),
    ("tty", Key::Tty),
    ("ses", Key::Ses),
    ("comm", Key::Comm),
    ("exe", Key::Exe),
    ("key", Key::Watch),
    ("cwd", Key::Cwd),
    ("item", Key::Item),
    ("name", Key::Name),
    ("inode", Key::Inode),
    ("dev", Key::Dev),
    ("mode", Key::Mode),
    ("ouid", Key::Ouid),
    ("nametype", Key::NameType),
    ("objtype", Key::NameType),
    ("proctitle", Key::Title),
    ("oflag", Key::OpenFlags),
    ("uring_op", Key::UringOp),
    ("AUID", Key::AuidName),
    ("UID", Key::UidName),
    ("SYSCALL", Key::SyscallName),
    ("OUID", Key::OuidName),
    ("saddr", Key::Saddr),
];

/// Fields whose unquoted value is hex of what the kernel or a program does not trust.
const UNTRUSTED: &[&str] = &["name", "comm", "exe", "cwd", "key", "cmd", "acct", "path", "file", "dir", "data", "grp", "new_group", "vm", "ocomm"];

pub(crate) fn is_untrusted(name: &[u8]) -> bool {
    name == b"proctitle" || UNTRUSTED.iter().any(|known| known.as_bytes() == name)
}

/// The values of the fields that the decoder needs, of one record; empty where there is none.
#[derive(Clone, Copy)]
pub(crate) struct Known<'a>([&'a [u8]; KNOWN.len()]);

impl<'a> Known<'a> {
    pub fn new() -> Self {
        Self([&[]; KNOWN.len()])
    }

    pub fn get(&self, key: Key) -> &'a [u8] {
        self.0[key as usize]
    }

    pub fn set(&mut self, key: Key, value: &'a [u8]) {
        self.0[key as usize] = value;
    }
}

/// What is known of a field name.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    name: Box<[u8]>,
    /// The first eight bytes of the name: all of it, mostly.
    word: u64,
    pub known: Option<Key>,
    /// Where the record's part keeps it, if a rule asks.
    pub path: Option<PathId>,
    pub untrusted: bool,
}

/// Every name of interest in one open table.
pub(crate) struct Keys {
    entries: Vec<Entry>,
    buckets: Vec<u32>,
    shift: u32,
}

const EMPTY: u32 = u32::MAX;

impl Keys {
    pub fn new(fields: &FieldTable) -> Self {
        let mut entries: Vec<Entry> = KNOWN.iter().map(|(name, key)| Entry::new(name, Some(*key))).collect();
        entries.extend(UNTRUSTED.iter().map(|name| Entry::new(name, None)));
        entries.extend(asked(fields).map(|(path, name)| Entry { path: Some(path), ..Entry::new(name, None) }));
        let bits = (entries.len() * 4).next_power_of_two().trailing_zeros().clamp(8, 24);
        let mut keys = Self { entries: Vec::new(), buckets: vec![EMPTY; 1 << bits], shift: 64 - bits };
        for entry in entries {
            keys.add(entry);
        }
        keys
    }

    fn add(&mut self, entry: Entry) {
        let bucket = self.bucket(&entry.name);
        match self.buckets[bucket] {
            EMPTY => {
                self.buckets[bucket] = self.entries.len() as u32;
                self.entries.push(entry);
            }
            at => {
                let same = &mut self.entries[at as usize];
                same.path = same.path.or(entry.path);
                same.untrusted |= entry.untrusted;
            }
        }
    }

    #[inline]
    pub fn get(&self, name: &[u8]) -> Option<&Entry> {
        self.entries.get(self.buckets[self.bucket(name)] as usize)
    }

    /// The bucket that holds the name, or the empty one where it would go.
    #[inline]
    fn bucket(&self, name: &[u8]) -> usize {
        let word = word(name);
        let mut at = (hash(word, name) >> self.shift) as usize;
        loop {
            match self.entries.get(self.buckets[at] as usize) {
                Some(entry) if !entry.is(word, name) => at = (at + 1) & (self.buckets.len() - 1),
                _ => return at,
            }
        }
    }
}

impl Entry {
    fn new(name: &str, known: Option<Key>) -> Self {
        Self { name: name.as_bytes().into(), word: word(name.as_bytes()), known, path: None, untrusted: UNTRUSTED.contains(&name) }
    }

    #[inline]
    fn is(&self, word: u64, name: &[u8]) -> bool {
        self.word == word && self.name.len() == name.len() && (name.len() <= 8 || *self.name == *name)
    }
}

#[inline]
fn hash(word: u64, name: &[u8]) -> u64 {
    let last = name.last().copied().unwrap_or_default();
    (word ^ (name.len() as u64) << 56 ^ u64::from(last) << 48).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// The first eight bytes as a number.
#[inline]
fn word(name: &[u8]) -> u64 {
    let four = |at: usize| u64::from(u32::from_le_bytes([name[at], name[at + 1], name[at + 2], name[at + 3]]));
    match *name {
        [] => 0,
        [a] => u64::from(a),
        [a, b] => u64::from(a) | u64::from(b) << 8,
        [a, b, c] => u64::from(a) | u64::from(b) << 8 | u64::from(c) << 16,
        [_, _, _, _, ..] => {
            let kept = name.len().min(8);
            four(0) | four(kept - 4) << (8 * (kept - 4))
        }
    }
}

/// The fields of rules that a record may have under that name: the kernel writes small letters, auditd's words are large.
pub(crate) fn asked(fields: &FieldTable) -> impl Iterator<Item = (PathId, &str)> {
    let plausible = |name: &str| {
        let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        plain && (!name.bytes().any(|b| b.is_ascii_uppercase()) || !name.bytes().any(|b| b.is_ascii_lowercase()))
    };
    fields.iter().filter(move |(_, name)| plausible(name)).map(|(id, name)| (PathId(id.0), name))
}
