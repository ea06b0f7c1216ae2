//! Keys to what they lead to. Records write their keys in the order of the record before: the next key is guessed first.

use crate::shape::{Entry, Trie};
use foldhash::fast::RandomState;
use rustc_hash::FxHashMap;
use std::collections::HashMap;

/// Finds keys.
pub trait Keys {
    /// What the key at `text[at..]` (after its quote) leads to under `node`, and the byte after its colon; only if the
    /// key that was expected is there, with its quote and its colon.
    fn guess(&mut self, node: u32, text: &[u8], at: usize) -> Option<(Entry, usize)>;

    /// What a key that was not guessed leads to. `key` has no escapes.
    fn look_up(&mut self, node: u32, key: &[u8]) -> Entry;
}

/// By the tree alone.
pub struct Plain<'t>(pub &'t Trie);

impl Keys for Plain<'_> {
    fn guess(&mut self, _node: u32, _text: &[u8], _at: usize) -> Option<(Entry, usize)> {
        None
    }

    fn look_up(&mut self, node: u32, key: &[u8]) -> Entry {
        self.0.get(node, key)
    }
}

/// What was met before. For one tree only.
pub struct Met {
    known: Vec<Known>,
    /// By node, then by key. Keys are the log's own: seeded, lest someone choose keys that collide.
    numbers: FxHashMap<u32, HashMap<Box<[u8]>, u32, RandomState>>,
    last: u32,
}

struct Known {
    node: u32,
    /// The key with its quote and colon.
    key: Box<[u8]>,
    entry: Entry,
    /// The keys that came after this one the last times.
    next: [u32; 2],
}

/// Keys that are remembered, and the longest of them.
const MOST_KEYS: usize = 4096;
const LONGEST: usize = 64;

impl Default for Met {
    fn default() -> Self {
        // The first one stands for the beginning of a record.
        let start = Known { node: u32::MAX, key: [].into(), entry: Entry::default(), next: [0; 2] };
        Self { known: vec![start], numbers: FxHashMap::default(), last: 0 }
    }
}

impl Met {
    /// A record begins.
    pub fn start(&mut self) {
        self.last = 0;
    }
}

/// [`Met`], and the tree for what was not.
pub struct Guessing<'t>(pub &'t Trie, pub &'t mut Met);

impl Keys for Guessing<'_> {
    #[inline]
    fn guess(&mut self, node: u32, text: &[u8], at: usize) -> Option<(Entry, usize)> {
        let met = &mut *self.1;
        for next in met.known[met.last as usize].next {
            let guess = &met.known[next as usize];
            let end = at + guess.key.len();
            if guess.node == node && text.get(at..end).is_some_and(|there| same(there, &guess.key)) {
                met.last = next;
                return Some((guess.entry, end));
            }
        }
        None
    }

    fn look_up(&mut self, node: u32, key: &[u8]) -> Entry {
        let met = &mut *self.1;
        let number = match met.numbers.get(&node).and_then(|keys| keys.get(key)) {
            Some(number) => *number,
            None if key.len() > LONGEST || met.known.len() >= MOST_KEYS => return self.0.get(node, key),
            None => met.meet(node, key, self.0.get(node, key)),
        };
        let next = &mut met.known[met.last as usize].next;
        *next = [number, next[0]];
        met.last = number;
        met.known[number as usize].entry
    }
}

/// Equality of texts of one length, without the call that the library makes: keys are short.
#[inline]
fn same(one: &[u8], other: &[u8]) -> bool {
    let ((ones, one_end), (others, other_end)) = (one.as_chunks::<8>(), other.as_chunks::<8>());
    let heads = ones.iter().zip(others).all(|(a, b)| u64::from_ne_bytes(*a) == u64::from_ne_bytes(*b));
    heads && one_end.iter().zip(other_end).all(|(a, b)| a == b)
}

impl Met {
    fn meet(&mut self, node: u32, key: &[u8], entry: Entry) -> u32 {
        let number = self.known.len() as u32;
        self.known.push(Known { node, key: [key, b"\":"].concat().into(), entry, next: [0; 2] });
        self.numbers.entry(node).or_default().insert(key.into(), number);
        number
    }
}
