//! What an earlier run left: segments in order, the tail cut after its last whole frame, damage told.

use crate::{
    Damage, Disk, DiskFile, Error, Position,
    header::{self, Header, Unreadable},
    log::Segment,
    window::Window,
    writer::write_all,
};
use std::{
    io::{self, IoSlice},
    ops::Range,
    sync::Arc,
};

const REWRITE_BYTES: usize = 256 << 10;

/// What opening found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Where the next entry goes.
    pub end: Position,
    /// Bytes cut off after the last whole frame: written, never acknowledged.
    pub torn_bytes: u64,
    /// Acknowledged bytes that can no longer be read, as far as opening looks: lengths and headers of all segments,
    /// frames of the last.
    pub damaged: Vec<Damage>,
}

pub struct Kept {
    pub segments: Vec<Segment>,
    /// The last segment's file, if it can be written on.
    pub last: Option<Box<dyn DiskFile>>,
}

pub fn recover(disk: &dyn Disk) -> Result<(Kept, Recovered), Error> {
    let mut told = Recovered::default();
    let mut found = list(disk, &mut told)?;
    for at in 1..found.len() {
        let follows = found[at].header.map_or(found[at].base, |header| header.follows);
        found[at - 1].end = follows.max(found[at - 1].base);
    }
    let mut segments = Vec::new();
    let last = found.pop();
    for one in found {
        one.check_length(&mut told);
        segments.push(one.segment());
    }
    let Some(last) = last else { return Ok((Kept { segments, last: None }, told)) };
    let (segment, file) = scan(disk, &last, &mut told)?;
    told.end = Position(segment.end);
    segments.push(segment);
    Ok((Kept { segments, last: file }, told))
}

/// A segment as its name, header and length tell it.
struct Found {
    name: Arc<str>,
    base: u64,
    header: Option<Header>,
    length: u64,
    end: u64,
}

impl Found {
    fn segment(&self) -> Segment {
        // Without its header no frame can be told from garbage: readers report the whole segment.
        Segment { base: self.base, end: self.end, salt: self.header.map_or(0, |header| header.salt) }
    }

    fn check_length(&self, told: &mut Recovered) {
        let have = self.base + self.length.saturating_sub(header::BYTES);
        if have < self.end {
            let damage = |at, what| Damage { file: self.name.clone(), offset: self.length, position: Position(at), next: Position(self.end), what };
            told.damaged.push(damage(have, "the file is shorter than it was"));
        }
    }
}

fn list(disk: &dyn Disk, told: &mut Recovered) -> Result<Vec<Found>, Error> {
    let mut names = disk.names().map_err(Error::io("listing", &disk.place()))?;
    names.retain(|name| header::base_of(name).is_some());
    names.sort_unstable();
    let mut found = Vec::new();
    let count = names.len();
    for (number, name) in names.into_iter().enumerate() {
        let one = look(disk, &name)?;
        if one.header.is_none() && one.length <= header::BYTES && number + 1 == count {
            // No frame is written before the header is durable: a beginning that a crash cut short.
            disk.remove(&name).and_then(|()| disk.sync()).map_err(Error::io("removing", &name))?;
            told.torn_bytes += one.length;
            continue;
        }
        if one.header.is_none() {
            let what = "the segment's header cannot be read";
            told.damaged.push(Damage { file: one.name.clone(), offset: 0, position: Position(one.base), next: Position(one.end), what });
        }
        found.push(one);
    }
    Ok(found)
}

fn look(disk: &dyn Disk, name: &str) -> Result<Found, Error> {
    let mut file = disk.read(name).map_err(Error::io("opening", name))?;
    let length = file.length().map_err(Error::io("opening", name))?;
    let mut bytes = [0; header::BYTES as usize];
    let mut have = 0;
    while have < bytes.len() {
        match file.read(have as u64, &mut bytes[have..]).map_err(Error::io("reading", name))? {
            0 => break,
            count => have += count,
        }
    }
    let base = header::base_of(name).unwrap_or(0);
    let header = match Header::decode(&bytes) {
        Ok(header) if header.base == base => Some(header),
        Ok(_) | Err(Unreadable::Damaged) => None,
        Err(Unreadable::Version(version)) => return Err(Error::Version { file: name.into(), version }),
    };
    Ok(Found { name: name.into(), base, header, length, end: base + length.saturating_sub(header::BYTES) })
}

/// Goes through the last segment's frames, cuts the torn tail, and makes what stays durable.
fn scan(disk: &dyn Disk, last: &Found, told: &mut Recovered) -> Result<(Segment, Option<Box<dyn DiskFile>>), Error> {
    let mut segment = last.segment();
    if last.header.is_none() {
        return Ok((segment, None));
    }
    let file = disk.write(&last.name).map_err(Error::io("opening", &last.name))?;
    let mut window = Window::new(file, last.name.clone(), segment.base, segment.salt);
    let (end, synced) = frames_end(&mut window, &segment, told)?;
    segment.end = end;
    let mut file = window.into_file();
    if last.end > end {
        file.cut(segment.bytes()).map_err(Error::io("cutting", &last.name))?;
        told.torn_bytes += last.end - end;
    }
    let place = |position| position - segment.base + header::BYTES;
    settle(disk, &mut *file, place(synced)..place(end)).map_err(Error::io("syncing", &last.name))?;
    Ok((segment, Some(file)))
}

/// Makes durable what may not be: name, header, last group. A killed process leaves whole frames that were never synced,
/// and one whose sync failed leaves pages that look written and are not: another sync alone would not write them.
fn settle(disk: &dyn Disk, file: &mut dyn DiskFile, group: Range<u64>) -> io::Result<()> {
    rewrite(file, 0, header::BYTES)?;
    rewrite(file, group.start, group.end)?;
    file.sync()?;
    disk.sync()
}

fn rewrite(file: &mut dyn DiskFile, from: u64, to: u64) -> io::Result<()> {
    let mut bytes = vec![0; REWRITE_BYTES];
    let mut at = from;
    while at < to {
        let most = (to - at).min(REWRITE_BYTES as u64) as usize;
        let have = file.read(at, &mut bytes[..most])?;
        if have == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        write_all(file, at, &mut [IoSlice::new(&bytes[..have])])?;
        at += have as u64;
    }
    Ok(())
}

/// Where the last whole frame ends, and up to where frames prove that all before them had been synced.
fn frames_end(window: &mut Window, segment: &Segment, told: &mut Recovered) -> Result<(u64, u64), Error> {
    let (mut at, mut synced) = (segment.base, segment.base);
    while at < segment.end {
        match window.frame(at, segment.end)? {
            Ok(found) => {
                synced = synced.max(found.synced);
                at = found.next;
            }
            Err(what) => {
                let Some((next, proven)) = was_durable(window, at, synced, segment.end)? else { break };
                told.damaged.push(window.damage(at, next, what));
                (at, synced) = (next, proven);
            }
        }
    }
    Ok((at, synced))
}

/// Whether a bad frame had once been synced, which a frame of a later group proves; where to go on then.
fn was_durable(window: &mut Window, at: u64, mut synced: u64, limit: u64) -> Result<Option<(u64, u64)>, Error> {
    let Some((next, mut found)) = window.search(at, limit)? else { return Ok(None) };
    loop {
        synced = synced.max(found.synced);
        if synced > at {
            return Ok(Some((next, synced)));
        }
        found = match window.frame(found.next, limit)? {
            Ok(found) => found,
            Err(_) => match window.search(found.next, limit)? {
                Some((_, found)) => found,
                None => return Ok(None),
            },
        };
    }
}
