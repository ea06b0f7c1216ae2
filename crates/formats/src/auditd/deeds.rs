//! What a serial did to files: made, renamed, deleted, changed, or was not allowed to.

use super::classes::Deed;
use super::fields;
use super::folders::{self, Folders, Inode};
use super::keys::Key;
use super::names::{O_ACCMODE, O_APPEND, O_CREAT, O_NOCTTY, O_NONBLOCK, O_PATH, O_TMPFILE, O_TRUNC};
use super::path;
use super::serial::{Path, Serial};
use bumpalo::Bump;

/// EPERM, EACCES, EROFS as `exit` writes them.
const DENIED: [i64; 3] = [-1, -13, -30];

/// One deed. Files are places in [`Placed`]'s list.
#[derive(Clone, Copy)]
pub(crate) struct FileDeed {
    pub deed: Deed,
    pub target: Option<usize>,
    pub source: Option<usize>,
    pub replaced: bool,
}

/// The paths of a serial, each where it is.
pub(crate) struct Placed<'a> {
    pub path: Path<'a>,
    /// Absolute and normalised, by the name that the program gave.
    pub full: Option<&'a [u8]>,
    /// The same file by other names of its folder, and the only ones where the folder descriptor is not named.
    pub others: Vec<&'a [u8]>,
    /// The folder's inode, if a PARENT record tells.
    parent: Option<Inode>,
}

impl<'a> Placed<'a> {
    /// Every name that the file is known by, the program's own last.
    pub fn names(&self) -> impl Iterator<Item = &'a [u8]> {
        let given = (self.full.is_none() && self.others.is_empty() && !self.path.name.is_empty()).then_some(self.path.name);
        self.others.iter().copied().chain(self.full).chain(given)
    }

    fn is(&self, nametype: &str) -> bool {
        self.path.nametype == nametype.as_bytes()
    }

    fn same_name(&self, other: &Self) -> bool {
        self.path.name == other.path.name || self.full.is_some() && self.full == other.full
    }
}

/// Finds where the paths of a serial are, and learns folders from them.
pub(crate) fn place<'a>(serial: &Serial<'a>, node: u32, folders: &mut Folders, arena: &'a Bump) -> Vec<Placed<'a>> {
    let descriptors = descriptors(serial);
    let parents: Vec<Path<'a>> = serial.paths.iter().filter(|path| path.nametype == b"PARENT").copied().collect();
    let mut placed = Vec::with_capacity(serial.paths.len());
    for path in &serial.paths {
        let own = parent_of(path, &parents, descriptors);
        placed.push(locate(path, own, serial.cwd, node, folders, arena));
    }
    placed
}

/// Whether the names of the first and second folder are relative to a descriptor that is not the current folder.
fn descriptors(serial: &Serial<'_>) -> [bool; 2] {
    let (first, second) = match serial.syscall() {
        Some("openat" | "openat2" | "mkdirat" | "mknodat" | "unlinkat" | "execveat" | "fchmodat" | "fchownat") => (Key::A0, Key::A0),
        Some("renameat" | "renameat2" | "linkat") => (Key::A0, Key::A2),
        Some("symlinkat") => (Key::A1, Key::A1),
        _ => return [false, false],
    };
    // AT_FDCWD is -100, of which the kernel shows 32 or 64 bits.
    let other = |key| serial.argument(key).is_some_and(|fd| fd as u32 != 0xFFFF_FF9C);
    [other(first), other(second)]
}

/// The PARENT record of a path, and whether its own name is relative to an unnamed descriptor.
fn parent_of<'p, 'a>(path: &Path<'a>, parents: &'p [Path<'a>], descriptors: [bool; 2]) -> (Option<&'p Path<'a>>, bool) {
    if path.nametype == b"PARENT" {
        let second = parents.len() > 1 && parents.last().is_some_and(|last| last.item == path.item);
        return (None, descriptors[usize::from(second)]);
    }
    let folder = folder_of(path.name);
    let by_name = parents.iter().position(|parent| parent.name == folder && parents.iter().filter(|p| p.name == folder).count() == 1);
    let second = by_name.unwrap_or(usize::from(path.nametype == b"CREATE")).min(parents.len().saturating_sub(1));
    (parents.get(second), descriptors[second.min(1)])
}

/// `crontabs/` of `crontabs/root`, as the kernel writes the parent's name.
fn folder_of(name: &[u8]) -> &[u8] {
    &name[..name.len() - path::base(name).len()]
}

fn locate<'a>(
    path: &Path<'a>,
    (parent, by_descriptor): (Option<&Path<'a>>, bool),
    cwd: Option<&'a [u8]>,
    node: u32,
    folders: &mut Folders,
    arena: &'a Bump,
) -> Placed<'a> {
    let relative = path.name.first() != Some(&b'/');
    // Of a name that is relative to a descriptor the kernel shows the current folder as PARENT, which is wrong.
    let unknown = by_descriptor && (relative || path.nametype == b"PARENT");
    let full = if unknown || path.name.is_empty() { None } else { path::absolute(path.name, cwd, arena) };
    let inode_of = |path: &Path<'_>| folders::inode(node, path.device, path.inode);
    let is_parent = path.nametype == b"PARENT";
    let folder = if is_parent { inode_of(path) } else { parent.and_then(inode_of) };
    if let (Some(full), true) = (full, is_parent || path.is_folder())
        && let Some(inode) = inode_of(path)
    {
        if path.nametype == b"DELETE" { folders.forget(inode) } else { folders.learn(inode, full) }
    }
    let mut placed = Placed { path: *path, full, others: Vec::new(), parent: folder };
    if !path.name.is_empty() && !is_parent {
        placed.others = others(&placed, folders, arena);
    }
    placed
}

fn others<'a>(placed: &Placed<'a>, folders: &Folders, arena: &'a Bump) -> Vec<&'a [u8]> {
    let Some(inode) = placed.parent else { return Vec::new() };
    let here = placed.full.map(path::parent);
    folders.other_names(inode, here).map(|folder| path::join(folder, path::base(placed.path.name), arena)).collect()
}

/// Names of the folder that a deed was done in, the program's own last.
pub(crate) fn folder_names<'a>(placed: &Placed<'a>, folders: &Folders, arena: &'a Bump) -> Vec<&'a [u8]> {
    let known = placed.parent.into_iter().flat_map(|inode| folders.other_names(inode, placed.full));
    known.map(|name| &*arena.alloc_slice_copy(name)).chain(placed.full).collect()
}

/// The deeds of a serial.
pub(crate) fn deeds(serial: &Serial<'_>, placed: &[Placed<'_>]) -> Vec<FileDeed> {
    let mut found = Vec::new();
    match serial.success() {
        Some(false) => found.extend(denied(serial, placed)),
        _ => done(serial, placed, &mut found),
    }
    found
}

fn done(serial: &Serial<'_>, placed: &[Placed<'_>], found: &mut Vec<FileDeed>) {
    let renames = match serial.syscall() {
        Some(name) => name.starts_with("rename"),
        None => placed.iter().any(|p| p.is("DELETE")),
    };
    for (at, file) in placed.iter().enumerate() {
        match file.path.nametype {
            b"CREATE" => appeared(placed, at, renames, found),
            b"DELETE" if !renames => found.push(FileDeed { deed: Deed::Deleted, target: Some(at), source: None, replaced: false }),
            b"NORMAL" | b"UNKNOWN" if changes(serial, placed, at) => {
                found.push(FileDeed { deed: Deed::Changed, target: Some(at), source: None, replaced: false });
            }
            _ => {}
        }
    }
    // A rename whose CREATE record is lost.
    if renames && !placed.iter().any(|p| p.is("CREATE")) {
        let gone = placed.iter().position(|p| p.is("DELETE"));
        found.extend(gone.map(|at| FileDeed { deed: Deed::Deleted, target: Some(at), source: None, replaced: false }));
    }
}

/// A file appeared under a name: new, or in the place of another.
fn appeared(placed: &[Placed<'_>], at: usize, renames: bool, found: &mut Vec<FileDeed>) {
    let file = &placed[at];
    let replaced = placed.iter().any(|p| p.is("DELETE") && p.same_name(file));
    let source = if renames {
        placed.iter().position(|p| p.is("DELETE") && !p.same_name(file))
    } else {
        placed.iter().position(|p| p.is("NORMAL") && !p.path.name.is_empty())
    };
    let deed = |deed| FileDeed { deed, target: Some(at), source, replaced };
    if renames {
        found.push(deed(Deed::Renamed));
    }
    found.push(deed(if replaced { Deed::Changed } else { Deed::Appeared }));
}

/// Whether the call means to change what is in the file, which is there already.
fn changes(serial: &Serial<'_>, placed: &[Placed<'_>], at: usize) -> bool {
    let last = placed.iter().rposition(|p| !p.is("PARENT"));
    if last != Some(at) || placed[at].path.is_folder() {
        return false;
    }
    match serial.syscall() {
        Some("truncate" | "truncate64" | "ftruncate" | "ftruncate64" | "creat" | "fallocate") => true,
        Some("open" | "openat" | "openat2" | "open_by_handle_at") => open_flags(serial).is_some_and(means_to_write),
        // The call is lost: a name looked up with its folder was to be made if it was not there.
        None if serial.call.is_none() => placed.iter().any(|p| p.is("PARENT")) && placed[at].is("NORMAL"),
        _ => false,
    }
}

/// Flags of the open that the serial is, if it is one and they are told.
pub(crate) fn open_flags(serial: &Serial<'_>) -> Option<u64> {
    match serial.syscall()? {
        "open" => serial.argument(Key::A1),
        "openat" | "open_by_handle_at" => serial.argument(Key::A2),
        "openat2" => serial.open_flags,
        "creat" => Some(O_CREAT | O_TRUNC | 1),
        _ => None,
    }
}

/// Opened for writing, or emptied. `touch` opens with O_CREAT, O_NOCTTY and O_NONBLOCK, and writes nothing.
fn means_to_write(flags: u64) -> bool {
    let touch = O_CREAT | O_NOCTTY | O_NONBLOCK;
    let touches = flags & touch == touch && flags & (O_TRUNC | O_APPEND) == 0;
    let writes = flags & O_ACCMODE != 0 || flags & O_TRUNC != 0;
    writes && !touches && flags & O_PATH == 0 && flags & O_TMPFILE == 0
}

/// A try that was not allowed, and would have made or changed a file.
fn denied(serial: &Serial<'_>, placed: &[Placed<'_>]) -> Option<FileDeed> {
    let exit = fields::number(serial.value(Key::Exit)?)?;
    if !DENIED.contains(&exit) {
        return None;
    }
    let call = serial.syscall()?;
    let makes = matches!(call, "creat" | "mkdir" | "mknod" | "link" | "symlink" | "truncate" | "truncate64")
        || call.starts_with("rename")
        || matches!(call, "mkdirat" | "mknodat" | "linkat" | "symlinkat");
    let writes = || open_flags(serial).is_some_and(|flags| means_to_write(flags) || flags & O_CREAT != 0 && flags & O_ACCMODE != 0 && flags & O_PATH == 0);
    if !makes && !writes() {
        return None;
    }
    let old_name = |p: &Placed<'_>| call.starts_with("rename") && p.is("DELETE");
    let target = placed.iter().rposition(|p| !(p.is("PARENT") || p.path.name.is_empty() || old_name(p)));
    Some(FileDeed { deed: Deed::Denied, target, source: None, replaced: false })
}

/// A file name in the folder that a command line names: `/etc/cron.d/x` in `echo … > /etc/cron.d/x`.
pub(crate) fn named_in<'a>(line: &'a [u8], folder: &[u8]) -> Option<&'a [u8]> {
    let ends = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'\'' | b'"' | b';' | b'|' | b'&' | b')' | b'<' | b'>' | b'/' | 0);
    memchr::memmem::find_iter(line, folder).find_map(|at| {
        let rest = line[at + folder.len()..].strip_prefix(b"/")?;
        let name = &rest[..rest.iter().position(ends).unwrap_or(rest.len())];
        let whole = rest.get(name.len()) != Some(&b'/') && !name.is_empty();
        whole.then(|| &line[at..=at + folder.len() + name.len()])
    })
}
