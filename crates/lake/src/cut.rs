//! Which rows go into one file: those of one log source and hour; hours with few rows share a file.

use crate::keys::Keys;
use std::collections::BTreeMap;

pub(crate) const HOUR: i64 = 3_600_000_000_000;
/// Hours that share a file lie within so many hours.
const MAX_HOURS: i64 = 24;
/// A log source never gets more files than this at once, however scattered the times of its events are.
const MAX_SPANS: usize = 64;

/// The rows of one file, as (batch, row) in the file's order.
pub(crate) struct Piece {
    pub product: String,
    pub service: String,
    pub dated: bool,
    pub rows: Vec<(usize, usize)>,
}

/// First and last hour, both inclusive, in hours since 1970.
pub(crate) type Span = (i64, i64);

pub(crate) fn hour(time: i64) -> i64 {
    time.div_euclid(HOUR)
}

/// Cuts hours with their numbers of rows into the spans of files: an hour with `enough` rows is a span of its own.
pub(crate) fn spans(hours: &BTreeMap<i64, usize>, enough: usize) -> Vec<Span> {
    let mut widest = MAX_HOURS;
    loop {
        let spans = spans_within(hours, enough, widest);
        if spans.len() <= MAX_SPANS {
            return spans;
        }
        widest = widest.saturating_mul(4);
    }
}

fn spans_within(hours: &BTreeMap<i64, usize>, enough: usize, widest: i64) -> Vec<Span> {
    let mut spans: Vec<(Span, usize)> = Vec::new();
    for (&hour, &rows) in hours {
        match spans.last_mut() {
            Some(((first, last), count)) if hour - *first < widest && (*count < enough || widest > MAX_HOURS) => (*last, *count) = (hour, *count + rows),
            _ => spans.push(((hour, hour), rows)),
        }
    }
    // What is left over at the end is too little for a file of its own.
    if let [.., ((first, before), more), ((_, last), count)] = spans.as_mut_slice()
        && *count < enough
        && *last - *first < widest
    {
        (*before, *more) = (*last, *more + *count);
        spans.pop();
    }
    spans.into_iter().map(|(span, _)| span).collect()
}

/// Product, service, and whether its events tell their times.
type Source<'a> = (&'a str, &'a str, bool);

pub(crate) fn cut(batches: &[Keys], enough: usize) -> Vec<Piece> {
    let mut groups: BTreeMap<Source<'_>, Vec<(usize, usize)>> = BTreeMap::new();
    for (b, keys) in batches.iter().enumerate() {
        for row in 0..keys.len() {
            let (product, service) = keys.source(row);
            groups.entry((product, service, keys.dated(row))).or_default().push((b, row));
        }
    }
    let mut pieces = Vec::new();
    for ((product, service, dated), rows) in groups {
        for mut rows in by_span(batches, rows, dated, enough) {
            rows.sort_unstable_by(|&(a, i), &(b, j)| batches[a].compare(i, &batches[b], j));
            pieces.push(Piece { product: product.to_owned(), service: service.to_owned(), dated, rows });
        }
    }
    pieces
}

fn by_span(batches: &[Keys], rows: Vec<(usize, usize)>, dated: bool, enough: usize) -> Vec<Vec<(usize, usize)>> {
    if !dated {
        return vec![rows];
    }
    let mut hours = BTreeMap::new();
    for &(b, row) in &rows {
        *hours.entry(hour(batches[b].time(row))).or_insert(0) += 1;
    }
    let spans = spans(&hours, enough);
    let mut cut = vec![Vec::new(); spans.len()];
    for (b, row) in rows {
        cut[span_of(&spans, batches[b].time(row))].push((b, row));
    }
    cut
}

/// The span that a time lies in. Spans are in order and cover every time that is asked for.
pub(crate) fn span_of(spans: &[Span], time: i64) -> usize {
    spans.partition_point(|span| span.1 < hour(time)).min(spans.len().saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(hours: &[(i64, usize)], expected: &[Span]) {
        assert_eq!(spans(&hours.iter().copied().collect(), 100), expected);
    }

    #[test]
    fn full_hours_stand_alone_and_thin_ones_share() {
        check(&[], &[]);
        check(&[(5, 1)], &[(5, 5)]);
        check(&[(5, 100), (6, 100)], &[(5, 5), (6, 6)]);
        check(&[(5, 40), (6, 40), (7, 40), (8, 100)], &[(5, 7), (8, 8)]);
        check(&[(5, 100), (6, 100), (7, 3)], &[(5, 5), (6, 7)]);
        check(&[(5, 10), (50, 10)], &[(5, 5), (50, 50)]);
    }

    #[test]
    fn scattered_times_make_few_files() {
        let hours = (0..5000).map(|i| (i * 31, 1)).collect();
        let spans = spans(&hours, 100);
        assert!(spans.len() <= MAX_SPANS);
        assert_eq!((spans[0].0, spans[spans.len() - 1].1), (0, 4999 * 31));
    }
}
