//! What a thread remembers of values: for each probe, the set of tests that held.

use crate::hash::LONGEST;
use crate::memo::Memo;
use crate::plan::Group;
use crate::probe::Scratch;
use crate::sets::{EMPTY, Sets};
use crate::shared::Shared;
use watchbell_model::{Part, Raw};

/// Values are apart by length, so that long ones, which seldom come again, do not crowd out the others.
pub struct Memory {
    short: Memo,
    long: Memo,
    /// By probe, of its long values: how many were looked up, and how many were known.
    known: Vec<(u32, u32)>,
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
            short: Memo::new(SHORT_VALUES),
            long: Memo::new(LONG_VALUES),
            known: Vec::new(),
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
        if len > LONGEST || (len > SHORT && self.is_fleeting(group.number)) {
            return self.ask(shared, group, raw, None, cost);
        }
        let hash = shared.keys.hash(u64::from(group.number) << 8 | raw.kind as u64, raw.bytes);
        let known = self.memo(len).get(hash, len);
        if len > SHORT {
            self.tally(group.number, known.is_some());
        }
        if let Some(set) = known {
            return set;
        }
        let set = self.ask(shared, group, raw, Some(hash), cost);
        self.memo(len).insert(hash, len, set);
        set
    }

    #[inline]
    fn memo(&mut self, len: usize) -> &mut Memo {
        if len <= SHORT { &mut self.short } else { &mut self.long }
    }

    /// Whether a probe's long values hardly ever come again, so that to look them up costs more than it saves.
    fn is_fleeting(&self, probe: u32) -> bool {
        self.known.get(probe as usize).is_some_and(|(asked, known)| *asked >= 1000 && known.saturating_mul(16) < *asked)
    }

    fn tally(&mut self, probe: u32, known: bool) {
        let probe = probe as usize;
        if self.known.len() <= probe {
            self.known.resize(probe + 1, (0, 0));
        }
        let (asked, all) = &mut self.known[probe];
        *asked = asked.saturating_add(1);
        *all = all.saturating_add(u32::from(known));
    }

    /// Other threads are told under `hash`.
    #[cold]
    fn ask(&mut self, shared: &Shared, group: &Group, raw: &Raw<'_>, hash: Option<u128>, cost: &mut u32) -> u32 {
        *cost = cost.saturating_add(raw.bytes.len() as u32);
        let mut ask = |held: &mut Vec<u32>| group.probe.ask(&shared.rules, &shared.direct, raw, &mut self.scratch, held);
        match hash {
            Some(hash) => shared.answers.of(hash, raw.bytes.len(), &mut self.held, ask),
            None => ask(&mut self.held),
        }
        self.sets.intern(&self.held)
    }
}
