//! Sets of small numbers, each kept once and known by its number; the empty one is 0.

use foldhash::fast::RandomState;
use std::collections::HashMap;
use std::ops::Range;

#[derive(Default)]
pub struct Sets {
    numbers: HashMap<Box<[u32]>, u32, RandomState>,
    ranges: Vec<Range<usize>>,
    members: Vec<u32>,
    unions: HashMap<(u32, u32), u32, RandomState>,
}

pub const EMPTY: u32 = 0;

impl Sets {
    pub fn new() -> Self {
        let mut sets = Self::default();
        sets.intern(&[]);
        sets
    }

    /// The number of a set given by its members, rising.
    pub fn intern(&mut self, members: &[u32]) -> u32 {
        if let Some(number) = self.numbers.get(members) {
            return *number;
        }
        let number = self.ranges.len() as u32;
        let start = self.members.len();
        self.members.extend_from_slice(members);
        self.ranges.push(start..self.members.len());
        self.numbers.insert(members.into(), number);
        number
    }

    pub fn members(&self, set: u32) -> &[u32] {
        &self.members[self.ranges[set as usize].clone()]
    }

    pub fn union(&mut self, a: u32, b: u32) -> u32 {
        if a == b || b == EMPTY {
            return a;
        }
        if a == EMPTY {
            return b;
        }
        let key = (a.min(b), a.max(b));
        if let Some(known) = self.unions.get(&key) {
            return *known;
        }
        let mut all = [self.members(a), self.members(b)].concat();
        all.sort_unstable();
        all.dedup();
        let union = self.intern(&all);
        self.unions.insert(key, union);
        union
    }

    /// How much is kept, roughly, in numbers.
    pub fn size(&self) -> usize {
        2 * self.members.len() + 8 * self.ranges.len() + 4 * self.unions.len()
    }
}
