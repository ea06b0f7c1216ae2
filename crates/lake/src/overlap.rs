//! When one event could stand in two places: the times that more than one file of a log source, or a file and the buffer, cover.

use crate::manifest::Entry;

/// Outside of these times every row stands once, and need not be looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Overlap {
    /// In order, apart; both ends inclusive.
    times: Vec<(i64, i64)>,
    undated: bool,
}

/// What the buffer covers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Covered {
    pub times: Vec<(i64, i64)>,
    pub undated: bool,
}

impl Overlap {
    pub fn of<'a>(files: impl Iterator<Item = &'a Entry>, buffer: &Covered) -> Self {
        let mut files: Vec<&Entry> = files.collect();
        files.sort_unstable_by(|a, b| (&a.product, &a.service, a.dated, a.from).cmp(&(&b.product, &b.service, b.dated, b.from)));
        let mut all = Self::default();
        for source in files.chunk_by(|a, b| (&a.product, &a.service, a.dated) == (&b.product, &b.service, b.dated)) {
            if source[0].dated {
                all.times.extend(twice(source, &buffer.times));
            } else {
                all.undated |= source.len() > 1 || buffer.undated;
            }
        }
        all.times = joined(all.times);
        all
    }

    pub fn is_empty(&self) -> bool {
        self.times.is_empty() && !self.undated
    }

    pub fn holds(&self, time: i64, dated: bool) -> bool {
        if !dated {
            return self.undated;
        }
        let after = self.times.partition_point(|span| span.0 <= time);
        after > 0 && self.times[after - 1].1 >= time
    }
}

fn twice(files: &[&Entry], buffer: &[(i64, i64)]) -> Vec<(i64, i64)> {
    let mut spans: Vec<(i64, i64)> = files.iter().map(|file| (file.from, file.to)).chain(buffer.iter().copied()).collect();
    spans.sort_unstable();
    let mut until: Option<i64> = None;
    let mut found = Vec::new();
    for (from, to) in spans {
        if let Some(until) = until.filter(|until| *until >= from) {
            found.push((from, until.min(to)));
        }
        until = until.max(Some(to));
    }
    found
}

/// Spans in order, those that touch made one.
pub(crate) fn joined(mut spans: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    spans.sort_unstable();
    spans.dedup_by(|next, last| {
        let touch = next.0 <= last.1;
        if touch {
            last.1 = last.1.max(next.1);
        }
        touch
    });
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(product: &str, from: i64, to: i64, dated: bool) -> Entry {
        let none = crate::manifest::Names::default();
        let (path, service) = (String::new(), String::new());
        Entry { path, product: product.into(), service, rows: 1, bytes: 1, from, to, received: 0, dated, hosts: none.clone(), codes: none, settled: false }
    }

    #[test]
    fn only_what_is_covered_twice_is_looked_at() {
        let files = [file("windows", 0, 10, true), file("windows", 9, 20, true), file("windows", 30, 40, true), file("linux", 12, 14, true)];
        let overlap = Overlap::of(files.iter(), &Covered { times: vec![(40, 50)], undated: true });
        assert_eq!(overlap.times, [(9, 10), (40, 40)]);
        assert!(overlap.holds(9, true) && overlap.holds(40, true) && !overlap.holds(12, true) && !overlap.holds(9, false));
        let undated = [file("linux", 0, 1, false)];
        assert!(Overlap::of(undated.iter(), &Covered { times: vec![], undated: true }).holds(7, false));
        assert!(Overlap::of(undated.iter(), &Covered::default()).is_empty());
    }

    #[test]
    fn one_long_file_over_many_short_ones() {
        let files = [file("w", 0, 100, true), file("w", 10, 20, true), file("w", 15, 30, true)];
        assert_eq!(Overlap::of(files.iter(), &Covered::default()).times, [(10, 30)]);
    }
}
