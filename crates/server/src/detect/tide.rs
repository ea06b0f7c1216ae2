//! How far time has passed: the watermark, from what sources say and how long they have been silent. All of it follows from
//! the journal, so a replay closes windows at the same places.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use watchbell_model::Timestamp;
use watchbell_pipeline::Span;

/// A time so many seconds after its receipt moves nothing: a clock is wrong.
const AHEAD: i64 = 300;
/// A source that has been silent for so many seconds holds nobody back.
const SILENT: i64 = 600;

/// In seconds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tide {
    sources: BTreeMap<String, Source>,
    watermark: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Source {
    /// The latest time that an event of it told.
    latest: i64,
    /// When that was received.
    received: i64,
    /// When anything of it was.
    heard: i64,
    /// No event of it has told a time yet: what it says is as old as its receipt.
    guessed: bool,
}

impl Tide {
    /// Something of a source came.
    pub fn heard(&mut self, source: &str, received: Timestamp, span: Option<Span>) {
        let received = received.seconds();
        let told = span.map(|span| span.to).filter(|to| *to <= received + AHEAD);
        let new = || Source { latest: told.unwrap_or(received), received, heard: received, guessed: told.is_none() };
        let known = self.sources.entry(source.to_owned()).or_insert_with(new);
        known.heard = known.heard.max(received);
        let better = told.is_some_and(|told| told > known.latest || known.guessed);
        if better || (known.guessed && told.is_none()) {
            *known = new();
        }
    }

    /// The watermark at an instant, if it moved: every source is taken to be as far behind as it was when it last told a
    /// time, the slowest counts, and lateness (in seconds) is allowed on top.
    pub fn rise(&mut self, now: Timestamp, lateness: i64) -> Option<Timestamp> {
        let now = now.seconds();
        let place = |source: &Source| source.latest + (now - source.received).max(0);
        let heard = self.sources.values().filter(|source| source.heard + SILENT >= now).map(place).min();
        let all = self.sources.values().map(place).max();
        let mark = heard.or(all)? - lateness;
        let rose = self.watermark.is_none_or(|before| mark > before);
        self.watermark = self.watermark.max(Some(mark));
        rose.then(|| Timestamp::from_seconds(mark))
    }

    pub fn watermark(&self) -> Option<Timestamp> {
        self.watermark.map(Timestamp::from_seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_seconds(second)
    }

    fn check(heard: &[(&str, i64, i64)], now: i64, wanted: Option<i64>) {
        let mut tide = Tide::default();
        for (source, received, told) in heard {
            tide.heard(source, at(*received), Some(Span { from: *told, to: *told }));
        }
        assert_eq!(tide.rise(at(now), 60).map(Timestamp::seconds), wanted, "{heard:?} at {now}");
    }

    #[test]
    fn the_slowest_source_that_speaks_counts() {
        check(&[], 1000, None);
        check(&[("a", 1000, 990)], 1000, Some(930));
        check(&[("a", 1000, 990), ("b", 1000, 100)], 1000, Some(40));
        // Silent sources go on as far behind as they were, and hold nobody back after a while.
        check(&[("a", 1000, 990)], 1100, Some(1030));
        check(&[("a", 2000, 1990), ("b", 1000, 100)], 2000, Some(1930));
        check(&[("a", 1000, 990), ("b", 1000, 100)], 9000, Some(8930));
    }

    #[test]
    fn a_time_long_after_its_receipt_moves_nothing() {
        check(&[("a", 1000, 4_000_000_000)], 1000, Some(940));
        check(&[("a", 1000, 990), ("a", 1001, 4_000_000_000)], 1001, Some(931));
        check(&[("a", 1000, 1300)], 1000, Some(1240));
    }

    #[test]
    fn a_source_that_tells_no_time_is_as_old_as_its_receipt() {
        check(&[("a", 1000, 4_000_000_000), ("a", 1010, 4_000_000_000)], 1010, Some(950));
        check(&[("a", 1000, 4_000_000_000), ("a", 1010, 500)], 1010, Some(440));
    }

    #[test]
    fn a_watermark_never_goes_back() {
        let mut tide = Tide::default();
        tide.heard("a", at(1000), Some(Span { from: 0, to: 1000 }));
        assert_eq!(tide.rise(at(1000), 0).map(Timestamp::seconds), Some(1000));
        tide.heard("b", at(1001), Some(Span { from: 0, to: 10 }));
        assert_eq!(tide.rise(at(1001), 0), None);
        assert_eq!(tide.watermark().map(Timestamp::seconds), Some(1000));
    }
}
