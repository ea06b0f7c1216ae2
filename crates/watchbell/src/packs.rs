//! Where packs come from: inside the binary, or a folder.

use anyhow::{Context, Result, bail};
use include_dir::{Dir, include_dir};
use std::path::{Path, PathBuf};
use watchbell_input::read_bounded;

static PACKS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../packs");

/// The most bytes of one file of a pack.
const FILE: u64 = 64 << 20;

/// A pack's files, unread.
pub struct Files {
    /// As the user named it.
    pub name: String,
    /// Path inside the pack with `/` between folders, and content; in order.
    pub files: Vec<(String, Vec<u8>)>,
}

impl Files {
    /// The files that are text, for the pack's parser.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().filter_map(|(path, bytes)| Some((path.as_str(), std::str::from_utf8(bytes).ok()?)))
    }
}

/// Names of the packs inside the binary, in order.
pub fn names() -> Vec<&'static str> {
    PACKS.dirs().filter_map(|dir| dir.path().file_name()?.to_str()).collect()
}

/// A pack by its name, or by its folder.
pub fn find(name: &str) -> Result<Files> {
    let files = match PACKS.get_dir(name) {
        Some(dir) => embedded(dir, name),
        None if Path::new(name).is_dir() => files_of(Path::new(name))?,
        None => bail!("no pack `{name}`: neither inside the binary ({}) nor a folder", names().join(", ")),
    };
    Ok(Files { name: name.to_owned(), files })
}

fn embedded(dir: &Dir<'_>, pack: &str) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut open = vec![dir];
    while let Some(dir) = open.pop() {
        open.extend(dir.dirs());
        let named = dir.files().filter_map(|file| Some((file.path().strip_prefix(pack).ok()?, file.contents())));
        files.extend(named.map(|(path, content)| (slashed(path), content.to_vec())));
    }
    files.sort();
    files
}

/// The files below a folder, as [`Files::files`] has them.
pub fn files_of(root: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    for path in list(root)? {
        let content = read_bounded(&path, FILE).with_context(|| format!("cannot read {}", path.display()))?;
        files.push((slashed(path.strip_prefix(root).unwrap_or(&path)), content));
    }
    files.sort();
    Ok(files)
}

/// The files below a folder, in order; links are not followed.
pub fn list(root: &Path) -> Result<Vec<PathBuf>> {
    let (mut files, mut open) = (Vec::new(), vec![root.to_owned()]);
    while let Some(dir) = open.pop() {
        for entry in std::fs::read_dir(&dir).with_context(|| format!("cannot list {}", dir.display()))? {
            let entry = entry?;
            match entry.file_type()? {
                kind if kind.is_dir() => open.push(entry.path()),
                kind if kind.is_file() => files.push(entry.path()),
                _ => {}
            }
        }
    }
    files.sort();
    Ok(files)
}

/// A path that stays inside the folder it is put into.
pub fn relative(path: &str) -> Result<&Path> {
    let path = Path::new(path);
    if path.components().all(|part| matches!(part, std::path::Component::Normal(_))) { Ok(path) } else { bail!("{} leads out of the folder", path.display()) }
}

fn slashed(path: &Path) -> String {
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}
