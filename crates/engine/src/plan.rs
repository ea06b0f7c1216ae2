//! What there is to ask of the events of one class: which values, by which probe, and which rules their answers wake.

use crate::node::{Node, Resolved, compile};
use crate::probe::Probe;
use crate::shared::Shared;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;
use watchbell_model::{Class, FieldId, PathId, View};
use watchbell_rules::{Compare, Form, PredicateId, RuleId, Test};

/// All rules of a class, by what they need.
pub struct Plan {
    pub groups: Vec<Group>,
    /// Rules by rising id, and for each view that admits them, in the order of views.
    pub asked: Vec<Asked>,
    /// For each atom, those of `asked` that need it (or another).
    pub woken: Vec<Vec<u32>>,
    /// Those of `asked` that no atom wakes.
    pub always: Vec<u32>,
    /// For each group, those of `asked` that one of its atoms wakes.
    pub woken_by_group: Vec<Vec<u32>>,
    /// For each atom, its group as a bit of a [`Groups`].
    pub group_of: Vec<Groups>,
    /// Groups whose tests wake no rule: put off from the beginning, and asked last.
    pub second: Groups,
}

/// Groups as bits; those past the sixty-fourth have none, and are never put off.
pub type Groups = u64;

/// Values that stand in one place, and all that is asked of them. Its atoms begin at `base`.
pub struct Group {
    pub paths: Vec<PathId>,
    pub constant: Option<String>,
    pub probe: Arc<Probe>,
    /// Of the probe, among all probes.
    pub number: u32,
    pub base: u32,
}

/// A rule as one view asks it.
pub struct Asked {
    pub rule: RuleId,
    pub view: u32,
    pub condition: Node<u32>,
    pub groups: Groups,
}

/// A place while the plan is made: paths, the constant they fall back on, whether trees are looked into.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Place<'c> {
    paths: &'c [PathId],
    constant: Option<&'c str>,
    deep: bool,
    second: bool,
}

#[derive(Default)]
struct Places<'c> {
    numbers: FxHashMap<Place<'c>, u32>,
    all: Vec<Place<'c>>,
}

/// An atom while the plan is made: place, and test.
type Draft = (u32, u32);

impl Plan {
    pub fn new(shared: &Shared, class: &Class) -> Self {
        let mut places = Places::default();
        let mut drafts: Vec<(RuleId, u32, Node<Draft>)> = Vec::new();
        for (number, view) in class.views.iter().enumerate() {
            for rule in shared.admitted(&view.source) {
                let node = compile(&shared.rules.rules[rule.0 as usize].condition, false, &mut |id| places.resolve(shared, view, id));
                if !matches!(node, Node::Known(false)) {
                    drafts.push((rule, number as u32, node));
                }
            }
        }
        drafts.sort_by_key(|(rule, view, _)| (*rule, *view));
        let drafts = places.split(shared, drafts);
        Self::of(shared, &places, drafts)
    }

    fn of(shared: &Shared, places: &Places<'_>, drafts: Vec<(RuleId, u32, Node<Draft>)>) -> Self {
        let mut tests: Vec<Vec<u32>> = vec![Vec::new(); places.all.len()];
        for (.., node) in &drafts {
            node.atoms(&mut |(place, test)| tests[place as usize].push(test));
        }
        let (mut bases, mut group_of) = (Vec::new(), Vec::new());
        let (mut groups, mut atoms, mut second) = (Vec::new(), 0, 0);
        for (place, tests) in places.all.iter().zip(&mut tests) {
            tests.sort_unstable();
            tests.dedup();
            bases.push(atoms);
            if !tests.is_empty() {
                let (number, probe) = shared.probe(tests, place.deep);
                groups.push(Group { paths: place.paths.to_vec(), constant: place.constant.map(str::to_owned), probe, number, base: atoms });
                second |= if place.second { bit(groups.len() - 1) } else { 0 };
                atoms += tests.len() as u32;
                group_of.resize(atoms as usize, bit(groups.len() - 1));
            }
        }
        let atom = |(place, test): Draft| bases[place as usize] + tests[place as usize].binary_search(&test).expect("every test was gathered") as u32;
        let asked = |(rule, view, node): (RuleId, u32, Node<Draft>)| {
            let (condition, mut groups) = (node.map(&atom), 0);
            condition.atoms(&mut |atom| groups |= group_of[atom as usize]);
            Asked { rule, view, condition, groups }
        };
        let asked: Vec<Asked> = drafts.into_iter().map(asked).collect();
        let costs: Vec<u64> = tests.iter().flatten().map(|test| cost(shared.test(*test))).collect();
        let woken_by_group = vec![Vec::new(); groups.len()];
        let mut plan = Self { groups, woken: vec![Vec::new(); atoms as usize], always: Vec::new(), asked, woken_by_group, group_of, second };
        plan.index(&costs);
        plan
    }

    fn index(&mut self, costs: &[u64]) {
        for (number, asked) in self.asked.iter().enumerate() {
            match asked.condition.witness(&|atom| costs[atom as usize]) {
                Some((_, atoms)) => atoms.iter().for_each(|atom| self.woken[*atom as usize].push(number as u32)),
                None => self.always.push(number as u32),
            }
        }
        for group in 0..self.groups.len() {
            let end = self.groups.get(group + 1).map_or(self.woken.len(), |next| next.base as usize);
            let mut woken = self.woken[self.groups[group].base as usize..end].concat();
            woken.sort_unstable();
            woken.dedup();
            self.woken_by_group[group] = woken;
        }
    }
}

/// A group as a bit.
fn bit(group: usize) -> Groups {
    1_u64.checked_shl(group as u32).unwrap_or(0)
}

/// Tests on one place from which on those that wake no rule are asked by themselves.
const MANY: usize = 200;

impl<'c> Places<'c> {
    /// Moves the tests that wake no rule, where there are many on one place, to a second one with the same values.
    fn split(&mut self, shared: &Shared, drafts: Vec<(RuleId, u32, Node<Draft>)>) -> Vec<(RuleId, u32, Node<Draft>)> {
        let price = |(_, test): Draft| cost(shared.test(test));
        let waking: FxHashSet<Draft> = drafts.iter().filter_map(|(.., node)| node.witness(&price)).flat_map(|(_, atoms)| atoms).collect();
        let mut tests: Vec<FxHashSet<u32>> = vec![FxHashSet::default(); self.all.len()];
        for (.., node) in &drafts {
            node.atoms(&mut |(place, test)| {
                tests[place as usize].insert(test);
            });
        }
        let second = |place: usize| Place { second: true, ..self.all[place].clone() };
        let many: Vec<(usize, Place<'c>)> = (0..self.all.len()).filter(|place| tests[*place].len() >= MANY).map(|place| (place, second(place))).collect();
        let moved: FxHashMap<u32, u32> = many.into_iter().map(|(from, to)| (from as u32, self.number(to))).collect();
        let to = |(place, test): Draft| match moved.get(&place) {
            Some(second) if !waking.contains(&(place, test)) => (*second, test),
            _ => (place, test),
        };
        drafts.into_iter().map(|(rule, view, node)| (rule, view, node.map(&to))).collect()
    }

    fn resolve(&mut self, shared: &Shared, view: &'c View, id: PredicateId) -> Resolved<Draft> {
        let predicate = &shared.rules.predicates[id.0 as usize];
        if matches!(predicate.test, Test::FieldRef { .. }) {
            return Resolved::Late;
        }
        let paths = view.paths.get(&predicate.field).map_or(&[][..], Vec::as_slice);
        let constant = view.constants.get(&predicate.field).map(String::as_str);
        match (paths, constant) {
            ([], None) => Resolved::Known(matches!(predicate.test, Test::Null | Test::Exists(false))),
            ([], Some(text)) => Resolved::Known(match predicate.test {
                Test::Exists(wanted) => wanted,
                _ => shared.direct.leaf(id, predicate, text),
            }),
            _ => {
                let place = Place { paths, constant, deep: predicate.field == FieldId::KEYWORDS, second: false };
                Resolved::Atom((self.number(place), shared.test_of(id)))
            }
        }
    }

    fn number(&mut self, place: Place<'c>) -> u32 {
        let new = self.all.len() as u32;
        let number = *self.numbers.entry(place.clone()).or_insert(new);
        if number == new {
            self.all.push(place);
        }
        number
    }
}

/// How often a test may hold, in about events of ten thousand.
pub fn cost(test: &Test) -> u64 {
    match test {
        Test::Text(pattern) => match pattern.form() {
            Form::Anything => 9000,
            Form::Equals(_) => 20,
            Form::StartsWith(text) | Form::EndsWith(text) | Form::Contains(text) => by_length(text.len()),
            Form::Other => 30,
        },
        Test::Regex { .. } => 100,
        Test::Cidr(_) => 3000,
        Test::Number { compare: Compare::Equal, .. } => 500,
        Test::Number { .. } | Test::TimePart { .. } => 4000,
        Test::Null | Test::Exists(_) | Test::FieldRef { .. } => 9500,
    }
}

fn by_length(len: usize) -> u64 {
    match len {
        0..=1 => 4000,
        2 => 1500,
        3 => 800,
        4 => 400,
        5..=6 => 100,
        7..=10 => 20,
        _ => 10,
    }
}
