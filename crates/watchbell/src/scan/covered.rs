//! When the blocks of each input happened, so that a second reading opens and decodes only what it needs.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use watchbell_pipeline::{Interest, Span};

/// What a reading has learned of its inputs, by their names.
#[derive(Clone, Debug, Default)]
pub struct Covered(BTreeMap<String, Input>);

#[derive(Clone, Debug, Default)]
struct Input {
    /// By stream and offset.
    blocks: HashMap<(Arc<str>, u64), Span>,
    /// It has blocks of which nothing is known.
    unknown: bool,
}

impl Covered {
    /// An input was opened. One that nothing else is told of holds no records.
    pub fn opened(&mut self, input: &str) {
        self.0.entry(input.to_owned()).or_default();
    }

    pub fn block(&mut self, input: &str, stream: &Arc<str>, offset: u64, span: Option<Span>) {
        let input = self.0.entry(input.to_owned()).or_default();
        match span {
            Some(span) => drop(input.blocks.insert((Arc::clone(stream), offset), span)),
            None => input.unknown = true,
        }
    }

    /// Whether some block of the input may matter.
    pub fn needs_input(&self, input: &str, interest: &Interest) -> bool {
        self.0.get(input).is_none_or(|input| input.unknown || input.blocks.values().any(|span| interest.touches(*span)))
    }

    /// Whether a block may matter.
    pub fn needs_block(&self, input: &str, stream: &Arc<str>, offset: u64, interest: &Interest) -> bool {
        let span = self.0.get(input).and_then(|input| input.blocks.get(&(Arc::clone(stream), offset)));
        span.is_none_or(|span| interest.touches(*span))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_needed() {
        let (name, mut covered) = (Arc::from("log"), Covered::default());
        let interest = Interest::new(&[(100, 100)], &[(10, 10)]);
        assert!(covered.needs_input("a", &interest), "never opened");
        covered.opened("a");
        assert!(!covered.needs_input("a", &interest), "opened, and nothing in it");
        covered.block("a", &name, 0, Some(Span { from: 0, to: 50 }));
        assert!(!covered.needs_input("a", &interest) && !covered.needs_block("a", &name, 0, &interest));
        assert!(covered.needs_block("a", &name, 7, &interest), "a block that was not told of");
        covered.block("a", &name, 7, Some(Span { from: 80, to: 90 }));
        assert!(covered.needs_input("a", &interest) && covered.needs_block("a", &name, 7, &interest));
        covered.block("b", &name, 0, None);
        assert!(covered.needs_input("b", &interest), "a block without a span");
    }
}
