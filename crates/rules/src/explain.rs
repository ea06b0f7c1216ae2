//! Why a rule holds or not: its selections as a tree, each part with its answer and the value that was seen.

use crate::describe::{condition_word, predicate_words, quoted, test_words};
use crate::ir::{Condition, PredicateId, Rule, Ruleset};
use serde::Serialize;

/// What an event says to one predicate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    pub held: bool,
    /// The field's value as text; `None` where the field is not there.
    pub saw: Option<String>,
}

/// One part of a rule, and whether it held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    pub held: bool,
    pub what: String,
    /// The value seen, of a part that asks one field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saw: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Explanation>,
}

/// Values of a list that are shown by name.
const SHOWN: usize = 4;

/// Explains `rule` by the answers of one event. Each selection is a part of the whole; `ask` may be asked the same twice.
pub fn explain(set: &Ruleset, rule: &Rule, ask: &mut dyn FnMut(PredicateId) -> Answer) -> Explanation {
    let mut teller = Teller { set, ask };
    let parts = rule.selections.iter().map(|(name, condition)| Explanation { what: name.clone(), ..teller.tell(condition) });
    let parts = parts.collect();
    Explanation { held: teller.holds(&rule.condition), what: rule.about.conditions.join(" | "), saw: None, parts }
}

struct Teller<'a> {
    set: &'a Ruleset,
    ask: &'a mut dyn FnMut(PredicateId) -> Answer,
}

impl Teller<'_> {
    fn tell(&mut self, condition: &Condition) -> Explanation {
        match condition {
            Condition::Is(id) => self.predicate(*id),
            Condition::Not(inner) => {
                let inner = self.tell(inner);
                Explanation { held: !inner.held, what: "not".to_owned(), saw: None, parts: vec![inner] }
            }
            Condition::All(parts) => {
                let parts: Vec<Explanation> = parts.iter().map(|part| self.tell(part)).collect();
                let held = parts.iter().all(|part| part.held);
                Explanation { held, what: condition_word(condition).to_owned(), saw: None, parts: telling(parts, held) }
            }
            Condition::Any(parts) => self.any(condition, parts),
        }
    }

    fn any(&mut self, condition: &Condition, parts: &[Condition]) -> Explanation {
        if let Some(ids) = same_field(self.set, parts) {
            return self.list(&ids);
        }
        let parts: Vec<Explanation> = parts.iter().map(|part| self.tell(part)).collect();
        let held = parts.iter().any(|part| part.held);
        Explanation { held, what: condition_word(condition).to_owned(), saw: None, parts: telling(parts, held) }
    }

    /// Several values for one field: the one that held, or how many did not.
    fn list(&mut self, ids: &[PredicateId]) -> Explanation {
        let mut saw = None;
        for id in ids {
            let answer = (self.ask)(*id);
            if answer.held {
                return self.predicate(*id);
            }
            saw = saw.or(answer.saw);
        }
        let predicate = |id: &PredicateId| &self.set.predicates[id.0 as usize];
        let shown = ids.iter().take(SHOWN).map(|id| test_words(self.set, &predicate(id).test)).collect::<Vec<_>>().join(", or ");
        let more = if ids.len() > SHOWN { format!(", or {} more", ids.len() - SHOWN) } else { String::new() };
        let field = ids.first().map(|id| crate::describe::field_words(self.set, predicate(id).field)).unwrap_or_default();
        Explanation { held: false, what: format!("{field} {shown}{more}"), saw, parts: Vec::new() }
    }

    fn predicate(&mut self, id: PredicateId) -> Explanation {
        let answer = (self.ask)(id);
        Explanation { held: answer.held, what: predicate_words(self.set, &self.set.predicates[id.0 as usize]), saw: answer.saw, parts: Vec::new() }
    }

    fn holds(&mut self, condition: &Condition) -> bool {
        match condition {
            Condition::All(parts) => parts.iter().all(|part| self.holds(part)),
            Condition::Any(parts) => parts.iter().any(|part| self.holds(part)),
            Condition::Not(inner) => !self.holds(inner),
            Condition::Is(id) => (self.ask)(*id).held,
        }
    }
}

/// Of many parts those that made the whole what it is.
fn telling(parts: Vec<Explanation>, held: bool) -> Vec<Explanation> {
    const FEW: usize = 8;
    if parts.len() <= FEW { parts } else { parts.into_iter().filter(|part| part.held == held).take(FEW).collect() }
}

/// The predicates of parts that all ask the same field.
fn same_field(set: &Ruleset, parts: &[Condition]) -> Option<Vec<PredicateId>> {
    let ids: Option<Vec<PredicateId>> = parts.iter().map(|part| if let Condition::Is(id) = part { Some(*id) } else { None }).collect();
    let ids = ids.filter(|ids| ids.len() > 1)?;
    let field = |id: &PredicateId| set.predicates[id.0 as usize].field;
    ids.iter().all(|id| field(id) == field(&ids[0])).then_some(ids)
}

impl std::fmt::Display for Explanation {
    /// An indented tree: `+` for what held, `-` for what did not.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut open = vec![(0, self)];
        while let Some((depth, part)) = open.pop() {
            write!(f, "{:depth$}{} {}", "", if part.held { '+' } else { '-' }, part.what, depth = 2 * depth)?;
            match &part.saw {
                Some(saw) => writeln!(f, "   (saw {})", quoted(saw))?,
                None if part.parts.is_empty() && depth > 0 => writeln!(f, "   (no such field)")?,
                None => writeln!(f)?,
            }
            open.extend(part.parts.iter().rev().map(|inner| (depth + 1, inner)));
        }
        Ok(())
    }
}
