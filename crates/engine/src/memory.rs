//! What a thread remembers of values: for each probe, the set of tests that held.

use crate::hash::{Keys, LONGEST};
use crate::memo::Memo;
use crate::plan::Group;
use crate::probe::Scratch;
use crate::sets::{EMPTY, Sets};
use crate::shared::Shared;
use watchbell_model::{Part, Raw};

/// Values are apart by length, so that long ones, which seldom come again, do not crowd out the others.
pub struct Memory {
    keys: Box<Keys>,
    short: Memo,
    long: Memo,
    pub sets: Sets,
    scratch: Scratch,
    held: Vec<u32>,
}

/// Values remembered at most.
const SHORT_VALUES: usize = 1 << 17;
const LONG_VALUES: usize = 1 << 14;
/// Values longer than this are long.
const SHORT: usize = 160;

impl Memory {
    pub fn new() -> Self {
        Self {
            keys: Box::new(Keys::new()),
            short: Memo::new(SHORT_VALUES),
            long: Memo::new(LONG_VALUES),
            sets: Sets::new(),
            scratch: Scratch::default(),
            held: Vec::new(),
        }
    }

    pub fn forget(&mut self) {
        self.short.clear();
        self.long.clear();
        self.sets = Sets::new();
    }

    /// The set of tests that hold for the values of a place. Bytes that were new are added to `cost`.
    #[inline]
    pub fn group(&mut self, shared: &Shared, group: &Group, part: &Part<'_, '_>, cost: &mut u32) -> u32 {
        let Some(path) = group.paths.iter().copied().find(|path| part.slots.has(*path)) else {
            return match &group.constant {
                Some(text) => self.value(shared, group, &Raw::text(text), cost),
                None => self.few(group.probe.absent()),
            };
        };
        let mut set = EMPTY;
        for raw in part.slots.get(path) {
            let more = self.value(shared, group, &raw, cost);
            set = if set == EMPTY { more } else { self.sets.union(set, more) };
        }
        set
    }

    #[inline]
    fn few(&mut self, tests: &[u32]) -> u32 {
        if tests.is_empty() { EMPTY } else { self.sets.intern(tests) }
    }

    #[inline]
    fn value(&mut self, shared: &Shared, group: &Group, raw: &Raw<'_>, cost: &mut u32) -> u32 {
        let len = raw.bytes.len();
        if group.probe.is_gated(raw) {
            *cost = cost.saturating_add(len as u32 / 8);
            if group.probe.is_vain(raw) {
                return self.few(group.probe.present());
            }
        }
        if len > LONGEST {
            return self.ask(shared, group, raw, cost);
        }
        let hash = self.keys.hash(u64::from(group.number) << 8 | raw.kind as u64, raw.bytes);
        if let Some(set) = self.memo(len).get(hash, len) {
            return set;
        }
        let set = self.ask(shared, group, raw, cost);
        self.memo(len).insert(hash, len, set);
        set
    }

    #[inline]
    fn memo(&mut self, len: usize) -> &mut Memo {
        if len <= SHORT { &mut self.short } else { &mut self.long }
    }

    #[cold]
    fn ask(&mut self, shared: &Shared, group: &Group, raw: &Raw<'_>, cost: &mut u32) -> u32 {
        *cost = cost.saturating_add(raw.bytes.len() as u32);
        group.probe.ask(&shared.rules, &shared.direct, raw, &mut self.scratch, &mut self.held);
        self.sets.intern(&self.held)
    }
}
