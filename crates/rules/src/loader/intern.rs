//! Numbers predicates so that the same question has the same number in every rule.

use crate::ir::{Predicate, PredicateId, Ruleset, Test};
use crate::sigma::Logic;
use std::collections::HashMap;
use std::hash::BuildHasher;
use watchbell_model::FieldId;

#[derive(Default)]
pub(super) struct Interner {
    hasher: foldhash::fast::RandomState,
    /// By hash; where two predicates have the same one, the second stands under the next number that is free.
    ids: HashMap<u64, PredicateId, foldhash::fast::RandomState>,
}

impl Interner {
    /// The common numbers of the predicates of `logic`, which get their common fields.
    pub fn predicates(&mut self, logic: &mut Logic, set: &mut Ruleset) -> Vec<PredicateId> {
        let fields: Vec<FieldId> = std::iter::once(FieldId::KEYWORDS).chain(logic.fields.iter().map(|name| set.fields.intern(name))).collect();
        let mut ids = Vec::with_capacity(logic.predicates.len());
        for predicate in &mut logic.predicates {
            predicate.field = fields[predicate.field.0 as usize];
            if let Test::FieldRef { other, .. } = &mut predicate.test {
                *other = fields[other.0 as usize];
            }
            ids.push(self.predicate(predicate, set));
        }
        ids
    }

    fn predicate(&mut self, predicate: &Predicate, set: &mut Ruleset) -> PredicateId {
        let mut hash = self.hasher.hash_one(predicate);
        while let Some(id) = self.ids.get(&hash) {
            if set.predicates[id.0 as usize] == *predicate {
                return *id;
            }
            hash = hash.wrapping_add(1);
        }
        let id = PredicateId(set.predicates.len() as u32);
        set.predicates.push(predicate.clone());
        self.ids.insert(hash, id);
        id
    }
}
