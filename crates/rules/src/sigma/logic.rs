//! A detection once checked: its own numbers for fields and predicates, until the loader gives the common ones.

use crate::ir::{Condition, Predicate, PredicateId, Test};
use watchbell_model::FieldId;

/// Conditions in one detection, repeated selections included.
const MAX_CONDITIONS: usize = 100_000;

#[derive(Debug, Default)]
pub(crate) struct Logic {
    /// Names of the fields from number 1 on; 0 are the keywords, as everywhere.
    pub fields: Vec<String>,
    pub predicates: Vec<Predicate>,
    pub selections: Vec<(String, Condition)>,
    pub condition: Condition,
    /// The conditions as written.
    pub texts: Vec<String>,
    /// A placeholder stands for nothing that is known: the whole must never hold.
    pub unset: bool,
    spent: usize,
}

impl Logic {
    pub fn field(&mut self, name: &str) -> FieldId {
        // The last one is often asked for again.
        if self.fields.last().is_none_or(|last| last != name) {
            self.fields.push(name.to_owned());
        }
        FieldId(self.fields.len() as u32)
    }

    pub fn is(&mut self, field: FieldId, test: Test) -> Condition {
        if !self.spend(1) {
            return Condition::Any(Vec::new());
        }
        self.predicates.push(Predicate { field, test });
        Condition::Is(PredicateId((self.predicates.len() - 1) as u32))
    }

    /// Takes `n` conditions from the budget; false if it is used up.
    pub fn spend(&mut self, n: usize) -> bool {
        self.spent = self.spent.saturating_add(n);
        !self.is_too_large()
    }

    pub fn is_too_large(&self) -> bool {
        self.spent > MAX_CONDITIONS
    }
}

impl Default for Condition {
    fn default() -> Self {
        Self::Any(Vec::new())
    }
}

impl Condition {
    pub(crate) fn all(parts: Vec<Self>) -> Self {
        flat(parts, |part| if let Self::All(inner) = part { Ok(inner) } else { Err(part) }, Self::All)
    }

    pub(crate) fn any(parts: Vec<Self>) -> Self {
        flat(parts, |part| if let Self::Any(inner) = part { Ok(inner) } else { Err(part) }, Self::Any)
    }

    pub(crate) fn not(self) -> Self {
        match self {
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }

    /// How many conditions it is made of.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::All(parts) | Self::Any(parts) => 1 + parts.iter().map(Self::size).sum::<usize>(),
            Self::Not(inner) => 1 + inner.size(),
            Self::Is(_) => 1,
        }
    }

    /// Whether a negation stands anywhere in it.
    pub(crate) fn denies(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::denies),
            Self::Not(_) => true,
            Self::Is(_) => false,
        }
    }

    /// Gives every predicate another number.
    pub(crate) fn renumber(&mut self, ids: &[PredicateId]) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter_mut().for_each(|part| part.renumber(ids)),
            Self::Not(inner) => inner.renumber(ids),
            Self::Is(id) => *id = ids[id.0 as usize],
        }
    }
}

/// One part alone is itself; parts of the same kind are taken apart.
fn flat(parts: Vec<Condition>, open: fn(Condition) -> Result<Vec<Condition>, Condition>, make: fn(Vec<Condition>) -> Condition) -> Condition {
    let mut all = Vec::with_capacity(parts.len());
    for part in parts {
        match open(part) {
            Ok(inner) => all.extend(inner),
            Err(part) => all.push(part),
        }
    }
    if all.len() == 1 { all.swap_remove(0) } else { make(all) }
}
