//! From a record's key to its class: worked out once, remembered by the bytes, bounded in number.

use super::bind::{BoundShape, Shapes};
use super::compute::Op;
use super::message::MessagePlan;
use crate::Catalogue;
use bumpalo::Bump;
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::Hasher;
use std::sync::{Arc, Mutex, PoisonError};
use watchbell_model::{Class, FieldId, PathId, Raw, Slots};

/// A class, and what is to be done to a record of it before its values can be asked.
#[derive(Debug)]
pub struct ClassPlan {
    pub class: Arc<Class>,
    /// Whether some view asks for every value of the record.
    pub keywords: bool,
    ops: Vec<Op>,
    message: Option<(PathId, MessagePlan)>,
}

impl ClassPlan {
    /// Reads the record's text where it has nothing else. True if the text told what the class is named by.
    pub fn read_message<'a>(&self, slots: &mut Slots<'a>, arena: &'a Bump) -> bool {
        self.message.as_ref().is_some_and(|(path, plan)| plan.read(*path, slots, arena))
    }

    /// Adds what is worked out. Nothing to do for most classes.
    pub fn complete<'a>(&self, slots: &mut Slots<'a>, arena: &'a Bump) {
        for op in &self.ops {
            op.run(slots, arena);
        }
    }
}

/// Classes with constants of their own; a hostile log cannot make more.
const MOST_CLASSES: usize = 4096;

/// The plans made so far, shared by all threads.
#[derive(Debug, Default)]
pub struct Plans(Mutex<FxHashMap<Outcome, Arc<ClassPlan>>>);

/// All that a key decides: keys with the same outcome share a class.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Outcome {
    shape: usize,
    views: Vec<usize>,
    message: Option<usize>,
    constants: Vec<(FieldId, String)>,
}

impl Shapes {
    /// The plan of a key. Past [`MOST_CLASSES`], keys that differ in constants alone share one.
    fn plan(&self, catalogue: &Catalogue, number: usize, key: &[Option<String>]) -> Arc<ClassPlan> {
        let shape = &self.shapes[number];
        let (views, message) = (shape.views_of(key), shape.messages.iter().position(|plan| plan.holds(key)));
        let what = |constants: &[(FieldId, String)]| Outcome { shape: number, views: views.clone(), message, constants: constants.to_vec() };
        let mut plans = self.plans.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut outcome = what(&shape.constants_of(key));
        if plans.len() >= MOST_CLASSES && !plans.contains_key(&outcome) {
            outcome = what(&[]);
        }
        if let Some(plan) = plans.get(&outcome) {
            return Arc::clone(plan);
        }
        let plan = Arc::new(shape.make(catalogue, &outcome));
        plans.insert(outcome, Arc::clone(&plan));
        plan
    }
}

impl BoundShape {
    /// Numbers of the views that a key has.
    fn views_of(&self, key: &[Option<String>]) -> Vec<usize> {
        let holding: Vec<usize> = (0..self.views.len()).filter(|v| !self.views[*v].otherwise && self.views[*v].holds(key)).collect();
        if holding.is_empty() { (0..self.views.len()).filter(|v| self.views[*v].otherwise && self.views[*v].holds(key)).collect() } else { holding }
    }

    fn constants_of(&self, key: &[Option<String>]) -> Vec<(FieldId, String)> {
        self.constants.iter().filter_map(|(field, part)| Some((*field, key[*part].clone()?))).collect()
    }

    fn make(&self, catalogue: &Catalogue, outcome: &Outcome) -> ClassPlan {
        let views: Vec<_> = outcome.views.iter().map(|v| &self.views[*v]).collect();
        let message = self.message.and_then(|path| Some((path, self.messages[outcome.message?].clone())));
        ClassPlan {
            keywords: views.iter().any(|view| view.keywords),
            ops: views.iter().flat_map(|view| view.ops.iter().cloned()).collect(),
            message,
            class: catalogue.class(views.iter().map(|view| view.view(&self.places, &outcome.constants)).collect()),
        }
    }
}

/// What one thread remembers: from the bytes of a key to its plan.
#[derive(Default)]
pub struct ClassMemo {
    known: FxHashMap<u64, Remembered>,
    /// The plan of a key that is not remembered.
    other: Option<Arc<ClassPlan>>,
}

struct Remembered {
    shape: usize,
    key: Vec<u8>,
    plan: Arc<ClassPlan>,
}

impl ClassMemo {
    pub fn plan(&mut self, catalogue: &Catalogue, number: usize, slots: &Slots<'_>) -> &ClassPlan {
        let shape = &catalogue.shapes().shapes[number];
        let hash = hash_of(number, &shape.key, slots);
        let known = self.known.get(&hash).is_some_and(|known| known.shape == number && same(&known.key, &shape.key, slots));
        if !known {
            let plan = catalogue.shapes().plan(catalogue, number, &shape.key_texts(slots));
            if self.known.len() >= MOST_CLASSES {
                return self.other.insert(plan);
            }
            self.known.insert(hash, Remembered { shape: number, key: bytes_of(&shape.key, slots), plan });
        }
        &self.known[&hash].plan
    }
}

fn parts<'s, 'a>(key: &'s [Vec<PathId>], slots: &'s Slots<'a>) -> impl Iterator<Item = Raw<'a>> + use<'s, 'a> {
    key.iter().map(|paths| paths.iter().find_map(|path| slots.first(*path)).unwrap_or(Raw::NULL))
}

fn hash_of(number: usize, key: &[Vec<PathId>], slots: &Slots<'_>) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write_usize(number);
    for raw in parts(key, slots) {
        hasher.write_u8(raw.kind as u8);
        hasher.write(raw.bytes);
    }
    hasher.finish()
}

/// The parts as kind, length, bytes.
fn bytes_of(key: &[Vec<PathId>], slots: &Slots<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for raw in parts(key, slots) {
        bytes.push(raw.kind as u8);
        bytes.extend_from_slice(&(raw.bytes.len() as u32).to_le_bytes());
        bytes.extend_from_slice(raw.bytes);
    }
    bytes
}

/// Whether [`bytes_of`] would give `bytes`.
fn same(mut bytes: &[u8], key: &[Vec<PathId>], slots: &Slots<'_>) -> bool {
    for raw in parts(key, slots) {
        let Some((head, rest)) = bytes.split_at_checked(5) else { return false };
        let (text, rest) = rest.split_at(raw.bytes.len().min(rest.len()));
        if head[0] != raw.kind as u8 || head[1..] != (raw.bytes.len() as u32).to_le_bytes() || text != raw.bytes {
            return false;
        }
        bytes = rest;
    }
    bytes.is_empty()
}
