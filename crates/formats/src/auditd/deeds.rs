//! What a serial did: to files (made, renamed, deleted, changed, or was not allowed to), and whom it connected to.

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
    /// The folder's inode, if a PARENT record tells; two where nothing tells which.
    parents: Vec<Inode>,
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
    let scene = Scene::new(serial, node);
    let mut placed = Vec::with_capacity(serial.paths.len());
    for path in &serial.paths {
        let found = scene.locate(path, arena);
        scene.learn(&found, folders);
        placed.push(found);
    }
    for found in placed.iter_mut().filter(|found| !found.path.name.is_empty() && !found.is("PARENT")) {
        found.others = others(found, folders, arena);
    }
    placed
}

/// What the paths of a serial are relative to.
struct Scene<'s, 'a> {
    serial: &'s Serial<'a>,
    node: u32,
    parents: Vec<&'s Path<'a>>,
    /// Whether the old and the new name are relative to a descriptor that is not the current folder.
    descriptors: [bool; 2],
    /// A link was followed: the first PARENT has the name of one folder and the inode of another.
    followed: bool,
}

impl<'s, 'a> Scene<'s, 'a> {
    fn new(serial: &'s Serial<'a>, node: u32) -> Self {
        let parents: Vec<_> = serial.paths.iter().filter(|path| path.nametype == b"PARENT").collect();
        let followed = parents.iter().any(|parent| parent.name.is_empty());
        Self { serial, node, parents, descriptors: descriptors(serial), followed }
    }

    fn locate(&self, path: &Path<'a>, arena: &'a Bump) -> Placed<'a> {
        let unknown = if path.nametype == b"PARENT" { !self.trusts(path) } else { is_relative(path.name) && self.descriptors[self.role(path)] };
        let full = if unknown || path.name.is_empty() { None } else { path::absolute(path.name, self.serial.cwd, arena) };
        Placed { path: *path, full, others: Vec::new(), parents: self.parents_of(path, full.is_some()) }
    }

    /// Of a name that is relative to a descriptor the kernel shows the current folder as PARENT, which is wrong.
    fn trusts(&self, parent: &Path<'_>) -> bool {
        let own = |path: &&Path<'_>| path.nametype != b"PARENT" && !is_relative(path.name) && folder_of(path.name) == parent.name;
        self.descriptors == [false, false] || self.serial.paths.iter().any(|path| own(&path))
    }

    /// Whether a path is the old name (0) or the new one (1).
    fn role(&self, path: &Path<'_>) -> usize {
        let replaced = || path.nametype == b"DELETE" && self.serial.paths.iter().any(|other| other.nametype == b"CREATE" && other.name == path.name);
        usize::from(path.nametype == b"CREATE" || replaced())
    }

    /// The inodes of the folders that a path may be in. The order of PARENT records tells nothing: kernels differ.
    fn parents_of(&self, path: &Path<'_>, known: bool) -> Vec<Inode> {
        if path.nametype == b"PARENT" {
            return self.inode(path).into_iter().collect();
        }
        let folder = folder_of(path.name);
        let same = |parent: &Path<'_>| parent.name == folder || folder.is_empty() && Some(parent.name) == self.serial.cwd;
        let mut inodes: Vec<Inode> = self.parents.iter().filter(|parent| same(parent)).filter_map(|parent| self.inode(parent)).collect();
        if inodes.is_empty() && !known {
            inodes = self.parents.iter().filter_map(|parent| self.inode(parent)).collect();
        }
        inodes.sort_unstable();
        inodes.dedup();
        inodes.truncate(2);
        inodes
    }

    fn inode(&self, path: &Path<'_>) -> Option<Inode> {
        folders::inode(self.node, path.device, path.inode)
    }

    fn learn(&self, placed: &Placed<'_>, folders: &mut Folders) {
        let folder = (placed.is("PARENT") || placed.path.is_folder()) && !self.followed;
        if let (Some(full), Some(inode), true) = (placed.full, self.inode(&placed.path), folder) {
            if placed.is("DELETE") { folders.forget(inode) } else { folders.learn(inode, full) }
        }
    }
}

fn is_relative(name: &[u8]) -> bool {
    name.first() != Some(&b'/')
}

/// Whether the old and the new name of a call are relative to a descriptor that is not the current folder.
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

/// `crontabs/` of `crontabs/root`, as the kernel writes the parent's name.
fn folder_of(name: &[u8]) -> &[u8] {
    &name[..name.len() - path::base(name).len()]
}

fn others<'a>(placed: &Placed<'a>, folders: &Folders, arena: &'a Bump) -> Vec<&'a [u8]> {
    let here = placed.full.map(path::parent);
    let elsewhere = placed.parents.iter().flat_map(|inode| folders.other_names(*inode, here));
    elsewhere.map(|folder| path::join(folder, path::base(placed.path.name), arena)).collect()
}

/// Names of the folder that a deed was done in, the program's own last.
pub(crate) fn folder_names<'a>(placed: &Placed<'a>, folders: &Folders, arena: &'a Bump) -> Vec<&'a [u8]> {
    let known = placed.parents.iter().flat_map(|inode| folders.other_names(*inode, placed.full));
    known.map(|name| &*arena.alloc_slice_copy(name)).chain(placed.full).collect()
}

/// The deeds of a serial.
pub(crate) fn deeds(serial: &Serial<'_>, placed: &[Placed<'_>]) -> Vec<FileDeed> {
    let connects = serial.peer.is_some() && matches!(serial.syscall(), Some("connect" | "sendto" | "sendmsg"));
    let mut found: Vec<FileDeed> = connects.then_some(FileDeed { deed: Deed::Connected, target: None, source: None, replaced: false }).into_iter().collect();
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
            // A name looked up in vain leaves a CREATE with neither name nor inode.
            b"CREATE" if file.path.name.is_empty() && file.path.inode.is_empty() => {}
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
    let flags = open_flags(serial).unwrap_or_default();
    let makes = makes || flags & O_CREAT != 0 && flags & O_ACCMODE != 0 && !placed.iter().any(|p| p.is("NORMAL"));
    if !makes && !means_to_write(flags) {
        return None;
    }
    let old_name = |p: &Placed<'_>| call.starts_with("rename") && p.is("DELETE");
    let target = placed.iter().rposition(|p| !(p.is("PARENT") || p.path.name.is_empty() || old_name(p)));
    Some(FileDeed { deed: Deed::Denied, target, source: None, replaced: false })
}

/// The one file name that a command line has in a folder: `x` of `echo … > /etc/cron.d/x`. None if there are several.
pub(crate) fn named_in<'a>(line: &'a [u8], folder: &[u8]) -> Option<&'a [u8]> {
    let ends = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'\'' | b'"' | b';' | b'|' | b'&' | b')' | b'<' | b'>' | b'/' | 0);
    let mut names = memchr::memmem::find_iter(line, folder).filter_map(|at| {
        let rest = &line[at + folder.len()..];
        let name = &rest[..rest.iter().position(ends).unwrap_or(rest.len())];
        (!name.is_empty() && rest.get(name.len()) != Some(&b'/')).then_some(name)
    });
    let first = names.next()?;
    names.all(|other| other == first).then_some(first)
}
