//! Rules asked of events: each value is looked up, or asked once; each combination of answers is judged once.

use crate::memory::Memory;
use crate::plan::{Groups, Plan};
use crate::sets::EMPTY;
use crate::shared::Shared;
use crate::verdict::{HEAD, Verdict, Verdicts, head};
use std::sync::Arc;
use watchbell_model::{Class, Part};
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
    plans: Vec<Option<Habits>>,
    judge: Judge,
}

/// A plan, and what this thread has found of its groups: those whose values cost much are put off until a rule needs them.
struct Habits {
    plan: Arc<Plan>,
    put_off: Groups,
    events: u32,
    /// For each group, the bytes of values that were not remembered, lately.
    cost: Vec<u32>,
}

struct Judge {
    memory: Memory,
    verdicts: Verdicts,
    signature: Vec<u32>,
}

/// Bytes an event from which on a group is put off, and events after which that is looked at again.
const DEAR: u32 = 48;
const SOME: u32 = 1 << 8;

/// Numbers that may be kept before all is forgotten.
const NUMBERS: usize = 4 << 20;

impl Engine {
    pub fn new(rules: Arc<Ruleset>) -> Self {
        Self(Arc::new(Shared::new(rules)))
    }

    pub fn matcher(&self) -> Matcher {
        self.0.answers.join();
        let judge = Judge { memory: Memory::new(), verdicts: Verdicts::default(), signature: Vec::new() };
        Matcher { shared: Arc::clone(&self.0), plans: Vec::new(), judge }
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
        let Some(Some(habits)) = self.plans.get_mut(class) else { return };
        if habits.plan.asked.is_empty() {
            return;
        }
        for verdict in self.judge.verdicts(&self.shared, part, habits) {
            let last = hits.last().filter(|hit| hit.part == number).map(|hit| hit.rule);
            if last != Some(verdict.rule) && (verdict.surely || self.shared.holds(verdict.rule, part, verdict.view as usize)) {
                hits.push(Hit { rule: verdict.rule, part: number, view: verdict.view });
            }
        }
    }

    #[cold]
    fn learn(&mut self, class: &Class) {
        let number = class.number as usize;
        if self.plans.len() <= number {
            self.plans.resize_with(number + 1, || None);
        }
        let plan = self.shared.plan(class);
        self.plans[number] = Some(Habits { put_off: plan.second, events: 0, cost: vec![0; plan.groups.len()], plan });
    }
}

impl Judge {
    /// What holds for a part: first without the groups that were put off, then with those of them that are needed.
    #[inline]
    fn verdicts(&mut self, shared: &Shared, part: &Part<'_, '_>, habits: &mut Habits) -> &[Verdict] {
        if self.memory.sets.size() + self.verdicts.size() > NUMBERS {
            self.memory.forget();
            self.verdicts = Verdicts::default();
        }
        habits.count();
        let put_off = habits.put_off;
        self.signature.clear();
        self.signature.extend(head(part.class.number, put_off));
        for number in 0..habits.plan.groups.len() {
            let set = if is_in(number, put_off) { EMPTY } else { habits.ask(shared, &mut self.memory, part, number) };
            self.signature.push(set);
        }
        let mut put_off = put_off;
        loop {
            let needs = match self.verdicts.of(&self.signature, put_off, &habits.plan, &self.memory.sets) {
                Ok(verdicts) => return self.verdicts.at(verdicts),
                Err(needs) => needs,
            };
            // What wakes rules is asked before what does not: it may spare the rest.
            let first = needs & !habits.plan.second;
            let now = if first == 0 { needs } else { first };
            for number in (0..64).filter(|number| is_in(*number, now)) {
                self.signature[HEAD + number] = habits.ask(shared, &mut self.memory, part, number);
            }
            put_off &= !now;
            self.signature[..HEAD].copy_from_slice(&head(part.class.number, put_off));
        }
    }
}

fn is_in(group: usize, groups: Groups) -> bool {
    group < 64 && groups >> group & 1 != 0
}

impl Habits {
    #[inline]
    fn ask(&mut self, shared: &Shared, memory: &mut Memory, part: &Part<'_, '_>, group: usize) -> u32 {
        memory.group(shared, &self.plan.groups[group], part, &mut self.cost[group])
    }

    /// Counts an event, and looks now and then at what should be put off. What was put off once stays so.
    #[inline]
    fn count(&mut self) {
        self.events = self.events.wrapping_add(1);
        if self.events.is_multiple_of(SOME) {
            let dear = self.cost.iter().take(64).enumerate().filter(|(_, cost)| **cost / SOME >= DEAR);
            self.put_off = dear.fold(self.put_off, |groups, (number, _)| groups | 1 << number);
            self.cost.fill(0);
        }
    }
}
