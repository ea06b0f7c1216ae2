//! Triggers that count: what fires, the edges of windows, and that neither order, nor cuts, nor restarts show.

use crate::naive;
use proptest::prelude::*;
use watchbell_engine::occurrence::{self, Key};
use watchbell_engine::triggers::{Firing, GONE, Input, Life, Match, PAST, State, Triggers};
use watchbell_model::{EventId, IdWriter, Outcome};
use watchbell_rules::pack::{Aggregate, Difference, Measured, Rolling, Several, Trigger};

pub const SECOND: i64 = 1_000_000_000;

fn several(period: u64, threshold: u64) -> Trigger {
    Trigger::Several(Several { period, threshold, by: by() })
}

fn low(period: u64, threshold: u64) -> Trigger {
    Trigger::Low(Several { period, threshold, by: by() })
}

/// Without keys.
fn beat(period: u64) -> Trigger {
    Trigger::Low(Several { period, threshold: 0, by: Vec::new() })
}

fn rolling(every: u64, look_back: u64, threshold: u64) -> Trigger {
    Trigger::Rolling(Rolling { every, look_back, threshold, by: by() })
}

fn difference(absolute: Option<f64>, percent: Option<f64>, value: Option<Aggregate>) -> Difference {
    Difference { period: 10, absolute, percent, value: value.map(|by| Measured { of: "Bytes".to_owned(), by }), by: by() }
}

fn by() -> Vec<String> {
    vec!["host".to_owned()]
}

fn key(text: &str) -> Key {
    if text.is_empty() { Key::new() } else { vec![Some(text.to_owned())] }
}

/// `(second, number, key, value)`.
pub type Written = (i64, i64, &'static str, &'static str);

fn found((second, number, group, value): Written) -> Match<i64> {
    let event: EventId = IdWriter::new("test").number(second * 1000 + number).finish();
    let outcome = if number % 3 == 0 { Outcome::Failed } else { Outcome::Done };
    Match { trigger: 0, time: second * SECOND, event, key: key(group), values: vec![value.to_owned()], outcome, member: number }
}

fn alone(trigger: &Trigger, life: Life) -> Triggers<i64> {
    Triggers::new([("alert", trigger, life)])
}

/// All matches, then a watermark at the end of a second.
fn run(trigger: &Trigger, life: Life, matches: &[Written], watermark: i64) -> (Vec<Firing<i64>>, State<i64>) {
    let triggers = alone(trigger, life);
    let state = matches.iter().fold(State::default(), |state, written| triggers.step(state, Input::Match(found(*written))).0);
    let (state, firings) = triggers.step(state, Input::Watermark((watermark + 1) * SECOND - 1));
    (firings, state)
}

/// Checks what fires, as `(key, start, first, last, count)` in seconds.
fn check(trigger: &Trigger, matches: &[Written], watermark: i64, expected: &[(&str, i64, i64, i64, u64)]) {
    check_in(trigger, Life::default(), matches, watermark, expected);
}

fn check_in(trigger: &Trigger, life: Life, matches: &[Written], watermark: i64, expected: &[(&str, i64, i64, i64, u64)]) {
    let firings = run(trigger, life, matches, watermark).0;
    let shown = |f: &'_ Firing<i64>| (f.key.first().cloned().flatten().unwrap_or_default(), f.start / SECOND, f.first / SECOND, f.last / SECOND, f.count);
    let seen: Vec<_> = firings.iter().map(shown).collect();
    let expected: Vec<_> = expected.iter().map(|(key, start, first, last, count)| ((*key).to_owned(), *start, *first, *last, *count)).collect();
    assert_eq!(seen, expected, "{trigger:?} of {matches:?}");
}

fn at(seconds: &[i64]) -> Vec<Written> {
    (0..).zip(seconds).map(|(number, second)| (*second, number, "a", "1")).collect()
}

#[test]
fn several_fires_when_the_threshold_is_passed_and_starts_anew() {
    let three = several(10, 2);
    check(&three, &at(&[0, 4, 10]), 99, &[("a", 0, 0, 10, 3)]);
    check(&three, &at(&[0, 4, 11]), 99, &[]);
    check(&three, &at(&[0, 5, 11, 15]), 99, &[("a", 5, 5, 15, 3)]);
    check(&three, &at(&[0, 1, 2, 3, 4, 5, 6]), 99, &[("a", 0, 0, 2, 3), ("a", 3, 3, 5, 3)]);
    check(&three, &at(&[0, 4]), 99, &[]);
    // What comes in one instant is one step: no two windows begin there.
    check(&three, &at(&[7, 7, 7, 7, 7, 7, 8, 9]), 99, &[("a", 7, 7, 7, 6)]);
    check(&three, &[(0, 0, "a", ""), (1, 1, "b", ""), (2, 2, "A", ""), (3, 3, "a", "")], 99, &[("a", 0, 0, 3, 3)]);
    check(&three, &[(0, 0, "", ""), (1, 1, "", ""), (2, 2, "", "")], 99, &[("", 0, 0, 2, 3)]);
    // Not before the watermark says so.
    check(&three, &at(&[0, 4, 10]), 9, &[]);
}

#[test]
fn low_tells_too_few_and_silence() {
    // First heard of at 3: judged from 10 on. A period with two is enough, one is not.
    check(&low(10, 1), &at(&[3, 12, 13, 25]), 39, &[("a", 20, 20, 30, 1), ("a", 30, 30, 40, 0)]);
    // The last instant of a period is its own.
    check(&low(10, 0), &at(&[10]), 29, &[("a", 20, 20, 30, 0)]);
    let (firings, _) = run(&low(10, 0), Life::default(), &at(&[10]), 29);
    assert!(firings[0].members.is_empty() && firings[0].outcome.is_none() && firings[0].written == key("a"));
    let triggers = alone(&low(10, 0), Life::default());
    let (state, _) = triggers.step(State::default(), Input::Match(found((10, 0, "a", ""))));
    let (state, before) = triggers.step(state, Input::Watermark(30 * SECOND - 2));
    let (_, after) = triggers.step(state, Input::Watermark(30 * SECOND - 1));
    assert_eq!((before.len(), after.len()), (0, 1));
}

#[test]
fn a_silent_group_is_told_some_times_and_is_back_when_it_is_heard() {
    let gone: Vec<_> = (1..=GONE).map(|n| ("a", n * 10, n * 10, n * 10 + 10, 0)).collect();
    check(&low(10, 0), &at(&[3]), 10_000, &gone);
    // Heard of in the next period it is back as one that was not known: the period is not judged.
    let back = [gone.as_slice(), &[("a", 120, 120, 130, 0)]].concat();
    check(&low(10, 1), &at(&[3, 113]), 129, &back);
    let (firings, state) = run(&low(10, 0), Life::default(), &at(&[3, 503]), 529);
    assert_eq!(firings.len(), usize::try_from(GONE).unwrap_or_default() + 2, "510 and 520 too");
    let (_, firings) = alone(&low(10, 0), Life::default()).step(state, Input::Watermark(i64::MAX));
    assert_eq!(firings.len(), 8, "time has an end, and ten are told");
}

#[test]
fn without_keys_silence_is_told_from_the_beginning() {
    let since = |seconds: i64| Life { since: Some(seconds * SECOND), until: None };
    check_in(&beat(10), since(5), &[], 39, &[("", 10, 10, 20, 0), ("", 20, 20, 30, 0), ("", 30, 30, 40, 0)]);
    check_in(&beat(10), since(10), &[(15, 0, "", ""), (7, 1, "", "")], 29, &[("", 20, 20, 30, 0)]);
    check(&beat(10), &[], 39, &[]);
    let (firings, state) = run(&beat(10), since(0), &[], 9999);
    assert_eq!(i64::try_from(firings.len()), Ok(GONE));
    let (_, firings) = alone(&beat(10), since(0)).step(state, Input::Watermark(99_999 * SECOND));
    assert!(firings.is_empty(), "told once");
}

#[test]
fn rolling_looks_back_at_every_run() {
    let matches = at(&[1, 4, 12]);
    check(&rolling(5, 10, 1), &matches, 99, &[("a", 5, 1, 4, 2), ("a", 10, 1, 4, 2)]);
    check(&rolling(5, 10, 0), &matches, 20, &[("a", 5, 1, 4, 2), ("a", 10, 1, 4, 2), ("a", 15, 12, 12, 1), ("a", 20, 12, 12, 1)]);
    // A run does not see its own instant; it looks back so far and no further.
    check(&rolling(5, 10, 0), &at(&[5]), 99, &[("a", 10, 5, 5, 1), ("a", 15, 5, 5, 1)]);
    check(&rolling(10, 5, 0), &at(&[4, 5]), 99, &[("a", 10, 5, 5, 1)]);
    check(&rolling(10, 15, 0), &at(&[4, 5]), 99, &[("a", 10, 4, 5, 2), ("a", 20, 5, 5, 1)]);
}

#[test]
fn deviation_is_from_the_median_of_the_period() {
    let matches: Vec<Written> = [("a", 1), ("b", 2), ("c", 9)]
        .iter()
        .flat_map(|(group, n)| (0..*n).map(|number| (11, number + i64::from(group.as_bytes()[0]) * 10, *group, "1")))
        .collect();
    let absolute = |by| Trigger::Deviation(difference(Some(by), None, None));
    check(&absolute(1.0), &matches, 19, &[("c", 10, 11, 11, 9)]);
    check(&absolute(1.0), &matches, 18, &[]);
    check(&absolute(0.5), &matches, 19, &[("a", 10, 11, 11, 1), ("c", 10, 11, 11, 9)]);
    check(&absolute(7.0), &matches, 19, &[]);
    check(&Trigger::Deviation(difference(None, Some(349.0), None)), &matches, 19, &[("c", 10, 11, 11, 9)]);
    check(&Trigger::Deviation(difference(None, Some(350.0), None)), &matches, 19, &[]);
    let firings = run(&absolute(1.0), Life::default(), &matches, 19).0;
    assert_eq!((firings[0].value, firings[0].usual), (Some(9.0), Some(2.0)));
}

#[test]
fn groups_are_measured_by_a_field() {
    let matches = [(1, 0, "a", "10"), (2, 1, "a", "2.5"), (3, 2, "b", "100"), (4, 3, "b", "none"), (5, 4, "c", "12")];
    for (aggregate, value, usual) in
        [(Aggregate::Sum, 100.0, 12.5), (Aggregate::Avg, 100.0, 12.0), (Aggregate::Min, 100.0, 12.0), (Aggregate::Max, 100.0, 12.0)]
    {
        let firings = run(&Trigger::Deviation(difference(Some(50.0), None, Some(aggregate))), Life::default(), &matches, 99).0;
        assert_eq!((firings[0].value, firings[0].usual, firings[0].count), (Some(value), Some(usual), 1), "{aggregate:?}: a match without a number is none");
    }
}

#[test]
fn gradient_is_from_the_groups_own_past() {
    let absolute = Trigger::Gradient(difference(Some(1.0), None, None));
    check(&absolute, &at(&[1, 11, 12, 21, 22, 23, 24]), 99, &[("a", 20, 21, 24, 4)]);
    // Periods without data are passed over, as far as they may.
    check(&absolute, &at(&[1, 51, 52, 53]), 99, &[("a", 50, 51, 53, 3)]);
    check(&absolute, &at(&[1, 10 * PAST, 10 * PAST + 1, 10 * PAST + 2]), 99_999, &[("a", 10 * PAST, 10 * PAST, 10 * PAST + 2, 3)]);
    check(&absolute, &at(&[1, 10 * PAST + 10, 10 * PAST + 11, 10 * PAST + 12]), 99_999, &[]);
    check(&Trigger::Gradient(difference(None, Some(50.0), None)), &at(&[1, 2, 11, 21]), 99, &[]);
    check(&Trigger::Gradient(difference(None, Some(49.0), None)), &at(&[1, 2, 11, 21]), 99, &[("a", 10, 11, 11, 1)]);
}

#[test]
fn a_late_match_counts_while_its_window_is_open() {
    let late = |trigger: &Trigger, second| {
        let triggers = alone(trigger, Life::default());
        let (state, _) = triggers.step(State::default(), Input::Match(found((20, 0, "a", ""))));
        let (state, _) = triggers.step(state, Input::Watermark(25 * SECOND));
        triggers.step(state, Input::Match(found((second, 1, "a", "")))).0.late
    };
    let deviation = Trigger::Deviation(difference(Some(1.0), None, None));
    for (trigger, last_late) in [(several(10, 1), 25), (low(10, 1), 19), (deviation, 19), (rolling(10, 20, 1), 9)] {
        assert_eq!((late(&trigger, last_late), late(&trigger, last_late + 1)), (1, 0), "{trigger:?}");
    }
}

#[test]
fn a_changed_trigger_starts_anew_and_open_windows_close_as_they_were() {
    let (old, new) = (low(10, 0), low(10, 5));
    let change = 25 * SECOND;
    let triggers = Triggers::new([("alert", &old, Life { since: None, until: Some(change) }), ("alert", &new, Life { since: Some(change), until: None })]);
    let both = |written| [0, 1].map(|trigger| Match { trigger, ..found(written) });
    let matches = [(10, 0, "a", ""), (26, 1, "a", ""), (31, 2, "a", "")];
    let state = matches.into_iter().flat_map(both).fold(State::default(), |state, found| triggers.step(state, Input::Match(found)).0);
    let firings = triggers.step(state, Input::Watermark(50 * SECOND - 1)).1;
    let seen: Vec<_> = firings.iter().map(|f| (f.trigger, f.start / SECOND, f.count)).collect();
    assert_eq!(seen, [(1, 30, 1), (1, 40, 0)]);
    let old = Triggers::new([("alert", &old, Life { since: None, until: Some(change) })]);
    let state = old.step(State::default(), Input::Match(found((10, 0, "a", "")))).0;
    let firings = old.step(state, Input::Watermark(99 * SECOND)).1;
    assert_eq!(firings.iter().map(|f| f.start / SECOND).collect::<Vec<_>>(), [20], "the one that was open");
}

#[test]
fn a_crowd_is_counted_and_not_all_of_it_named() {
    let mut triggers = alone(&Trigger::Deviation(Difference { by: Vec::new(), ..difference(Some(0.5), None, Some(Aggregate::Sum)) }), Life::default());
    let many = |group: &'static str, n: i64| (0..n).rev().map(move |number| found((3, number, group, "0.1")));
    let done = triggers.all(many("a", 3000).chain(many("b", 1)), (0, 10 * SECOND));
    let first = &done.firings[0];
    assert_eq!((first.count, first.members.len(), first.value, done.dropped), (3000, 1000, Some(300.0), 0), "sums are exact");
}

#[test]
fn an_input_that_ends_closes_its_windows() {
    let all = |trigger: &Trigger, matches: &[Written], span: (i64, i64)| {
        let done = alone(trigger, Life::default()).all(matches.iter().copied().map(found), (span.0 * SECOND, span.1 * SECOND));
        done.firings.iter().map(|f| (f.start / SECOND, f.count)).collect::<Vec<_>>()
    };
    assert_eq!(all(&low(10, 0), &at(&[3]), (3, 38)), [(10, 0), (20, 0)], "whole periods only");
    assert_eq!(all(&beat(10), &[], (3, 38)), [(10, 0), (20, 0)]);
    assert_eq!(all(&Trigger::Gradient(difference(Some(1.0), None, None)), &at(&[3, 11, 12, 13, 21]), (3, 25)), [], "neither the first nor the last is whole");
    assert_eq!(all(&rolling(10, 100, 0), &at(&[3]), (3, 11)), [(10, 1), (20, 1)], "up to the run that sees the end");
    let two = [(3, 0, "a", ""), (3, 1, "b", ""), (4, 2, "b", ""), (5, 3, "b", "")];
    assert_eq!(all(&Trigger::Deviation(difference(Some(0.5), None, None)), &two, (3, 5)).len(), 2, "groups of one stretch are alike, if it is not whole");
    assert_eq!(all(&several(10, 3), &at(&[3, 4, 5, 6]), (3, 6)), [(3, 4)]);
}

#[test]
fn a_leap_day_is_a_day() {
    let day = 86_400;
    let leap = "2028-02-29T00:00:00Z".parse::<jiff::Timestamp>().map_or(0, jiff::Timestamp::as_second);
    check(&low(86_400, 0), &at(&[leap - day]), leap + 2 * day, &[("a", leap, leap, leap + day, 0), ("a", leap + day, leap + day, leap + 2 * day, 0)]);
}

#[test]
fn ids_are_those_of_windows() {
    let firing = &run(&several(10, 1), Life::default(), &at(&[0, 4]), 99).0[0];
    let id = occurrence::of_window("alert", &firing.key, firing.start);
    assert_eq!(id, occurrence::of_window("alert", &key("a"), 0));
}

fn every_trigger() -> Vec<Trigger> {
    vec![
        several(7, 2),
        several(20, 1),
        low(10, 1),
        low(5, 0),
        beat(10),
        rolling(5, 12, 1),
        rolling(10, 4, 0),
        Trigger::Deviation(difference(Some(1.0), None, None)),
        Trigger::Deviation(difference(None, Some(40.0), Some(Aggregate::Sum))),
        Trigger::Gradient(difference(Some(0.5), None, None)),
        Trigger::Gradient(difference(None, Some(30.0), Some(Aggregate::Avg))),
    ]
}

fn triggers(all: &[(Trigger, Life)]) -> Triggers<i64> {
    Triggers::new(all.iter().map(|(trigger, life)| ("alert", trigger, *life)))
}

fn lives() -> impl Strategy<Value = Life> {
    let seconds = |seconds: i64| seconds * SECOND;
    (prop::option::of((0_i64..60).prop_map(seconds)), prop::option::of((60_i64..120).prop_map(seconds))).prop_map(|(since, until)| Life { since, until })
}

fn matches() -> impl Strategy<Value = Vec<Written>> {
    let one = (0_i64..150, 0_i64..3, prop_oneof![Just("a"), Just("B"), Just("b"), Just("c")], prop_oneof![Just("1"), Just("2.5"), Just("40"), Just("x")]);
    prop::collection::vec(one, 0..60).prop_map(|mut all| {
        all.sort_unstable();
        all.dedup_by_key(|(second, number, ..)| (*second, *number));
        all
    })
}

/// The key of a match, as a trigger takes it.
fn feed(all: &[(Trigger, Life)], written: Written) -> Vec<Match<i64>> {
    let of = |(at, (trigger, _)): (usize, &(Trigger, Life))| {
        let found = found(written);
        let key = if trigger.by().is_empty() { Key::new() } else { found.key };
        Match { trigger: u32::try_from(at).unwrap_or_default(), key, ..found }
    };
    all.iter().enumerate().map(of).collect()
}

const END: i64 = 400 * SECOND;

/// Lets matches arrive up to a budget out of order, the watermark following; begins anew out of the matches at some of them.
fn arrive(all: &[(Trigger, Life)], matches: &[Written], delays: &[i64], restarts: &[bool], budget: i64) -> Vec<Firing<i64>> {
    let mut arrivals: Vec<(i64, Written)> = matches.iter().zip(delays.iter().cycle()).map(|(m, delay)| (m.0 * SECOND + delay % budget, *m)).collect();
    arrivals.sort_unstable();
    let triggers = triggers(all);
    let (mut state, mut firings, mut greatest, mut kept) = (State::default(), Vec::new(), i64::MIN, Vec::new());
    for ((_, written), restart) in arrivals.into_iter().zip(restarts.iter().cycle()) {
        greatest = greatest.max(written.0 * SECOND);
        kept.push(written);
        state = feed(all, written).into_iter().fold(state, |state, found| triggers.step(state, Input::Match(found)).0);
        let fired;
        (state, fired) = triggers.step(state, Input::Watermark(greatest - budget));
        firings.extend(fired);
        if *restart {
            let back = kept.iter().rev().flat_map(|written| feed(all, *written));
            state = back.fold(State::default(), |state, found| triggers.step(state, Input::Match(found)).0);
            state = triggers.step(state, Input::Watermark(greatest - budget)).0;
        }
    }
    let (state, fired) = triggers.step(state, Input::Watermark(END));
    assert_eq!((state.late, state.dropped), (0, 0));
    firings.extend(fired);
    sorted(firings)
}

fn sorted(mut firings: Vec<Firing<i64>>) -> Vec<Firing<i64>> {
    firings.sort_by(|a, b| (a.trigger, &a.key, a.start).cmp(&(b.trigger, &b.key, b.start)));
    firings
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn neither_order_nor_restarts_show(
        matches in matches(),
        delays in prop::collection::vec(0_i64..20 * SECOND, 1..20),
        restarts in prop::collection::vec(prop::bool::weighted(0.2), 1..20),
        lives in prop::collection::vec(lives(), 11),
    ) {
        let all: Vec<(Trigger, Life)> = every_trigger().into_iter().zip(lives).collect();
        let naive: Vec<Firing<i64>> = (0..).zip(&all).flat_map(|(at, (trigger, life))| {
            let of: Vec<Match<i64>> = matches.iter().flat_map(|written| feed(&all, *written)).filter(|found| found.trigger == at).collect();
            naive::firings(trigger, *life, &of, END).into_iter().map(move |firing| Firing { trigger: at, ..firing })
        }).collect();
        let arrived = arrive(&all, &matches, &delays, &restarts, 15 * SECOND);
        for (one, other) in arrived.iter().zip(&naive) {
            prop_assert_eq!(one, other);
        }
        prop_assert_eq!(arrived.len(), naive.len());
    }
}
