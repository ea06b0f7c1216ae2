//! A set of small numbers that is emptied at no cost.

#[derive(Default)]
pub struct Stamps {
    stamps: Vec<u32>,
    generation: u32,
}

impl Stamps {
    /// Empties the set, for numbers under `len`.
    pub fn begin(&mut self, len: usize) {
        if self.stamps.len() < len {
            self.stamps.resize(len, 0);
        }
        self.generation = self.generation.wrapping_add(1);
        if self.generation == 0 {
            self.stamps.fill(0);
            self.generation = 1;
        }
    }

    /// Whether it is new.
    pub fn add(&mut self, number: u32) -> bool {
        std::mem::replace(&mut self.stamps[number as usize], self.generation) != self.generation
    }

    pub fn has(&self, number: u32) -> bool {
        self.stamps[number as usize] == self.generation
    }
}
