//! Makes a backup: first a still picture beside the data, then an archive of it.

use super::{CONTENTS, CONTROL, Contents, Error, Kept, LAYOUT, disk};
use crate::app::{House, JOURNAL, LAKE};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use tar::{Builder, Header};

/// A still picture of what is kept: a copy of the control data, and other names for files of events. It goes with this.
pub struct Staged {
    folder: PathBuf,
    contents: Contents,
    /// Paths, and how long the files were.
    files: Vec<(String, u64)>,
}

/// How folders of pictures begin.
const PICTURE: &str = ".backup-";

/// Takes the picture. What is in the journal but not in the control data yet is worked off when it is put back.
pub fn stage(house: &House, events: bool) -> Result<Staged, Error> {
    let made = house.clock.now().nanos;
    let folder = house.config.data.join(format!("{PICTURE}{made}"));
    std::fs::create_dir(&folder).map_err(disk(&folder))?;
    let contents = Contents {
        layout: LAYOUT,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        installation: house.store.installation()?.id,
        made,
        events,
        files: Vec::new(),
    };
    let mut staged = Staged { folder, contents, files: Vec::new() };
    // The journal first: whatever the others have come to know after it, it does without.
    if events {
        staged.link(&house.config.data.join(JOURNAL), JOURNAL)?;
    }
    house.store.backup(&staged.folder.join(CONTROL))?;
    staged.add(CONTROL)?;
    if events {
        let lake = staged.folder.join(LAKE);
        for path in house.lake.link(&lake)? {
            staged.add(&format!("{LAKE}/{path}"))?;
        }
    }
    Ok(staged)
}

impl Staged {
    /// Gives the files of a folder another name. One that is gone meanwhile is no more needed.
    fn link(&mut self, from: &Path, name: &str) -> Result<(), Error> {
        let to = self.folder.join(name);
        std::fs::create_dir(&to).map_err(disk(&to))?;
        for entry in std::fs::read_dir(from).map_err(disk(from))? {
            let entry = entry.map_err(disk(from))?;
            let Some(file) = entry.file_name().to_str().filter(|name| *name != "lock").map(str::to_owned) else { continue };
            match std::fs::hard_link(entry.path(), to.join(&file)) {
                Ok(()) => self.add(&format!("{name}/{file}"))?,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(disk(&entry.path())(error)),
            }
        }
        Ok(())
    }

    fn add(&mut self, path: &str) -> Result<(), Error> {
        let place = self.folder.join(path);
        let bytes = place.metadata().map_err(disk(&place))?.len();
        self.files.push((path.to_owned(), bytes));
        Ok(())
    }

    /// Writes the archive; what each file comes to stands at its end.
    pub fn write(mut self, to: impl Write) -> Result<(), Error> {
        let mut archive = Builder::new(to);
        for (path, bytes) in std::mem::take(&mut self.files) {
            let place = self.folder.join(&path);
            // The newest segment of the journal goes on growing: only what was there belongs to the picture.
            let file = File::open(&place).map_err(disk(&place))?.take(bytes);
            let mut summed = Summed { file, hash: blake3::Hasher::new() };
            archive.append_data(&mut header(bytes), &path, &mut summed).map_err(disk(&place))?;
            self.contents.files.push(Kept { path, bytes, blake3: summed.hash.finalize().to_hex().to_string() });
        }
        let contents = serde_json::to_vec_pretty(&self.contents).unwrap_or_default();
        let mut end = header(contents.len() as u64);
        let wrote = archive.append_data(&mut end, CONTENTS, contents.as_slice()).and_then(|()| archive.into_inner()).and_then(|mut to| to.flush());
        wrote.map_err(|source| Error::Disk { place: "the archive".to_owned(), source })
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Takes away pictures that a server left which was killed.
pub fn sweep(data: &Path) {
    let entries = std::fs::read_dir(data).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(PICTURE)) {
        let _ = std::fs::remove_dir_all(entry.path());
    }
}

fn header(bytes: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_size(bytes);
    header.set_mode(0o600);
    header
}

/// Reads a file, and sums up what was read.
struct Summed<R> {
    file: R,
    hash: blake3::Hasher,
}

impl<R: Read> Read for Summed<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read(into)?;
        self.hash.update(&into[..n]);
        Ok(n)
    }
}
