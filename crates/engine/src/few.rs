//! A few dozen short literals, looked for many bytes at a time.

use aho_corasick::packed::{Config, MatchKind, Searcher};

pub struct Few {
    searcher: Searcher,
    /// By first byte: numbers of literals.
    by_first: Vec<Vec<u32>>,
}

/// More than this are looked for otherwise.
const MOST: usize = 64;

impl Few {
    /// None if there are too many, none at all, or the machine has no instructions for it.
    pub fn new(literals: &[Box<[u8]>], of: Vec<u32>) -> Option<Self> {
        if of.is_empty() || of.len() > MOST {
            return None;
        }
        let mut by_first = vec![Vec::new(); 256];
        for number in of {
            by_first[usize::from(literals[number as usize][0])].push(number);
        }
        let mut builder = Config::new().match_kind(MatchKind::LeftmostFirst).builder();
        let searcher = builder.extend(by_first.iter().flatten().map(|number| &literals[*number as usize])).build()?;
        Some(Self { searcher, by_first })
    }

    /// Gives the literals that stand in `text`, each as often as it may be.
    pub fn find(&self, text: &[u8], literals: &[Box<[u8]>], found: &mut impl FnMut(u32)) {
        let mut from = 0;
        while let Some(at) = self.searcher.find_in(text, (from..text.len()).into()).map(|m| m.start()) {
            // Only one of those that begin here was told.
            let here = &text[at..];
            self.by_first[usize::from(here[0])].iter().filter(|n| here.starts_with(&literals[**n as usize])).for_each(|n| found(*n));
            from = at + 1;
        }
    }
}
