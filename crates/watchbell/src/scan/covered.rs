//! Which blocks each input has and when they happened, so that a second reading opens and decodes only what it needs.

use std::collections::BTreeMap;
use std::sync::Arc;
use watchbell_pipeline::{Interest, Span};

/// What a reading has learned of its inputs, by their names.
#[derive(Clone, Debug, Default)]
pub struct Covered(BTreeMap<String, Input>);

#[derive(Clone, Debug, Default)]
struct Input {
    /// By stream, then by offset.
    blocks: BTreeMap<Arc<str>, BTreeMap<u64, Known>>,
    /// It has blocks of which nothing is known.
    unknown: bool,
}

/// A block of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    pub length: usize,
    pub first_line: u64,
    pub span: Span,
}

impl Covered {
    /// An input was opened. One that nothing else is told of holds no records.
    pub fn opened(&mut self, input: &str) {
        self.0.entry(input.to_owned()).or_default();
    }

    pub fn block(&mut self, input: &str, stream: &Arc<str>, offset: u64, known: Option<Known>) {
        let input = self.0.entry(input.to_owned()).or_default();
        match known {
            Some(known) => drop(input.blocks.entry(Arc::clone(stream)).or_default().insert(offset, known)),
            None => input.unknown = true,
        }
    }

    /// Whether some block of the input may matter.
    pub fn needs_input(&self, input: &str, interest: &Interest) -> bool {
        let all = |input: &Input| input.blocks.values().flat_map(BTreeMap::values).any(|known| interest.touches(known.span));
        self.0.get(input).is_none_or(|input| input.unknown || all(input))
    }

    /// Whether a block may matter.
    pub fn needs_block(&self, input: &str, stream: &Arc<str>, offset: u64, interest: &Interest) -> bool {
        let known = self.0.get(input).and_then(|input| input.blocks.get(stream)?.get(&offset));
        known.is_none_or(|known| interest.touches(known.span))
    }

    /// Offsets of the blocks of a stream that may matter, if every block of the input is known.
    pub fn needed(&self, input: &str, stream: &Arc<str>, interest: &Interest) -> Option<Vec<(u64, Known)>> {
        let input = self.0.get(input).filter(|input| !input.unknown)?;
        let blocks = input.blocks.get(stream)?.iter();
        Some(blocks.filter(|(_, known)| interest.touches(known.span)).map(|(offset, known)| (*offset, *known)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_needed() {
        let (name, mut covered) = (Arc::from("log"), Covered::default());
        let interest = Interest::new(&[(100, 100)], &[(10, 10)]);
        let known = |from, to| Some(Known { length: 7, first_line: 1, span: Span { from, to } });
        assert!(covered.needs_input("a", &interest), "never opened");
        covered.opened("a");
        assert!(!covered.needs_input("a", &interest), "opened, and nothing in it");
        covered.block("a", &name, 0, known(0, 50));
        assert!(!covered.needs_input("a", &interest) && !covered.needs_block("a", &name, 0, &interest));
        assert!(covered.needs_block("a", &name, 7, &interest), "a block that was not told of");
        covered.block("a", &name, 7, known(80, 90));
        assert!(covered.needs_input("a", &interest) && covered.needs_block("a", &name, 7, &interest));
        assert_eq!(covered.needed("a", &name, &interest), known(80, 90).map(|known| vec![(7, known)]));
        covered.block("a", &name, 14, None);
        assert_eq!(covered.needed("a", &name, &interest), None, "a block without a span");
        covered.block("b", &name, 0, None);
        assert!(covered.needs_input("b", &interest));
    }
}
