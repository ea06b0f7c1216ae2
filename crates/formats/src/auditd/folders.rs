//! Which folder an inode is, learnt from the records of a stream, for names that are relative to what no record names.

use foldhash::fast::RandomState;
use std::collections::HashMap;

/// Folders kept in mind; past it, what was learnt is forgotten.
const MOST: usize = 32_768;
/// Names kept for one folder: its own, and those of links to it.
const NAMES: usize = 4;

/// A folder's identity on a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Inode {
    pub node: u32,
    pub device: u32,
    pub number: u64,
}

/// `fe:00` and `935590`.
pub(crate) fn inode(node: u32, device: &[u8], number: &[u8]) -> Option<Inode> {
    let (major, minor) = std::str::from_utf8(device).ok()?.split_once(':')?;
    let device = u32::from_str_radix(major, 16).ok()? << 20 | u32::from_str_radix(minor, 16).ok()?;
    Some(Inode { node, device, number: super::fields::number(number)?.cast_unsigned() })
}

/// A name of a folder, and how often it was seen.
type Sighting = (Box<[u8]>, u32);

/// Folder names by inode, the first seen first.
#[derive(Default)]
pub(crate) struct Folders {
    known: HashMap<Inode, Vec<Sighting>, RandomState>,
}

impl Folders {
    /// Notes that the folder goes by this absolute, normalised name.
    pub fn learn(&mut self, inode: Inode, name: &[u8]) {
        if self.known.len() >= MOST && !self.known.contains_key(&inode) {
            self.known.clear();
        }
        let names = self.known.entry(inode).or_default();
        if let Some((_, times)) = names.iter_mut().find(|(known, _)| **known == *name) {
            *times = times.saturating_add(1);
        } else {
            names.truncate(NAMES - 1);
            names.push((name.into(), 1));
        }
    }

    /// The names that it was seen by most, but for `given`; the first seen last. Names of links to it are seen more seldom.
    pub fn other_names(&self, inode: Inode, given: Option<&[u8]>) -> impl Iterator<Item = &[u8]> {
        let names = self.known.get(&inode).map_or(&[][..], Vec::as_slice);
        let most = names.iter().map(|(_, times)| *times).max();
        names.iter().rev().filter(move |(name, times)| Some(*times) == most && Some(&**name) != given).map(|(name, _)| &**name)
    }

    /// The folder was removed: its number may be given to another.
    pub fn forget(&mut self, inode: Inode) {
        self.known.remove(&inode);
    }
}
