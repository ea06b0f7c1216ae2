//! A stretch of a segment in memory, moved forward as it is read, and the frames in it.

use crate::{
    Damage, DiskFile, Error, Position,
    frame::{PREFIX, Prefix},
    header,
};
use std::{io, sync::Arc};

const READ_BYTES: usize = 256 << 10;

/// One segment, read from `base` on; never past the limit that is given with each call.
pub struct Window {
    file: Box<dyn DiskFile>,
    name: Arc<str>,
    base: u64,
    salt: u64,
    from: u64,
    bytes: Vec<u8>,
}

/// A frame whose checksums hold.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    /// Everything before this position had been synced when the frame was written.
    pub synced: u64,
    pub next: u64,
}

impl Window {
    pub fn new(file: Box<dyn DiskFile>, name: Arc<str>, base: u64, salt: u64) -> Self {
        Self { file, name, base, salt, from: base, bytes: Vec::new() }
    }

    /// The frame at this position; the inner error says what is wrong with it.
    pub fn frame(&mut self, at: u64, limit: u64) -> Result<Result<Found, &'static str>, Error> {
        let salt = self.salt;
        let Some(prefix) = self.get(at, PREFIX, limit)? else { return Ok(Err("cut off within a frame's prefix")) };
        let Some(prefix) = Prefix::decode(prefix, at, salt) else { return Ok(Err("not a frame's prefix")) };
        // From its beginning, so that all of it is still held when its body is asked for.
        let Some(whole) = self.get(at, PREFIX + prefix.length, limit)? else { return Ok(Err("cut off within a frame")) };
        if !prefix.holds(&whole[PREFIX..]) {
            return Ok(Err("a frame's checksum does not hold"));
        }
        Ok(Ok(Found { synced: at - prefix.back, next: at + (PREFIX + prefix.length) as u64 }))
    }

    /// The body of a frame that was found, still in memory.
    pub fn body(&self, at: u64, found: Found) -> &[u8] {
        let begin = (at - self.from) as usize + PREFIX;
        &self.bytes[begin..begin + (found.next - at) as usize - PREFIX]
    }

    /// The next position after `at` with a whole frame.
    pub fn search(&mut self, at: u64, limit: u64) -> Result<Option<(u64, Found)>, Error> {
        for at in at + 1..limit {
            if let Ok(found) = self.frame(at, limit)? {
                return Ok(Some((at, found)));
            }
        }
        Ok(None)
    }

    pub fn damage(&self, at: u64, next: u64, what: &'static str) -> Damage {
        Damage { file: self.name.clone(), offset: at - self.base + header::BYTES, position: Position(at), next: Position(next), what }
    }

    pub fn into_file(self) -> Box<dyn DiskFile> {
        self.file
    }

    /// So many bytes from a position; `None` if they pass the limit or the file is shorter.
    fn get(&mut self, at: u64, count: usize, limit: u64) -> Result<Option<&[u8]>, Error> {
        if limit.saturating_sub(at) < count as u64 {
            return Ok(None);
        }
        self.fill(at, count, limit).map_err(Error::io("reading", &self.name))?;
        let begin = (at - self.from) as usize;
        Ok(self.bytes.get(begin..begin + count))
    }

    fn fill(&mut self, at: u64, count: usize, limit: u64) -> io::Result<()> {
        let held = self.from..=self.from + self.bytes.len() as u64;
        if !held.contains(&at) {
            self.bytes.clear();
            self.from = at;
        }
        if at + count as u64 <= self.from + self.bytes.len() as u64 {
            return Ok(());
        }
        self.bytes.drain(..(at - self.from) as usize);
        if self.bytes.capacity() > 16 * READ_BYTES {
            self.bytes.shrink_to(READ_BYTES); // one large entry was here
        }
        self.from = at;
        let want = count.max(READ_BYTES).min((limit - at) as usize);
        self.read(want)
    }

    /// Fills up to `want` bytes, or to the end of the file.
    fn read(&mut self, want: usize) -> io::Result<()> {
        let mut have = self.bytes.len();
        self.bytes.resize(want.max(have), 0);
        let mut outcome = Ok(());
        while have < want {
            let place = self.from - self.base + header::BYTES + have as u64;
            match self.file.read(place, &mut self.bytes[have..]) {
                Ok(0) => break,
                Ok(count) => have += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    outcome = Err(error);
                    break;
                }
            }
        }
        self.bytes.truncate(have);
        outcome
    }
}
