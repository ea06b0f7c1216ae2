//! What values gave before: a bounded table from the keyed hash of a value to the set of tests that hold for it.

/// Slots looked at for one hash.
const WINDOW: usize = 8;
const SMALLEST: usize = 1 << 10;

#[derive(Clone, Copy, Default)]
struct Entry {
    low: u64,
    high: u64,
    /// 0: nothing is here. Else the set's number and one.
    set: u32,
    len: u32,
}

/// Grows up to a limit; past it, newcomers take the place of others.
pub struct Memo {
    entries: Vec<Entry>,
    used: usize,
    limit: usize,
}

impl Memo {
    /// `limit`: entries at most, a power of two.
    pub fn new(limit: usize) -> Self {
        Self { entries: vec![Entry::default(); SMALLEST.min(limit) + WINDOW], used: 0, limit }
    }

    #[inline]
    pub fn get(&self, hash: u128, len: usize) -> Option<u32> {
        let (low, high) = (hash as u64, (hash >> 64) as u64);
        let at = self.place(low, high);
        let window = &self.entries[at..at + WINDOW];
        window.iter().take_while(|e| e.set != 0).find(|e| e.low == low && e.high == high && e.len as usize == len).map(|e| e.set - 1)
    }

    pub fn insert(&mut self, hash: u128, len: usize, set: u32) {
        if 2 * self.used >= self.capacity() && self.capacity() < self.limit {
            self.grow();
        }
        self.put(Entry { low: hash as u64, high: (hash >> 64) as u64, set: set + 1, len: len as u32 });
    }

    pub fn clear(&mut self) {
        *self = Self::new(self.limit);
    }

    fn capacity(&self) -> usize {
        self.entries.len() - WINDOW
    }

    #[inline]
    fn place(&self, low: u64, high: u64) -> usize {
        let mixed = (low ^ high.rotate_left(32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed >> 32) as usize & (self.capacity() - 1)
    }

    fn put(&mut self, entry: Entry) {
        let at = self.place(entry.low, entry.high);
        let window = &mut self.entries[at..at + WINDOW];
        if let Some(free) = window.iter_mut().find(|e| e.set == 0) {
            *free = entry;
            self.used += 1;
        } else {
            window[entry.low as usize % WINDOW] = entry;
        }
    }

    fn grow(&mut self) {
        let entries = vec![Entry::default(); 2 * self.capacity() + WINDOW];
        self.used = 0;
        for entry in std::mem::replace(&mut self.entries, entries) {
            if entry.set != 0 {
                self.put(entry);
            }
        }
    }
}
