//! What all threads share: the rules, plans and probes, each made on first need, and what values gave.

use crate::answers::Answers;
use crate::direct::Direct;
use crate::hash::Keys;
use crate::plan::Plan;
use crate::probe::Probe;
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use watchbell_model::{Class, LogSource, Part};
use watchbell_rules::{PredicateId, RuleId, Ruleset, Test};

pub struct Shared {
    pub rules: Arc<Ruleset>,
    pub direct: Direct,
    /// Of the hashes of all threads.
    pub keys: Keys,
    pub answers: Answers,
    /// Rules that are asked of every event, by log source.
    sources: Vec<(LogSource, Vec<RuleId>)>,
    /// For each predicate: its test among the distinct ones.
    tests: Vec<u32>,
    /// For each distinct test: a predicate that has it.
    predicates: Vec<PredicateId>,
    made: Mutex<Made>,
}

/// Each is made outside the lock, and by one thread: those that want it meanwhile wait for it.
#[derive(Default)]
struct Made {
    plans: Vec<Cell<Plan>>,
    probes: FxHashMap<(Vec<u32>, bool), (u32, Cell<Probe>)>,
}

type Cell<T> = Arc<OnceLock<Arc<T>>>;

impl Shared {
    pub fn new(rules: Arc<Ruleset>) -> Self {
        let (tests, predicates) = distinct_tests(&rules);
        Self {
            direct: Direct::new(&rules),
            keys: Keys::new(),
            answers: Answers::new(),
            sources: by_source(&rules),
            tests,
            predicates,
            made: Mutex::default(),
            rules,
        }
    }

    /// The rules that a view is asked for, in no particular order.
    pub fn admitted(&self, view: &LogSource) -> impl Iterator<Item = RuleId> {
        self.sources.iter().filter(|(source, _)| source.admits(view)).flat_map(|(_, rules)| rules.iter().copied())
    }

    pub fn test_of(&self, id: PredicateId) -> u32 {
        self.tests[id.0 as usize]
    }

    pub fn test(&self, test: u32) -> &Test {
        &self.rules.predicates[self.predicates[test as usize].0 as usize].test
    }

    pub fn plan(&self, class: &Class) -> Arc<Plan> {
        let cell = {
            let (mut made, number) = (self.lock(), class.number as usize);
            if made.plans.len() <= number {
                made.plans.resize_with(number + 1, Cell::default);
            }
            Arc::clone(&made.plans[number])
        };
        Arc::clone(cell.get_or_init(|| Arc::new(Plan::new(self, class))))
    }

    /// The probe of these tests, and its number.
    pub fn probe(&self, tests: &[u32], deep: bool) -> (u32, Arc<Probe>) {
        let (number, cell) = {
            let mut made = self.lock();
            let next = made.probes.len() as u32;
            made.probes.entry((tests.to_vec(), deep)).or_insert_with(|| (next, Cell::default())).clone()
        };
        let predicates = || tests.iter().map(|test| self.predicates[*test as usize]).collect();
        (number, Arc::clone(cell.get_or_init(|| Arc::new(Probe::new(&self.rules, predicates(), deep)))))
    }

    pub fn holds(&self, rule: RuleId, part: &Part<'_, '_>, view: usize) -> bool {
        self.direct.condition(&self.rules, &self.rules.rules[rule.0 as usize].condition, part, view)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Made> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn distinct_tests(rules: &Ruleset) -> (Vec<u32>, Vec<PredicateId>) {
    let mut known: FxHashMap<&Test, u32> = FxHashMap::with_capacity_and_hasher(rules.predicates.len(), FxBuildHasher);
    let mut first = Vec::new();
    let mut of = Vec::with_capacity(rules.predicates.len());
    for (id, predicate) in rules.predicates.iter().enumerate() {
        let next = first.len() as u32;
        let number = *known.entry(&predicate.test).or_insert(next);
        if number == next {
            first.push(PredicateId(id as u32));
        }
        of.push(number);
    }
    (of, first)
}

fn by_source(rules: &Ruleset) -> Vec<(LogSource, Vec<RuleId>)> {
    let mut sources: FxHashMap<&LogSource, Vec<RuleId>> = FxHashMap::default();
    for (number, rule) in rules.rules.iter().enumerate().filter(|(_, rule)| !rule.on_demand) {
        sources.entry(&rule.source).or_default().push(RuleId(number as u32));
    }
    sources.into_iter().map(|(source, rules)| (source.clone(), rules)).collect()
}
