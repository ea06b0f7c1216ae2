//! Whether a server is ready: what is asked, and what fails.

use super::House;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

impl House {
    /// Checks that fail, and why.
    pub fn failing(&self) -> Vec<(&'static str, String)> {
        let mut failing = Vec::new();
        if self.content.current().rules == 0 {
            failing.push(("rules", "no alert is active: install a pack and activate what you need".to_owned()));
        }
        if self.broken.load(Ordering::Relaxed) {
            failing.push(("detection", self.feed.troubles().join("; ")));
        }
        failing.extend(self.probe().err().map(|error| ("store", error.to_string())));
        failing.extend(self.kept.trouble().map(|why| ("lake", why)));
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        if !ended.is_empty() {
            failing.push(("sources", format!("ended, and not because they were told to: {}", ended.join(", "))));
        }
        failing
    }

    /// Bytes of the journal that detection has not read yet.
    pub fn detection_behind(&self) -> u64 {
        self.journal.end().0.saturating_sub(self.feed.position())
    }

    /// Bytes of the journal that cannot be searched yet.
    pub fn lake_behind(&self) -> u64 {
        self.journal.end().0.saturating_sub(self.kept.searched().0)
    }

    /// Whether it is worth going on: what is kept can be written, and detection gets on. `since`: where it was when this was
    /// last asked.
    pub fn goes_on(&self, since: &mut u64) -> bool {
        let (before, now) = (std::mem::replace(since, self.feed.position()), self.feed.position());
        let moves = now > before || now >= self.journal.end().0;
        moves && !self.broken.load(Ordering::Relaxed) && self.probe().is_ok()
    }

    /// A source has ended.
    pub(super) fn source_ended(&self, id: &str) {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner).push(id.to_owned());
        self.feed.trouble(&format!("the source {id} has ended"));
    }
}
