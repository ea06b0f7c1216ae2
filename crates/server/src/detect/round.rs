//! What is read at once and worked off on every core, its order kept.

use super::lane::{Lane, Sifted};
use rustc_hash::FxHasher;
use std::hash::Hasher;
use std::panic::resume_unwind;
use std::time::Duration;
use watchbell_journal::{EntryKind, Error, Read, Reader};
use watchbell_model::Timestamp;

/// Entries in the journal's order.
pub struct Round {
    reads: Vec<Read>,
}

pub enum Part<'a> {
    Records(&'a [Read]),
    Control(&'a Read),
}

/// Bytes of a round: enough to keep all cores busy, few enough that nobody waits long.
const BYTES: usize = 8 << 20;
const ENTRIES: usize = 4096;

impl Round {
    /// Waits for an entry, and takes what else is there; none if none comes in time.
    pub fn gather(reader: &mut Reader, wait: Duration) -> Result<Option<Self>, Error> {
        let (mut reads, mut bytes) = (Vec::new(), 0);
        while bytes < BYTES && reads.len() < ENTRIES {
            let wait = if reads.is_empty() { wait } else { Duration::ZERO };
            match reader.next(wait) {
                Ok(Some(read)) => {
                    bytes += read.entry.payload.len();
                    reads.push(read);
                }
                Ok(None) => break,
                // What was read before the trouble is worked off first.
                Err(_) if !reads.is_empty() => break,
                Err(error) => return Err(error),
            }
        }
        Ok((!reads.is_empty()).then_some(Self { reads }))
    }

    /// When its first entry was received.
    pub fn received(&self) -> Option<Timestamp> {
        self.reads.first().map(|read| read.entry.received)
    }

    /// Stretches of logs, and what stands between them.
    pub fn parts(&self) -> impl Iterator<Item = Part<'_>> {
        let same = |a: &Read, b: &Read| a.entry.kind == EntryKind::Records && b.entry.kind == EntryKind::Records;
        self.reads.chunk_by(same).map(|reads| match reads {
            [read] if read.entry.kind == EntryKind::Control => Part::Control(read),
            reads => Part::Records(reads),
        })
    }
}

/// Works off entries on all lanes; what comes out is in their order.
pub fn sift(lanes: &mut [Lane], reads: &[Read]) -> Vec<Sifted> {
    spread(lanes, reads, Lane::entry)
}

/// Does something with every entry, on all lanes; what comes out is in the entries' order.
pub fn spread<W: Send, T: Send>(lanes: &mut [Lane<W>], reads: &[Read], each: fn(&mut Lane<W>, &Read) -> T) -> Vec<T> {
    let shares = share(lanes.len(), reads);
    let work = |lane: &mut Lane<W>, share: &[usize]| share.iter().map(|at| (*at, each(lane, &reads[*at]))).collect::<Vec<_>>();
    let mut done: Vec<(usize, T)> = if shares.iter().filter(|share| !share.is_empty()).count() < 2 {
        lanes.iter_mut().zip(&shares).flat_map(|(lane, share)| work(lane, share)).collect()
    } else {
        std::thread::scope(|scope| {
            let lanes = lanes.iter_mut().zip(&shares).filter(|(_, share)| !share.is_empty());
            let threads: Vec<_> = lanes.map(|(lane, share)| scope.spawn(|| work(lane, share))).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
        })
    };
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, done)| done).collect()
}

/// Streams whose decoders remember always go to one lane; of the rest each lane has as many bytes as the others.
fn share(lanes: usize, reads: &[Read]) -> Vec<Vec<usize>> {
    let (mut shares, mut bytes) = (vec![Vec::new(); lanes.max(1)], vec![0; lanes.max(1)]);
    for (at, read) in reads.iter().enumerate() {
        let lane = if Lane::is_in_order(&read.entry) {
            lane_of(&read.entry.stream, shares.len())
        } else {
            (0..shares.len()).min_by_key(|lane| bytes[*lane]).unwrap_or(0)
        };
        bytes[lane] += read.entry.payload.len();
        shares[lane].push(at);
    }
    shares
}

fn lane_of(stream: &str, lanes: usize) -> usize {
    let mut hasher = FxHasher::default();
    hasher.write(stream.as_bytes());
    usize::try_from(hasher.finish() % lanes as u64).unwrap_or(0)
}
