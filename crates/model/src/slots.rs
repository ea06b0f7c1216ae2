//! The wanted values of one view of one record, by path: filled by a decoder, read by the engine, used again for the next.

use crate::Raw;

/// A path of a shape (`winlog.event_data.Image`). Valid within that shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PathId(pub u32);

/// Values by path. A path may hold several (repeated elements, or several records of one serial).
#[derive(Debug, Default)]
pub struct Slots<'a> {
    entries: Vec<Entry<'a>>,
    heads: Vec<(u32, u32)>,
    generation: u32,
}

/// A value, its path, and the value of the same path that comes after it.
#[derive(Clone, Copy, Debug)]
struct Entry<'a> {
    value: Raw<'a>,
    path: u32,
    next: u32,
}

const END: u32 = u32::MAX;

impl<'a> Slots<'a> {
    /// Empty slots for a shape of `paths` paths.
    pub fn new(paths: usize) -> Self {
        Self { entries: Vec::with_capacity(64), heads: vec![(0, END); paths], generation: 1 }
    }

    /// Forgets every value; costs nothing.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.generation = self.generation.wrapping_add(1);
        if self.generation == 0 {
            self.heads.fill((0, END));
            self.generation = 1;
        }
    }

    /// Empty slots that borrow from something else, with the same memory.
    pub fn reuse<'b>(mut self, paths: usize) -> Slots<'b> {
        self.clear();
        if self.heads.len() < paths {
            self.heads.resize(paths, (0, END));
        }
        // The entries are empty: only their capacity crosses over to the new lifetime.
        Slots { entries: self.entries.into_iter().map(|entry| Entry { value: Raw::NULL, ..entry }).collect(), heads: self.heads, generation: self.generation }
    }

    pub fn push(&mut self, path: PathId, value: Raw<'a>) {
        let Some(head) = self.heads.get_mut(path.0 as usize) else { return };
        let next = if head.0 == self.generation { head.1 } else { END };
        *head = (self.generation, self.entries.len() as u32);
        self.entries.push(Entry { value, path: path.0, next });
    }

    /// How many values were pushed so far.
    pub fn pushed(&self) -> usize {
        self.entries.len()
    }

    /// Turns the values that were pushed since there were `from` of them around: those of a list come in its own order.
    pub fn turn_around(&mut self, from: usize) {
        for entry in &self.entries[from..] {
            if entry.next == END || (entry.next as usize) < from {
                self.heads[entry.path as usize].1 = entry.next;
            }
        }
        for at in (from..self.entries.len()).rev() {
            let entry = &mut self.entries[at];
            entry.next = std::mem::replace(&mut self.heads[entry.path as usize].1, at as u32);
        }
    }

    /// Takes the values of a path away.
    pub fn forget(&mut self, path: PathId) {
        if let Some(head) = self.heads.get_mut(path.0 as usize) {
            *head = (0, END);
        }
    }

    /// The values of a path: the last one first, those of a list in its order.
    pub fn get(&self, path: PathId) -> impl Iterator<Item = Raw<'a>> + '_ {
        let mut at = match self.heads.get(path.0 as usize) {
            Some((generation, head)) if *generation == self.generation => *head,
            _ => END,
        };
        std::iter::from_fn(move || {
            let entry = self.entries.get(at as usize)?;
            at = entry.next;
            Some(entry.value)
        })
    }

    pub fn first(&self, path: PathId) -> Option<Raw<'a>> {
        self.get(path).next()
    }

    pub fn has(&self, path: PathId) -> bool {
        self.heads.get(path.0 as usize).is_some_and(|h| h.0 == self.generation)
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}
