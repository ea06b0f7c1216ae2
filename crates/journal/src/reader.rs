//! Reads durable entries in order, waiting at the end without polling; any number of readers beside the writer.

use crate::{
    Disk, Entry, Error, Position,
    frame::Names,
    header,
    log::{Segment, Shared},
    window::Window,
};
use std::{io, sync::Arc, time::Duration};

/// One entry, where it stands, and where to go on after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    pub position: Position,
    pub entry: Entry,
    pub next: Position,
}

pub struct Reader {
    disk: Arc<dyn Disk>,
    log: Shared,
    at: u64,
    /// What is known to be durable of the open segment.
    limit: u64,
    open: Option<(Segment, Window)>,
    names: Names,
}

impl Reader {
    pub(crate) fn new(disk: Arc<dyn Disk>, log: Shared, from: Position) -> Self {
        Self { disk, log, at: from.0, limit: 0, open: None, names: Names::default() }
    }

    pub fn position(&self) -> Position {
        Position(self.at)
    }

    /// Waits for the next entry. `None`: none came in time; `Closed`: none will. After `Damaged` the same place is
    /// tried again, unless `seek` goes on after it.
    pub fn next(&mut self, timeout: Duration) -> Result<Option<Read>, Error> {
        if self.at >= self.limit && !self.advance(timeout)? {
            return Ok(None);
        }
        let Some((_, window)) = &mut self.open else { return Ok(None) };
        match window.frame(self.at, self.limit)? {
            Ok(found) => match self.names.decode(window.body(self.at, found)) {
                Some(entry) => {
                    let read = Read { position: Position(self.at), entry, next: Position(found.next) };
                    self.at = found.next;
                    Ok(Some(read))
                }
                None => Err(Error::Damaged(window.damage(self.at, found.next, "a frame that makes no sense"))),
            },
            Err(what) => {
                let next = window.search(self.at, self.limit)?.map_or(self.limit, |(next, _)| next);
                Err(Error::Damaged(window.damage(self.at, next, what)))
            }
        }
    }

    /// Goes on elsewhere.
    pub fn seek(&mut self, to: Position) {
        self.at = to.0;
        self.limit = 0;
    }

    /// Waits until there is something at this position and opens its segment.
    fn advance(&mut self, timeout: Duration) -> Result<bool, Error> {
        loop {
            let Some(segment) = self.log.wait(self.at, timeout)? else { return Ok(false) };
            let known = self.open.as_ref().is_some_and(|(open, _)| (open.base, open.salt) == (segment.base, segment.salt));
            if !known && !self.enter(&segment)? {
                continue;
            }
            self.at = self.at.max(segment.base);
            self.limit = segment.end;
            if self.at < self.limit {
                return Ok(true);
            }
        }
    }

    /// Opens a segment; false if it was dropped meanwhile.
    fn enter(&mut self, segment: &Segment) -> Result<bool, Error> {
        let name = header::file_name(segment.base);
        match self.disk.read(&name) {
            Ok(file) => {
                self.open = Some((segment.clone(), Window::new(file, name.into(), segment.base, segment.salt)));
                Ok(true)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound && self.log.first() > segment.base => Ok(false),
            Err(error) => Err(Error::io("opening", &name)(error)),
        }
    }
}
