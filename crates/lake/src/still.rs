//! A still picture of the lake for a backup: other names for its files, which stay when the lake lets go of them.

use crate::{
    Lake,
    error::Error,
    lock,
    manifest::{self, LAYOUT, Manifest},
};
use std::{fs, io, path::Path};

impl Lake {
    /// Links files and list into a folder of the same file system, which it makes; their paths below it. What is in memory only
    /// is not among them: the journal has it.
    pub fn link(&self, into: &Path) -> Result<Vec<String>, Error> {
        let _listing = lock(&self.listing);
        let (files, position, next) = {
            let state = self.read();
            (state.files.clone(), state.position, state.next)
        };
        make(into)?;
        let mut paths = Vec::with_capacity(files.len() + 1);
        for file in &files {
            let to = into.join(&file.entry.path);
            make(to.parent().unwrap_or(into))?;
            fs::hard_link(&file.path, &to).map_err(Error::disk(&to))?;
            paths.push(file.entry.path.clone());
        }
        let list = Manifest { layout: LAYOUT, position, next, files: files.iter().map(|file| file.entry.clone()).collect() };
        manifest::write(&*self.options.disk, into, &list)?;
        paths.push(manifest::NAME.to_owned());
        Ok(paths)
    }
}

fn make(folder: &Path) -> Result<(), Error> {
    match fs::create_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(Error::disk(folder)(error)),
        _ => Ok(()),
    }
}

/// What a lake's list says, and what is missing of it; nothing is opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    pub files: usize,
    pub bytes: u64,
    pub missing: Vec<String>,
}

/// Reads the list of a lake that may be in use.
pub fn listed(dir: &Path) -> Result<Listed, Error> {
    let files = manifest::read(dir)?.files;
    let missing = files.iter().filter(|entry| !dir.join(&entry.path).is_file()).map(|entry| entry.path.clone()).collect();
    Ok(Listed { files: files.len(), bytes: files.iter().map(|entry| entry.bytes).sum(), missing })
}
