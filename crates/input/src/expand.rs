//! From the paths a user names to a sorted list of files, each once.

use crate::options::Options;
use crate::problem::{Problem, Reason};
use std::collections::HashSet;
use std::fs::{self, DirEntry, Metadata};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A file to be opened with [`crate::open`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFile {
    /// As given: the argument `DIR` gives `DIR/sub/file`. Control characters are shown as U+FFFD.
    pub name: String,
    /// None is standard input.
    pub path: Option<PathBuf>,
    pub modified: Option<SystemTime>,
    /// Bytes on disk.
    pub size: Option<u64>,
}

/// Lists files and, recursively, folders: sorted by name, a file reached twice is listed once.
///
/// `-` is standard input. Links inside folders are followed as `options` say (a loop ends by itself); fifos and
/// devices are listed when named themselves, and are a problem inside a folder.
pub fn expand(paths: &[PathBuf], options: &Options) -> (Vec<InputFile>, Vec<Problem>) {
    let mut walk = Walk { files: Vec::new(), problems: Vec::new(), seen: HashSet::new(), follow: options.follow_symlinks };
    for path in paths {
        walk.argument(path);
    }
    walk.files.sort_by(|a, b| (&a.name, &a.path).cmp(&(&b.name, &b.path)));
    walk.problems.sort_by(|a, b| a.name.cmp(&b.name));
    walk.problems.dedup();
    (walk.files, walk.problems)
}

/// A name fit for a terminal.
pub(crate) fn label(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

struct Walk {
    files: Vec<InputFile>,
    problems: Vec<Problem>,
    /// Real paths of files and folders met.
    seen: HashSet<PathBuf>,
    follow: bool,
}

/// A path, and how the user would write it.
struct Place {
    path: PathBuf,
    name: String,
}

impl Place {
    fn within(&self, entry: &DirEntry) -> Self {
        let file = entry.file_name();
        let name = format!("{}/{}", self.name.trim_end_matches('/'), label(&file.to_string_lossy()));
        Self { path: entry.path(), name }
    }
}

impl Walk {
    fn argument(&mut self, path: &Path) {
        if path == Path::new("-") {
            if self.seen.insert(path.to_owned()) {
                self.files.push(InputFile { name: "-".to_owned(), path: None, modified: None, size: None });
            }
            return;
        }
        let place = Place { path: path.to_owned(), name: label(&path.to_string_lossy()) };
        self.followed(place, true);
    }

    /// A place whose links are followed.
    fn followed(&mut self, place: Place, named: bool) {
        match fs::metadata(&place.path) {
            Ok(about) if about.is_dir() => self.folders(place),
            Ok(about) if about.is_file() || named => {
                // A pipe the shell made (`<(...)`) has no path of its own.
                let real = fs::canonicalize(&place.path).unwrap_or_else(|_| place.path.clone());
                self.file(place, real, &about);
            }
            Ok(_) => self.problem(place.name, Reason::Special),
            Err(error) => self.problem(place.name, Reason::of(&error)),
        }
    }

    fn file(&mut self, place: Place, real: PathBuf, about: &Metadata) {
        if self.seen.insert(real) {
            let size = about.is_file().then_some(about.len());
            self.files.push(InputFile { name: place.name, path: Some(place.path), modified: about.modified().ok(), size });
        }
    }

    /// A folder and those below it, without recursion.
    fn folders(&mut self, top: Place) {
        let mut waiting = vec![top];
        while let Some(folder) = waiting.pop() {
            if let Err(error) = self.folder(&folder, &mut waiting) {
                self.problem(folder.name, Reason::of(&error));
            }
        }
    }

    fn folder(&mut self, folder: &Place, waiting: &mut Vec<Place>) -> std::io::Result<()> {
        let real = fs::canonicalize(&folder.path)?;
        if !self.seen.insert(real.clone()) {
            return Ok(());
        }
        for entry in fs::read_dir(&folder.path)? {
            let entry = entry?;
            let place = folder.within(&entry);
            let (path, name) = (entry.path(), place.name.clone());
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => waiting.push(place),
                Ok(kind) if kind.is_symlink() && !self.follow => self.problem(name, Reason::Symlink),
                Ok(kind) if kind.is_symlink() && path.is_dir() => waiting.push(place),
                Ok(kind) if kind.is_symlink() => self.followed(place, false),
                Ok(kind) if kind.is_file() => match entry.metadata() {
                    Ok(about) => self.file(place, real.join(entry.file_name()), &about),
                    Err(error) => self.problem(name, Reason::of(&error)),
                },
                Ok(_) => self.problem(name, Reason::Special),
                Err(error) => self.problem(name, Reason::of(&error)),
            }
        }
        Ok(())
    }

    fn problem(&mut self, name: String, reason: Reason) {
        self.problems.push(Problem::new(name, reason));
    }
}
