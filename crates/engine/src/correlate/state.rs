//! The state of all correlations: windows by correlation and key, in partitions.

use super::window::{Firing, Item, Window};
use crate::occurrence::{Key, PARTITIONS, partition};
use std::collections::BTreeMap;
use watchbell_rules::Correlation;

#[derive(Clone, Debug)]
pub struct State {
    partitions: Vec<BTreeMap<(u32, Key), Window>>,
    pub(super) watermark: i64,
    /// Matches that came after the watermark had passed them.
    pub late: u64,
    /// Matches that a key had no room for: they may be missing from what its windows count.
    pub dropped: u64,
}

impl Default for State {
    fn default() -> Self {
        Self { partitions: vec![BTreeMap::new(); PARTITIONS], watermark: i64::MIN, late: 0, dropped: 0 }
    }
}

impl State {
    pub(super) fn put(&mut self, number: u32, name: &str, key: Key, item: Item, watermark: i64) {
        if item.time <= watermark {
            self.late += 1;
            return;
        }
        let windows = &mut self.partitions[partition(name, &key)];
        if !windows.entry((number, key)).or_default().wait(item) {
            self.dropped += 1;
        }
    }

    pub(super) fn advance(&mut self, number: u32, correlation: &Correlation, watermark: i64) -> Vec<Firing> {
        let mut firings = Vec::new();
        for windows in &mut self.partitions {
            let of = (number, Key::new())..(number + 1, Key::new());
            for ((_, key), window) in windows.range_mut(of.clone()) {
                window.advance(correlation, watermark, &mut |firing| firings.push(Firing { correlation: number, key: key.clone(), ..firing }));
                self.dropped += std::mem::take(&mut window.dropped);
            }
            windows.extract_if(of, |_, window| window.is_idle()).for_each(drop);
        }
        firings
    }
}
