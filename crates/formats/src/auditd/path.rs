//! File names made absolute and plain: `..`, `//` and detours through `/proc/self/root` taken out.

use bumpalo::Bump;

/// The longest name that is worked on; the kernel's own limit is 4,096.
const LONGEST: usize = 8192;

/// `name` as seen from `folder`, absolute and normalised. None if it is relative and there is no folder.
pub(crate) fn absolute<'a>(name: &'a [u8], folder: Option<&'a [u8]>, arena: &'a Bump) -> Option<&'a [u8]> {
    let name = &name[..name.len().min(LONGEST)];
    if name.first() == Some(&b'/') {
        return Some(normalised(name, folder, arena));
    }
    let folder = folder.filter(|f| f.first() == Some(&b'/'))?;
    let folder = &folder[..folder.len().min(LONGEST)];
    if name.is_empty() || name == b"." {
        return Some(normalised(folder, None, arena));
    }
    Some(normalised(join(folder, name, arena), Some(folder), arena))
}

fn normalised<'a>(path: &'a [u8], cwd: Option<&'a [u8]>, arena: &'a Bump) -> &'a [u8] {
    if is_plain(path) {
        return path;
    }
    let mut parts: Vec<&[u8]> = Vec::with_capacity(16);
    for part in path.split(|b| *b == b'/') {
        step(&mut parts, part, cwd);
    }
    let length = parts.iter().map(|p| p.len() + 1).sum::<usize>().max(1);
    let out = arena.alloc_slice_fill_copy(length, b'/');
    let mut at = 1;
    for part in parts {
        out[at..at + part.len()].copy_from_slice(part);
        at += part.len() + 1;
    }
    out
}

fn step<'a>(parts: &mut Vec<&'a [u8]>, part: &'a [u8], cwd: Option<&'a [u8]>) {
    match part {
        b"" | b"." => {}
        b".." => {
            parts.pop();
        }
        b"root" if in_process(parts) => parts.clear(),
        b"cwd" if in_process(parts) && cwd.is_some() => {
            parts.clear();
            parts.extend(cwd.unwrap_or_default().split(|b| *b == b'/').filter(|p| !p.is_empty()));
        }
        _ => parts.push(part),
    }
}

/// `/proc/self`, `/proc/thread-self`, `/proc/123`, `/proc/self/task/123`: whose `root` is `/`, or a container's, which nothing tells.
fn in_process(parts: &[&[u8]]) -> bool {
    let process = |p: &[u8]| matches!(p, b"self" | b"thread-self") || (!p.is_empty() && p.iter().all(u8::is_ascii_digit));
    match parts {
        [b"proc", one] => process(one),
        [b"proc", one, b"task", thread] => process(one) && process(thread),
        _ => false,
    }
}

/// Whether nothing is to be done, as with nearly all names.
fn is_plain(path: &[u8]) -> bool {
    if path.len() > 1 && path.last() == Some(&b'/') || path.starts_with(b"/proc/") {
        return false;
    }
    let slash = |at: usize| path.get(at).is_none_or(|b| *b == b'/');
    memchr::memchr_iter(b'/', path).all(|at| match path.get(at + 1) {
        None => true,
        Some(b'/') => false,
        Some(b'.') => !(slash(at + 2) || path[at + 2] == b'.' && slash(at + 3)),
        Some(_) => true,
    })
}

/// The folder of an absolute, normalised path.
pub(crate) fn parent(path: &[u8]) -> &[u8] {
    match memchr::memrchr(b'/', path) {
        Some(0) | None => b"/",
        Some(at) => &path[..at],
    }
}

/// The last part of a name, slashes at its end not counted.
pub(crate) fn base(mut name: &[u8]) -> &[u8] {
    while let [rest @ .., b'/'] = name {
        name = rest;
    }
    &name[memchr::memrchr(b'/', name).map_or(0, |at| at + 1)..]
}

/// `folder/name` in the arena.
pub(crate) fn join<'a>(folder: &[u8], name: &[u8], arena: &'a Bump) -> &'a [u8] {
    let folder = folder.strip_suffix(b"/").unwrap_or(folder);
    arena.alloc_slice_copy(&[folder, name].join(&b'/'))
}
