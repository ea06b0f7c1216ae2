//! Which files the configured paths mean at this moment.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Files of one source, and folders in folders.
const MOST: usize = 10_000;
const DEEPEST: usize = 8;
/// What is packed is not read while it may still grow; `watchbell scan` reads it.
const PACKED: [&str; 7] = ["gz", "xz", "bz2", "zst", "zip", "lz4", "tar"];

pub fn list(paths: &[PathBuf]) -> BTreeSet<PathBuf> {
    let mut files = BTreeSet::new();
    for path in paths {
        let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        if name.contains(['*', '?']) {
            let parent = path.parent().unwrap_or(Path::new("/"));
            for found in entries(parent).filter(|found| !packed(found) && found.is_file()) {
                if found.file_name().is_some_and(|found| fits(name.as_bytes(), found.as_encoded_bytes())) && files.len() < MOST {
                    files.insert(found);
                }
            }
        } else if path.is_dir() {
            below(path, 0, &mut files);
        } else {
            files.insert(path.clone());
        }
    }
    files
}

fn below(folder: &Path, depth: usize, files: &mut BTreeSet<PathBuf>) {
    for found in entries(folder) {
        // Links are not followed: they may lead round in circles.
        let Ok(kind) = found.symlink_metadata().map(|metadata| metadata.file_type()) else { continue };
        if kind.is_dir() && depth < DEEPEST {
            below(&found, depth + 1, files);
        } else if kind.is_file() && !packed(&found) && files.len() < MOST {
            files.insert(found);
        }
    }
}

pub fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> {
    std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).take(MOST)
}

fn packed(path: &Path) -> bool {
    path.extension().is_some_and(|extension| PACKED.iter().any(|packed| extension.eq_ignore_ascii_case(packed)))
}

/// `*` is any run of bytes, `?` any one.
fn fits(pattern: &[u8], name: &[u8]) -> bool {
    let (mut p, mut n) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(b) if *b == b'?' || *b == name[n] => (p, n) = (p + 1, n + 1),
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    (p, n) = (at + 1, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|b| *b == b'*')
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn wildcards() {
        for (pattern, name, fit) in [
            ("*.log", "a.log", true),
            ("*.log", "a.log.1", false),
            ("audit.log*", "audit.log.1", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*a*b*c", "xxaxxbxxc", true),
            ("*", "", true),
        ] {
            assert_eq!(fits(pattern.as_bytes(), name.as_bytes()), fit, "{pattern} {name}");
        }
    }
}
