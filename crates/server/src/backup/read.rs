//! Puts a backup into an empty folder: whole and checked, or not at all.

use super::{CONTENTS, CONTROL, Contents, Error, Kept, LAYOUT, disk};
use std::fs::{DirBuilder, OpenOptions};
use std::io::{Read, copy};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Component, Path};
use tar::Archive;

/// What was put back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// When the backup was made, in nanoseconds since 1970.
    pub made: i64,
    pub files: usize,
    pub bytes: u64,
    pub triggered: u64,
    pub events: bool,
}

/// The most bytes of the list of contents.
const LIST: u64 = 64 << 20;
const HALF: &str = "restoring";

/// Puts an archive into a folder, which must be empty or not there.
pub fn restore(archive: impl Read, folder: &Path) -> Result<Restored, Error> {
    make(folder)?;
    if std::fs::read_dir(folder).map_err(disk(folder))?.next().is_some() {
        return Err(Error::NotEmpty(folder.display().to_string()));
    }
    let half = folder.join(HALF);
    let done = unpack(archive, &half).and_then(|restored| {
        for entry in std::fs::read_dir(&half).map_err(disk(&half))? {
            let from = entry.map_err(disk(&half))?.path();
            let to = folder.join(from.file_name().unwrap_or_default());
            std::fs::rename(&from, &to).map_err(disk(&to))?;
        }
        Ok(restored)
    });
    let _ = std::fs::remove_dir_all(&half);
    done
}

fn unpack(archive: impl Read, half: &Path) -> Result<Restored, Error> {
    let (mut found, mut contents) = (Vec::new(), None);
    let broken = |error: std::io::Error| Error::Damaged(error.to_string());
    let mut archive = Archive::new(archive);
    for entry in archive.entries().map_err(broken)? {
        let mut entry = entry.map_err(broken)?;
        let path = entry.path().map_err(broken)?.to_str().map(str::to_owned).ok_or_else(|| Error::Damaged("a name that is no text".to_owned()))?;
        if path == CONTENTS {
            let mut text = String::new();
            entry.take(LIST).read_to_string(&mut text).map_err(broken)?;
            contents = Some(text);
            break;
        }
        found.push(file(&mut entry, &path, half)?);
    }
    let contents = contents.ok_or_else(|| Error::Damaged("its end is missing".to_owned()))?;
    let contents: Contents = serde_json::from_str(&contents).map_err(|error| Error::Damaged(error.to_string()))?;
    if contents.layout > LAYOUT {
        return Err(Error::TooNew(contents.layout));
    }
    if let Some(bad) = contents.files.iter().find(|file| !found.contains(file)) {
        return Err(Error::Damaged(format!("{} is not what it was", bad.path)));
    }
    let control = watchbell_store::check_backup(&half.join(CONTROL))?;
    let bytes = contents.files.iter().map(|file| file.bytes).sum();
    Ok(Restored { made: contents.made, files: contents.files.len(), bytes, triggered: control.triggered, events: contents.events })
}

/// Unpacks one file, on the disk when this returns.
fn file(entry: &mut impl Read, path: &str, half: &Path) -> Result<Kept, Error> {
    let plain = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    if !plain {
        return Err(Error::Damaged(format!("it holds a file named {path:?}")));
    }
    let place = half.join(path);
    make(place.parent().unwrap_or(half))?;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&place).map_err(disk(&place))?;
    let mut hash = blake3::Hasher::new();
    let bytes = copy(&mut Both { entry, hash: &mut hash }, &mut file).map_err(disk(&place))?;
    file.sync_all().map_err(disk(&place))?;
    Ok(Kept { path: path.to_owned(), bytes, blake3: hash.finalize().to_hex().to_string() })
}

struct Both<'b, R> {
    entry: &'b mut R,
    hash: &'b mut blake3::Hasher,
}

impl<R: Read> Read for Both<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let n = self.entry.read(into)?;
        self.hash.update(&into[..n]);
        Ok(n)
    }
}

fn make(folder: &Path) -> Result<(), Error> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(disk(folder))
}
