//! Rules asked of events: each value is looked up, or asked once; each combination of answers is judged once.

use crate::hash::{Keys, LONGEST};
use crate::memo::Memo;
use crate::plan::{Group, Plan};
use crate::probe::Scratch;
use crate::sets::{EMPTY, Sets};
use crate::shared::Shared;
use crate::verdict::Verdicts;
use std::sync::Arc;
use watchbell_model::{Class, Part, Raw};
use watchbell_rules::{PredicateId, RuleId, Ruleset};

/// A rule that held, and the part and view of the event that it held for (the first of them).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    pub rule: RuleId,
    pub part: u32,
    pub view: u32,
}

/// Rules ready to be asked; shared by all threads.
#[derive(Clone)]
pub struct Engine(Arc<Shared>);

/// One thread's hand on the engine, with what that thread remembers. The classes that it is shown are of one catalogue.
pub struct Matcher {
    shared: Arc<Shared>,
    plans: Vec<Option<Arc<Plan>>>,
    memory: Memory,
    signature: Vec<u32>,
    verdicts: Verdicts,
}

/// Values seen before.
struct Memory {
    keys: Box<Keys>,
    memo: Memo,
    sets: Sets,
    scratch: Scratch,
    held: Vec<u32>,
}

/// Values that a thread remembers, and numbers that their sets may take.
const VALUES: usize = 1 << 18;
const NUMBERS: usize = 4 << 20;

impl Engine {
    pub fn new(rules: Arc<Ruleset>) -> Self {
        Self(Arc::new(Shared::new(rules)))
    }

    pub fn matcher(&self) -> Matcher {
        let memory = Memory { keys: Box::new(Keys::new()), memo: Memo::new(VALUES), sets: Sets::new(), scratch: Scratch::default(), held: Vec::new() };
        Matcher { shared: Arc::clone(&self.0), plans: Vec::new(), memory, signature: Vec::new(), verdicts: Verdicts::default() }
    }

    pub fn rules(&self) -> &Arc<Ruleset> {
        &self.0.rules
    }
}

impl Matcher {
    /// The rules that hold for an event, each once, by rising rule id. `hits` is emptied first.
    pub fn matches(&mut self, parts: &[Part<'_, '_>], hits: &mut Vec<Hit>) {
        hits.clear();
        for (number, part) in parts.iter().enumerate() {
            self.ask(number as u32, part, hits);
        }
        if parts.len() > 1 {
            hits.sort_unstable();
            hits.dedup_by_key(|hit| hit.rule);
        }
    }

    /// Whether a rule holds for one view, whatever its log source is.
    pub fn holds(&mut self, rule: RuleId, part: &Part<'_, '_>, view: usize) -> bool {
        self.shared.holds(rule, part, view)
    }

    /// Whether a predicate holds, and the first value that it was asked of.
    pub fn predicate(&mut self, id: PredicateId, part: &Part<'_, '_>, view: usize) -> (bool, Option<String>) {
        let field = self.shared.rules.predicates[id.0 as usize].field;
        (self.shared.direct.predicate(&self.shared.rules, id, part, view), part.text(view, field))
    }

    fn ask(&mut self, number: u32, part: &Part<'_, '_>, hits: &mut Vec<Hit>) {
        let class = part.class.number as usize;
        if !matches!(self.plans.get(class), Some(Some(_))) {
            self.learn(part.class);
        }
        let Some(Some(plan)) = self.plans.get(class) else { return };
        if plan.asked.is_empty() {
            return;
        }
        if self.memory.sets.size() + self.verdicts.size() > NUMBERS {
            self.memory.forget();
            self.verdicts = Verdicts::default();
        }
        self.signature.clear();
        self.signature.push(part.class.number);
        for group in &plan.groups {
            self.signature.push(self.memory.group(&self.shared, group, part));
        }
        let verdict = self.verdicts.of(&self.signature, plan, &self.memory.sets);
        for asked in verdict {
            let last = hits.last().filter(|hit| hit.part == number).map(|hit| hit.rule);
            if last != Some(asked.rule) && (asked.surely || self.shared.holds(asked.rule, part, asked.view as usize)) {
                hits.push(Hit { rule: asked.rule, part: number, view: asked.view });
            }
        }
    }

    #[cold]
    fn learn(&mut self, class: &Class) {
        let number = class.number as usize;
        if self.plans.len() <= number {
            self.plans.resize(number + 1, None);
        }
        self.plans[number] = Some(self.shared.plan(class));
    }
}

impl Memory {
    fn forget(&mut self) {
        self.memo.clear();
        self.sets = Sets::new();
    }

    /// The set of tests that hold for the values of a place.
    #[inline]
    fn group(&mut self, shared: &Shared, group: &Group, part: &Part<'_, '_>) -> u32 {
        let Some(path) = group.paths.iter().copied().find(|path| part.slots.has(*path)) else {
            return match &group.constant {
                Some(text) => self.value(shared, group, &Raw::text(text)),
                None => self.sets.intern(group.probe.absent()),
            };
        };
        let mut set = EMPTY;
        for raw in part.slots.get(path) {
            let more = self.value(shared, group, &raw);
            set = if set == EMPTY { more } else { self.sets.union(set, more) };
        }
        set
    }

    #[inline]
    fn value(&mut self, shared: &Shared, group: &Group, raw: &Raw<'_>) -> u32 {
        let len = raw.bytes.len();
        if len > LONGEST {
            return self.ask(shared, group, raw);
        }
        let hash = self.keys.hash(u64::from(group.number) << 8 | raw.kind as u64, raw.bytes);
        if let Some(set) = self.memo.get(hash, len) {
            return set;
        }
        let set = self.ask(shared, group, raw);
        self.memo.insert(hash, len, set);
        set
    }

    #[cold]
    fn ask(&mut self, shared: &Shared, group: &Group, raw: &Raw<'_>) -> u32 {
        group.probe.ask(&shared.rules, &shared.direct, raw, &mut self.scratch, &mut self.held);
        self.sets.intern(&self.held)
    }
}
