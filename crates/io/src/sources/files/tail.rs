//! All files of a source: which are new, which were renamed, which are gone, and what of each is to be delivered.

use super::From;
use super::chunks::states;
use super::follow::{Follow, New, framing, size_and_time};
use super::list::{entries, list};
use super::position::{FileId, Position, read_at};
use crate::names::stream;
use crate::{Delivery, Limits, Positions};
use bytes::Bytes;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use watchbell_formats::Framing;

pub struct Settings {
    pub source: Arc<str>,
    pub paths: Vec<PathBuf>,
    pub format: &'static str,
    pub host: String,
    pub from: From,
    pub limits: Limits,
}

pub struct Tail {
    settings: Settings,
    positions: Arc<dyn Positions>,
    files: BTreeMap<FileId, Follow>,
    begun: bool,
    /// Files that could be read before and cannot now, since this was last asked.
    failures: u64,
}

/// What one file gave in a round, and where it stands once that is kept.
pub struct Read {
    pub file: FileId,
    pub peer: Arc<str>,
    pub deliveries: Vec<Delivery>,
    pub rejected: Vec<(&'static str, Bytes)>,
    pub position: Position,
}

/// Rounds without anything new after which a file that was renamed away is let go, and one that stands is closed.
const LET_GO: u32 = 30;
const CLOSE: u32 = 600;
/// Bytes of a round.
const ROUND: usize = 16 << 20;

impl Tail {
    pub fn new(settings: Settings, positions: Arc<dyn Positions>) -> Self {
        Self { settings, positions, files: BTreeMap::new(), begun: false, failures: 0 }
    }

    pub fn source(&self) -> &str {
        &self.settings.source
    }

    pub fn take_failures(&mut self) -> u64 {
        std::mem::take(&mut self.failures)
    }

    /// Remembers what was kept.
    pub fn commit(&mut self, kept: Vec<(FileId, Position)>) {
        for (id, position) in kept {
            if let Ok(text) = serde_json::to_string(&position) {
                self.positions.save(&self.settings.source, &id.key(), &text);
            }
            if let Some(follow) = self.files.get_mut(&id) {
                follow.position = position;
            }
        }
    }

    /// Looks at every file once. What was renamed away is read before what stands in its place.
    pub fn round(&mut self) -> Vec<Read> {
        let listed = self.meet();
        let mut ids: Vec<FileId> = self.files.keys().copied().collect();
        ids.sort_by_key(|id| listed.contains(id));
        let (mut reads, mut bytes) = (Vec::new(), 0);
        for id in ids {
            if bytes >= ROUND {
                break;
            }
            if let Some(read) = self.look(id, listed.contains(&id)) {
                bytes += read.deliveries.iter().map(|delivery| delivery.bytes.len()).sum::<usize>();
                reads.push(read);
            }
        }
        reads
    }

    fn look(&mut self, id: FileId, listed: bool) -> Option<Read> {
        let follow = self.files.get_mut(&id)?;
        let last = !listed && follow.quiet >= LET_GO;
        let new = follow.look(id, self.settings.format, &self.settings.limits, last);
        follow.quiet = if matches!(new, Ok(Some(_))) { 0 } else { follow.quiet.saturating_add(1) };
        let gone = new.is_err() && !listed;
        let cut = follow.cut.take().map(|position| (follow.path.clone(), position));
        if new.is_err() && listed && !std::mem::replace(&mut follow.fails, new.is_err()) {
            self.failures += 1;
        }
        if let Some(new) = new.ok().flatten() {
            return Some(self.read(id, new));
        }
        if let Some((path, position)) = cut {
            self.search_copy(&path, position);
            return None;
        }
        if last || gone {
            self.files.remove(&id);
            self.positions.forget(&self.settings.source, &id.key());
        } else if follow.quiet >= CLOSE {
            follow.file = None;
        }
        None
    }

    fn read(&self, file: FileId, new: New) -> Read {
        let stream: Arc<str> = stream(&self.settings.host, &new.position.path).into();
        let peer: Arc<str> = new.position.path.as_str().into();
        let delivery = |(format, unit, first, bytes)| {
            let (source, stream, peer) = (Arc::clone(&self.settings.source), Arc::clone(&stream), Arc::clone(&peer));
            Delivery { source, stream, peer, format, unit, first, bytes }
        };
        Read { file, deliveries: new.blocks.into_iter().map(delivery).collect(), rejected: new.rejected, position: new.position, peer: Arc::clone(&peer) }
    }

    /// Meets files that are new; gives the ids of those that the paths mean.
    fn meet(&mut self) -> BTreeSet<FileId> {
        let mut kept: BTreeMap<FileId, Position> = BTreeMap::new();
        if !self.begun {
            let load = self.positions.load(&self.settings.source);
            kept.extend(load.into_iter().filter_map(|(key, text)| Some((FileId::parse(&key)?, serde_json::from_str(&text).ok()?))));
        }
        let skip = !self.begun && self.settings.from == From::End && kept.is_empty();
        let mut listed = BTreeSet::new();
        for path in list(&self.settings.paths) {
            let Ok(metadata) = path.metadata() else { continue };
            let id = FileId::of(&metadata, &path);
            if !metadata.is_file() || !listed.insert(id) {
                continue;
            }
            if let Some(follow) = self.files.get_mut(&id) {
                follow.path = path;
                continue;
            }
            let known = kept.remove(&id).unwrap_or_else(|| Position::new(&path));
            self.files.insert(id, Follow::new(path.clone(), known));
            if skip {
                self.commit(vec![(id, at_end(&path, self.settings.format))]);
            }
        }
        for (id, position) in kept {
            self.search(id, position);
        }
        self.begun = true;
        listed
    }

    /// A file that was truncated may have been copied before (`copytruncate`): the copy has what was not read in time.
    fn search_copy(&mut self, path: &Path, position: Position) {
        let name = path.file_name().unwrap_or_default().as_encoded_bytes();
        let is_copy = |found: &PathBuf| {
            let named = found != path && found.file_name().is_some_and(|found| found.as_encoded_bytes().starts_with(name));
            let goes_on = || File::open(found).and_then(|file| Ok(file.metadata()?.len() > position.offset && position.fits(&file, file.metadata()?.len())?));
            named && position.head > 0 && goes_on().unwrap_or_default()
        };
        let Some(copy) = entries(path.parent().unwrap_or(Path::new("/"))).find(is_copy) else { return };
        let Ok(metadata) = copy.metadata() else { return };
        self.files.entry(FileId::of(&metadata, &copy)).or_insert_with(|| Follow::new(copy, position));
    }

    /// A file that was renamed while nobody looked stands beside where it was.
    fn search(&mut self, id: FileId, position: Position) {
        let beside = Path::new(&position.path).parent().map(Path::to_path_buf).unwrap_or_default();
        let found = entries(&beside).find(|path| path.metadata().is_ok_and(|metadata| metadata.is_file() && FileId::of(&metadata, path) == id));
        let same = |path: &PathBuf| File::open(path).and_then(|file| position.fits(&file, file.metadata()?.len())).unwrap_or_default();
        match found.filter(same) {
            Some(path) => {
                self.files.insert(id, Follow::new(path, position));
            }
            None => self.positions.forget(&self.settings.source, &id.key()),
        }
    }
}

/// After all that is there.
fn at_end(path: &Path, format: &str) -> Position {
    let mut position = Position::new(path);
    // What cannot be read now is new when it can.
    let _ = File::open(path).and_then(|file| {
        match framing(&read_at(&file, 0, watchbell_formats::HEAD)?, format) {
            Some((Framing::Chunks, _)) => position.chunks = states(&file, file.metadata()?.len())?,
            Some((Framing::Whole, _)) => position.document = Some(size_and_time(&file.metadata()?)),
            _ => count_lines(&file, &mut position)?,
        }
        position.learn(&file)
    });
    position
}

fn count_lines(file: &File, position: &mut Position) -> io::Result<()> {
    const BLOCK: usize = 1 << 20;
    let mut at = 0;
    loop {
        let bytes = read_at(file, at, BLOCK)?;
        if bytes.is_empty() {
            return Ok(());
        }
        if let Some(end) = memchr::memrchr(b'\n', &bytes) {
            position.offset = at + end as u64 + 1;
        }
        position.lines += memchr::memchr_iter(b'\n', &bytes).count() as u64;
        at += bytes.len() as u64;
    }
}
