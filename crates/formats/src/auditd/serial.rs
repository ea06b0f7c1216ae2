//! The records of one serial, read: the system call, the folder, the paths, the arguments.

use super::argv::{self, Pieces};
use super::fields::{self, Field, Fields};
use super::header::{self, Header};
use super::keys::{Key, Keys, Known};
use super::names;
use super::socket::{self, Peer};
use bumpalo::Bump;

/// Types that the decoder itself looks into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Call,
    Path,
    Cwd,
    Execve,
    Title,
    Other,
}

impl Kind {
    pub fn of(word: &[u8]) -> Self {
        match word {
            b"SYSCALL" | b"URINGOP" => Self::Call,
            b"PATH" => Self::Path,
            b"CWD" => Self::Cwd,
            b"EXECVE" => Self::Execve,
            b"PROCTITLE" => Self::Title,
            _ => Self::Other,
        }
    }
}

/// Paths looked at in one serial; the kernel writes five of a rename.
const MOST_PATHS: usize = 64;

/// A PATH record.
#[derive(Clone, Copy)]
pub(crate) struct Path<'a> {
    pub item: u32,
    /// As the program gave it; empty where the kernel had none.
    pub name: &'a [u8],
    pub nametype: &'a [u8],
    pub inode: &'a [u8],
    pub device: &'a [u8],
    pub mode: &'a [u8],
    pub owner: &'a [u8],
}

impl Path<'_> {
    pub fn is_folder(&self) -> bool {
        self.mode.starts_with(b"04") || self.mode.starts_with(b"dir")
    }
}

/// A serial's records, read.
#[derive(Default)]
pub(crate) struct Serial<'a> {
    pub call: Option<Known<'a>>,
    syscall: Option<&'a str>,
    pub cwd: Option<&'a [u8]>,
    /// By item.
    pub paths: Vec<Path<'a>>,
    pub argv: Option<Vec<&'a [u8]>>,
    /// As written.
    title: &'a [u8],
    /// Flags of openat2, which stand in a record of their own.
    pub open_flags: Option<u64>,
    /// Where a connection goes to.
    pub peer: Option<Peer<'a>>,
    pub(super) pieces: Pieces<'a>,
}

impl<'a> Serial<'a> {
    /// Takes the values that a record gave.
    pub fn take(&mut self, kind: Kind, word: &[u8], known: &Known<'a>, arena: &'a Bump) {
        match kind {
            Kind::Call if self.call.is_none() => {
                self.call = Some(*known);
                self.syscall = self.name_call();
            }
            Kind::Cwd => self.cwd = text(known.get(Key::Cwd), arena),
            Kind::Path if self.paths.len() < MOST_PATHS => self.paths.push(path(known, arena)),
            Kind::Title => self.title = known.get(Key::Title),
            Kind::Other if word == b"OPENAT2" => {
                self.open_flags = u64::from_str_radix(std::str::from_utf8(known.get(Key::OpenFlags)).unwrap_or_default(), 8).ok();
            }
            Kind::Other if word == b"SOCKADDR" => self.peer = socket::peer(known.get(Key::Saddr), arena),
            _ => {}
        }
    }

    /// All records were taken.
    pub fn settle(&mut self, executed: bool, arena: &'a Bump) {
        self.paths.sort_by_key(|path| path.item);
        if executed {
            self.argv = Some(self.pieces.arguments(arena));
        }
    }

    pub fn value(&self, key: Key) -> Option<&'a [u8]> {
        self.call.as_ref().map(|call| call.get(key)).filter(|value| !value.is_empty())
    }

    /// A text of the SYSCALL record, undone.
    pub fn text(&self, key: Key, arena: &'a Bump) -> Option<&'a [u8]> {
        text(self.value(key)?, arena)
    }

    pub fn argument(&self, key: Key) -> Option<u64> {
        fields::hex_number(self.value(key)?)
    }

    pub fn arch(&self) -> &'a [u8] {
        self.value(Key::Arch).unwrap_or_default()
    }

    /// The system call's name.
    pub fn syscall(&self) -> Option<&'a str> {
        self.syscall
    }

    /// What auditd says of it comes first.
    fn name_call(&self) -> Option<&'a str> {
        if let Some(name) = self.value(Key::SyscallName) {
            return std::str::from_utf8(fields::unquoted(name)).ok();
        }
        if let Some(op) = self.value(Key::UringOp) {
            return uring(op);
        }
        let number = self.value(Key::Syscall)?;
        let word = || std::str::from_utf8(number).ok().filter(|word| !word.as_bytes()[0].is_ascii_digit());
        names::syscall(self.arch(), number).or_else(word)
    }

    /// What the call gave back says: it worked, it did not, or nothing tells.
    pub fn success(&self) -> Option<bool> {
        match self.value(Key::Success) {
            Some(b"yes") => Some(true),
            Some(b"no") => Some(false),
            _ => fields::number(self.value(Key::Exit)?).map(|exit| exit >= 0),
        }
    }

    /// Who the process runs as: the name, if a record has it. Number 0 is root everywhere.
    pub fn user(&self) -> Option<&'a [u8]> {
        self.name(Key::UidName).or_else(|| self.value(Key::Uid).map(named))
    }

    /// Who logged in, whatever they became later; nobody for services.
    pub fn login(&self) -> Option<&'a [u8]> {
        login(self.call.as_ref()?)
    }

    fn name(&self, key: Key) -> Option<&'a [u8]> {
        self.value(key).map(fields::unquoted)
    }

    /// The arguments of the program, or of its title.
    pub fn command_line(&self, arena: &'a Bump) -> Option<&'a [u8]> {
        match &self.argv {
            Some(argv) if !argv.is_empty() => Some(argv::command_line(argv, arena)),
            _ => self.title(arena),
        }
    }

    /// Whether the title is as long as the kernel lets it be.
    pub fn title_is_cut(&self) -> bool {
        self.title.len() >= 2 * 127 || self.title.len() >= 127 && self.title.starts_with(b"\"")
    }

    /// What PROCTITLE says, as a command line.
    pub fn title(&self, arena: &'a Bump) -> Option<&'a [u8]> {
        let title = text(self.title, arena)?;
        Some(argv::command_line(&argv::of_title(title), arena))
    }
}

/// Who logged in, as a record has it.
pub(crate) fn login<'a>(record: &Known<'a>) -> Option<&'a [u8]> {
    let auid = record.get(Key::Auid);
    if matches!(auid, b"" | b"4294967295" | b"-1" | b"unset") {
        return None;
    }
    let name = fields::unquoted(record.get(Key::AuidName));
    Some(if name.is_empty() { named(auid) } else { name })
}

fn named(id: &[u8]) -> &[u8] {
    if id == b"0" { b"root" } else { id }
}

fn uring(op: &[u8]) -> Option<&'static str> {
    let names: [(&[u8], &str); 7] =
        [(b"18", "openat"), (b"28", "openat2"), (b"35", "renameat"), (b"36", "unlinkat"), (b"37", "mkdirat"), (b"38", "symlinkat"), (b"39", "linkat")];
    names.iter().find(|(number, _)| *number == op).map(|(_, name)| *name)
}

fn text<'a>(value: &'a [u8], arena: &'a Bump) -> Option<&'a [u8]> {
    (!fields::is_null(value)).then(|| fields::untrusted(value, arena))
}

fn path<'a>(known: &Known<'a>, arena: &'a Bump) -> Path<'a> {
    let item = fields::number(known.get(Key::Item)).and_then(|n| u32::try_from(n).ok()).unwrap_or(u32::MAX);
    let name = text(known.get(Key::Name), arena).unwrap_or_default();
    let [nametype, inode, device, mode, owner] = [Key::NameType, Key::Inode, Key::Dev, Key::Mode, Key::Ouid].map(|key| known.get(key));
    Path { item, name, nametype, inode, device, mode, owner }
}

/// Reads one line, giving each field to `each` as well.
pub(crate) fn read<'a>(
    line: &'a [u8],
    keys: &Keys,
    mut each: impl FnMut(&Header<'a>, Field<'a>, Option<&super::keys::Entry>),
) -> Option<(Header<'a>, Known<'a>)> {
    let header = header::read(line)?;
    let mut known = Known::new();
    for field in Fields::new(&line[header.body..]) {
        let entry = keys.get(field.key);
        if let Some(key) = entry.and_then(|entry| entry.known) {
            known.set(key, field.value);
        }
        each(&header, field, entry);
    }
    Some((header, known))
}
