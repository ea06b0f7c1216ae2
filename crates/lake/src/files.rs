//! Files that searches may still be reading: one that is no longer listed goes from the disk when the last reader has let go of it.

use crate::{disk::Disk, error::Error, manifest::Entry};
use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

pub(crate) const FOLDER: &str = "events";

#[derive(Debug)]
pub(crate) struct LakeFile {
    pub entry: Entry,
    pub path: PathBuf,
    disk: Arc<dyn Disk>,
    unlisted: AtomicBool,
}

impl LakeFile {
    pub fn new(disk: &Arc<dyn Disk>, dir: &Path, entry: Entry) -> Arc<Self> {
        Arc::new(Self { path: dir.join(&entry.path), entry, disk: Arc::clone(disk), unlisted: AtomicBool::new(false) })
    }

    pub fn unlist(&self) {
        self.unlisted.store(true, Ordering::Release);
    }
}

impl Drop for LakeFile {
    fn drop(&mut self) {
        if *self.unlisted.get_mut() {
            // What stays because of an error is taken away when the lake is opened again.
            let _ = self.disk.remove(&self.path);
        }
    }
}

/// The folder and name of a new file, below the lake's folder.
pub(crate) fn name(time: i64, product: &str, service: &str, number: u64) -> (String, String) {
    let at = jiff::Timestamp::from_nanosecond(i128::from(time)).unwrap_or_default();
    let source: String = format!("{product}-{service}").chars().filter_map(plain).take(48).collect();
    let source = source.trim_matches('-');
    let source = if source.is_empty() { "other" } else { source };
    let folder = format!("{FOLDER}/{}", at.strftime("%Y-%m-%d"));
    (folder.clone(), format!("{folder}/{}-{source}-{number:08}.parquet", at.strftime("%H")))
}

fn plain(letter: char) -> Option<char> {
    match letter {
        'a'..='z' | '0'..='9' | '-' | '_' => Some(letter),
        'A'..='Z' => Some(letter.to_ascii_lowercase()),
        ' ' | '.' | '/' => Some('-'),
        _ => None,
    }
}

/// Takes away what a crash left: files that no list names.
pub(crate) fn sweep(disk: &dyn Disk, dir: &Path, named: &HashSet<PathBuf>) -> Result<usize, Error> {
    let top = dir.join(FOLDER);
    let mut swept = 0;
    for folder in children(&top)? {
        for file in if folder.is_dir() { children(&folder)? } else { Vec::new() } {
            let ours = file.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.ends_with(".parquet") || name.ends_with(".parquet.tmp"));
            if ours && !named.contains(&file) {
                disk.remove(&file).map_err(Error::disk(&file))?;
                swept += 1;
            }
        }
        // Fails where something is left in it.
        let _ = fs::remove_dir(&folder);
    }
    Ok(swept)
}

fn children(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    match fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>().map_err(Error::disk(folder)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(Error::disk(folder)(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_hour_and_source_and_nothing_that_a_path_could_trip_over() {
        let check = |time, product, service, expected: &str| assert_eq!(name(time, product, service, 7).1, expected);
        check(1_600_735_861_000_000_000, "windows", "sysmon", "events/2020-09-22/00-windows-sysmon-00000007.parquet");
        check(0, "", "", "events/1970-01-01/00-other-00000007.parquet");
        check(-1, "../../etc", "A\0é/b", "events/1969-12-31/23-etc-a-b-00000007.parquet");
        check(i64::MAX, "linux", "", "events/2262-04-11/23-linux-00000007.parquet");
    }
}
