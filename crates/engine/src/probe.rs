//! All tests on one field of one class, asked of a value at once: gives the set of those that hold.

use crate::direct::Direct;
use crate::gate::Gate;
use crate::grams::{Grams, Seen};
use crate::needles::needles;
use crate::value::{Leaf, address, any_leaf, compares, folded, number};
use ipnet::IpNet;
use rustc_hash::FxHashMap;
use watchbell_model::{Kind, Raw};
use watchbell_rules::{Compare, Form, Number, PredicateId, Ruleset, Test};

/// A test that a literal speaks for: surely, or subject to a closer look.
#[derive(Clone, Copy)]
struct Speaks {
    test: u32,
    surely: bool,
}

/// Tests by number, in the order in which they were given.
#[derive(Default)]
pub struct Probe {
    /// A predicate of each test, which says what the test is.
    tests: Vec<PredicateId>,
    /// Keywords look into trees.
    deep: bool,
    present: Vec<u32>,
    absent: Vec<u32>,
    null: Vec<u32>,
    any_text: Vec<u32>,
    equals: FxHashMap<Box<[u8]>, Vec<Speaks>>,
    starts: Ends,
    ends: Ends,
    contains: Literals,
    /// Tests with nothing necessary to look for.
    unaided: Vec<u32>,
    /// Regular expressions with a literal of their own.
    aided_regexes: Vec<u32>,
    equal_numbers: FxHashMap<i64, Vec<u32>>,
    numbers: Vec<(u32, Compare, Number)>,
    nets: Vec<(u32, IpNet)>,
    gate: Option<Gate>,
}

/// Literals that are worth a gate of their own, and values that are worth a look at it.
const FEW: usize = 64;
const LONG: usize = 256;

/// Literals that are one end of a value, by length.
#[derive(Default)]
struct Ends {
    lengths: Vec<usize>,
    literals: FxHashMap<Box<[u8]>, Vec<Speaks>>,
}

#[derive(Default)]
struct Literals {
    numbers: FxHashMap<Box<[u8]>, usize>,
    speak: Vec<Vec<Speaks>>,
    grams: Option<Grams>,
}

/// Memory for asking, kept between values.
#[derive(Default)]
pub struct Scratch {
    text: String,
    lower: Vec<u8>,
    seen: Seen,
    doubtful: Vec<u32>,
}

impl Probe {
    pub fn new(rules: &Ruleset, tests: Vec<PredicateId>, deep: bool) -> Self {
        let mut probe = Self { deep, ..Self::default() };
        for (number, id) in tests.iter().enumerate() {
            probe.add(number as u32, &rules.predicates[id.0 as usize].test);
        }
        probe.starts.finish();
        probe.ends.finish();
        if probe.asks_for_literals_only() {
            probe.gate = Gate::new(probe.contains.numbers.keys().map(|literal| &**literal));
        }
        probe.contains.finish();
        probe.tests = tests;
        probe
    }

    fn add(&mut self, test: u32, what: &Test) {
        match what {
            Test::Text(pattern) => {
                let speaks = Speaks { test, surely: !pattern.cased };
                let key = |text: &str| folded(text).as_bytes().into();
                match pattern.form() {
                    Form::Anything => self.any_text.push(test),
                    Form::Equals(text) => self.equals.entry(key(text)).or_default().push(speaks),
                    Form::StartsWith(text) => self.starts.literals.entry(key(text)).or_default().push(speaks),
                    Form::EndsWith(text) => self.ends.literals.entry(key(text)).or_default().push(speaks),
                    Form::Contains(text) => self.contains.add(text, speaks),
                    Form::Other => self.add_doubtful(test, what),
                }
            }
            Test::Regex { .. } => self.add_doubtful(test, what),
            Test::Cidr(net) => self.nets.push((test, *net)),
            Test::Number { compare: Compare::Equal, value: Number::Integer(n) } => self.equal_numbers.entry(*n).or_default().push(test),
            Test::Number { compare, value } => self.numbers.push((test, *compare, *value)),
            Test::Null => {
                self.null.push(test);
                self.absent.push(test);
            }
            Test::Exists(true) => self.present.push(test),
            Test::Exists(false) => self.absent.push(test),
            Test::TimePart { .. } => self.unaided.push(test),
            Test::FieldRef { .. } => {}
        }
    }

    fn add_doubtful(&mut self, test: u32, what: &Test) {
        let needles = needles(what);
        if needles.is_empty() {
            self.unaided.push(test);
        } else if matches!(what, Test::Regex { .. }) {
            self.aided_regexes.push(test);
        }
        for needle in needles {
            self.contains.add(&needle, Speaks { test, surely: false });
        }
    }

    fn asks_for_literals_only(&self) -> bool {
        let others = self.any_text.len() + self.equals.len() + self.starts.literals.len() + self.ends.literals.len() + self.unaided.len();
        others + self.equal_numbers.len() + self.numbers.len() + self.nets.len() == 0 && (self.deep || self.contains.numbers.len() < FEW)
    }

    /// Whether a look at the bytes as they lie may spare all else.
    #[inline]
    pub fn is_gated(&self, raw: &Raw<'_>) -> bool {
        self.gate.is_some() && (self.deep || (raw.bytes.len() >= LONG && raw.kind != Kind::JsonTree))
    }

    /// Whether the gate says that no text in the value is asked for.
    pub fn is_vain(&self, raw: &Raw<'_>) -> bool {
        self.gate.as_ref().is_some_and(|gate| !gate.passes(raw))
    }

    /// The tests that hold for any value.
    pub fn present(&self) -> &[u32] {
        &self.present
    }

    /// The tests that hold for a field that is not there.
    pub fn absent(&self) -> &[u32] {
        &self.absent
    }

    /// Leaves the tests that hold for this value in `held`, rising.
    pub fn ask(&self, rules: &Ruleset, direct: &Direct, raw: &Raw<'_>, scratch: &mut Scratch, held: &mut Vec<u32>) {
        held.clear();
        held.extend_from_slice(&self.present);
        if raw.kind == Kind::JsonText {
            let mut text = std::mem::take(&mut scratch.text);
            text.clear();
            raw.render(&mut text);
            self.ask_text(rules, direct, &text, scratch, held);
            scratch.text = text;
        } else {
            any_leaf(raw, self.deep, &mut |leaf: Leaf<'_>| {
                match leaf {
                    None => held.extend_from_slice(&self.null),
                    Some(text) => self.ask_text(rules, direct, &text, scratch, held),
                }
                false
            });
        }
        held.sort_unstable();
        held.dedup();
    }

    fn ask_text(&self, rules: &Ruleset, direct: &Direct, text: &str, scratch: &mut Scratch, held: &mut Vec<u32>) {
        let Scratch { lower, seen, doubtful, .. } = scratch;
        lower.clear();
        doubtful.clear();
        let ascii = text.is_ascii();
        if ascii {
            lower.extend_from_slice(text.as_bytes());
            lower.make_ascii_lowercase();
        } else {
            lower.extend_from_slice(folded(text).as_bytes());
        }
        held.extend_from_slice(&self.any_text);
        let mut speak = |all: &[Speaks]| {
            for one in all {
                if one.surely { &mut *held } else { &mut *doubtful }.push(one.test);
            }
        };
        self.equals.get(lower.as_slice()).into_iter().for_each(|all| speak(all));
        self.starts.find(lower, |text, len| &text[..len], &mut speak);
        self.ends.find(lower, |text, len| &text[text.len() - len..], &mut speak);
        self.contains.find(lower, seen, &mut speak);
        self.ask_typed(text, held);
        doubtful.extend_from_slice(&self.unaided);
        if !ascii && text.contains('\u{17F}') {
            doubtful.extend_from_slice(&self.aided_regexes);
        }
        doubtful.sort_unstable();
        doubtful.dedup();
        let holds = |test: &u32| {
            let id = self.tests[*test as usize];
            direct.leaf(id, &rules.predicates[id.0 as usize], text)
        };
        held.extend(doubtful.iter().copied().filter(holds));
    }

    fn ask_typed(&self, text: &str, held: &mut Vec<u32>) {
        if !(self.numbers.is_empty() && self.equal_numbers.is_empty())
            && let Some(n) = number(text)
        {
            held.extend(self.numbers.iter().filter(|(_, compare, value)| compares(n, *compare, *value)).map(|(test, ..)| *test));
            self.ask_equal(n, held);
        }
        if !self.nets.is_empty()
            && let Some(address) = address(text)
        {
            held.extend(self.nets.iter().filter(|(_, net)| net.contains(&address)).map(|(test, _)| *test));
        }
    }
}

impl Probe {
    fn ask_equal(&self, n: Number, held: &mut Vec<u32>) {
        match n {
            Number::Integer(n) => held.extend(self.equal_numbers.get(&n).into_iter().flatten()),
            // Several great integers are equal to one float.
            Number::Float(_) => {
                let equal = self.equal_numbers.iter().filter(|(value, _)| compares(n, Compare::Equal, Number::Integer(**value)));
                held.extend(equal.flat_map(|(_, tests)| tests));
            }
        }
    }
}

impl Ends {
    fn finish(&mut self) {
        self.lengths = self.literals.keys().map(|literal| literal.len()).collect();
        self.lengths.sort_unstable();
        self.lengths.dedup();
    }

    fn find(&self, text: &[u8], end: impl Fn(&[u8], usize) -> &[u8], speak: &mut impl FnMut(&[Speaks])) {
        for len in self.lengths.iter().copied().take_while(|len| *len <= text.len()) {
            self.literals.get(end(text, len)).into_iter().for_each(|all| speak(all));
        }
    }
}

impl Literals {
    fn add(&mut self, text: &str, speaks: Speaks) {
        let number = *self.numbers.entry(folded(text).as_bytes().into()).or_insert(self.speak.len());
        if number == self.speak.len() {
            self.speak.push(Vec::new());
        }
        self.speak[number].push(speaks);
    }

    fn finish(&mut self) {
        let mut literals: Vec<(Box<[u8]>, usize)> = std::mem::take(&mut self.numbers).into_iter().collect();
        literals.sort_unstable_by_key(|(_, number)| *number);
        if !literals.is_empty() {
            self.grams = Some(Grams::new(literals.into_iter().map(|(literal, _)| literal).collect()));
        }
    }

    fn find(&self, text: &[u8], seen: &mut Seen, speak: &mut impl FnMut(&[Speaks])) {
        let Some(grams) = &self.grams else { return };
        grams.find(text, seen);
        seen.found.iter().for_each(|literal| speak(&self.speak[*literal as usize]));
    }
}
