//! Correlations and folds: what fires, when, and that the order of arrival does not show.

use proptest::prelude::*;
use std::sync::Arc;
use watchbell_engine::correlate::{Correlations, Firing, Input, Match, State};
use watchbell_engine::fold::{self, Fact, Fold};
use watchbell_engine::occurrence;
use watchbell_model::{EventId, FieldId, IdWriter, Outcome};
use watchbell_rules::{About, Bound, Bounds, Compare, Correlation, CorrelationKind, Extended, Referred, RuleId, Ruleset, Target};

const SECOND: i64 = 1_000_000_000;
const USER: FieldId = FieldId(1);
const VALUE: FieldId = FieldId(2);
const OTHER: FieldId = FieldId(3);

fn id(n: i64) -> EventId {
    IdWriter::new("test").number(n).finish()
}

fn at_least(value: f64) -> Bounds {
    Bounds(vec![Bound { compare: Compare::GreaterOrEqual, negated: false, value }])
}

fn under(value: f64) -> Bounds {
    Bounds(vec![Bound { compare: Compare::Less, negated: false, value }])
}

/// A correlation of ten seconds by user, over these targets.
fn correlation(kind: CorrelationKind, targets: &[Target]) -> Correlation {
    let referred = |target: &Target| Referred { target: *target, name: String::new(), group: vec![USER], values: vec![VALUE] };
    Correlation {
        about: Arc::new(About { title: format!("{kind:?}"), ..About::default() }),
        kind,
        of: targets.iter().map(referred).collect(),
        group_by: vec!["User".into()],
        timespan_seconds: 10,
        generate: false,
    }
}

fn rules(n: u32) -> Vec<Target> {
    (0..n).map(|n| Target::Rule(RuleId(n))).collect()
}

fn correlations(all: Vec<Correlation>) -> Correlations {
    let mut ruleset = Ruleset::default();
    ruleset.correlations = all;
    Correlations::new(&ruleset)
}

/// `(second, rule, user, value)`.
fn found((second, rule, user, value): (i64, u32, &str, &str)) -> Match {
    let values = vec![(USER, user.to_owned()), (VALUE, value.to_owned())];
    Match { time: second * SECOND, event: id(second * 100 + i64::from(rule)), rule: RuleId(rule), values }
}

/// Checks the windows that fire, as `(start, time, last, count)` in seconds.
#[allow(clippy::needless_pass_by_value, reason = "kinds are made where they are checked")]
fn check(kind: CorrelationKind, of: u32, matches: &[(i64, u32, &str, &str)], expected: &[(i64, i64, i64, u64)]) {
    let firings = correlations(vec![correlation(kind.clone(), &rules(of))]).all(matches.iter().copied().map(found)).0;
    let seen: Vec<_> = firings.iter().map(|f| (f.start / SECOND, f.time / SECOND, f.last / SECOND, f.count)).collect();
    assert_eq!(seen, expected, "{kind:?} of {matches:?}");
}

#[test]
fn events_are_counted_in_a_sliding_window() {
    let count = || CorrelationKind::EventCount(at_least(3.0));
    check(count(), 1, &[(0, 0, "a", ""), (8, 0, "a", ""), (12, 0, "a", ""), (13, 0, "a", "")], &[(8, 13, 13, 3)]);
    check(count(), 1, &[(0, 0, "a", ""), (5, 0, "a", ""), (10, 0, "a", "")], &[(0, 10, 10, 3)]);
    check(count(), 1, &[(0, 0, "a", ""), (5, 0, "a", ""), (11, 0, "a", "")], &[]);
    check(count(), 1, &[(0, 0, "a", ""), (1, 0, "b", ""), (2, 0, "a", "")], &[]);
    check(count(), 1, &[(0, 0, "a", ""), (1, 0, "a", ""), (2, 0, "a", ""), (9, 0, "a", ""), (11, 0, "a", "")], &[(0, 2, 9, 4)]);
    check(CorrelationKind::EventCount(under(3.0)), 1, &[(0, 0, "a", ""), (1, 0, "a", "")], &[(0, 1, 1, 2)]);
    check(CorrelationKind::EventCount(under(3.0)), 1, &[(0, 0, "a", ""), (1, 0, "a", ""), (2, 0, "a", "")], &[]);
}

#[test]
fn values_are_counted_summed_and_ranked() {
    let three = [(0, 0, "a", "1"), (1, 0, "a", "5"), (2, 0, "a", "1"), (3, 0, "a", "9")];
    check(CorrelationKind::ValueCount(at_least(3.0)), 1, &three, &[(0, 3, 3, 4)]);
    check(CorrelationKind::ValueSum(at_least(16.0)), 1, &three, &[(0, 3, 3, 4)]);
    check(CorrelationKind::ValueAvg(at_least(3.0)), 1, &three, &[(0, 1, 3, 4)]);
    check(CorrelationKind::ValueMedian(at_least(2.5)), 1, &three, &[(0, 1, 3, 4)]);
    check(CorrelationKind::ValuePercentile { percentile: 100, bounds: at_least(9.0) }, 1, &three, &[(0, 3, 3, 4)]);
    check(CorrelationKind::ValueSum(at_least(1.0)), 1, &[(0, 0, "a", "many")], &[]);
}

#[test]
fn combinations_of_several_fields_are_counted() {
    let mut pairs = correlation(CorrelationKind::ValueCount(at_least(3.0)), &rules(1));
    pairs.of[0].values = vec![VALUE, OTHER];
    let all = correlations(vec![pairs]);
    assert_eq!(all.fields(RuleId(0)), [USER, VALUE, OTHER]);
    let fires = |events: &[&[(FieldId, &str)]]| {
        let one = |(second, values): (i64, &&[(FieldId, &str)])| Match {
            values: values.iter().map(|(field, text)| (*field, (*text).to_owned())).collect(),
            ..found((second, 0, "a", ""))
        };
        all.all((0..).zip(events).map(one)).0.len()
    };
    let three: [&[_]; 3] = [&[(VALUE, "a"), (OTHER, "b")], &[(VALUE, "a"), (OTHER, "c")], &[(VALUE, "b"), (OTHER, "b")]];
    assert_eq!(fires(&three), 1);
    assert_eq!(fires(&[three[0], three[1], three[0]]), 0, "two pairs");
    assert_eq!(fires(&[three[0], three[1], &[(VALUE, "b")]]), 0, "half a pair is none");
    assert_eq!(fires(&[three[0], three[1], &[(VALUE, "c"), (OTHER, "b")], &[(USER, "x")]]), 1);
    assert_eq!(fires(&[&[(VALUE, "ab"), (OTHER, "c")], &[(VALUE, "a"), (OTHER, "bc")], &[(VALUE, ""), (OTHER, "abc")]]), 1, "not run together");
    assert_eq!(fires(&[&[(VALUE, "a"), (VALUE, "b"), (OTHER, "c"), (OTHER, "d")]]), 1, "each with each");
}

#[test]
fn rules_are_seen_together_and_in_order() {
    check(CorrelationKind::Temporal(None), 2, &[(5, 1, "a", ""), (9, 0, "a", "")], &[(5, 9, 9, 2)]);
    check(CorrelationKind::TemporalOrdered(None), 2, &[(5, 1, "a", ""), (9, 0, "a", "")], &[]);
    check(CorrelationKind::TemporalOrdered(None), 2, &[(5, 1, "a", ""), (9, 0, "a", ""), (12, 1, "a", "")], &[(5, 12, 12, 3)]);
    check(CorrelationKind::TemporalOrdered(None), 2, &[(5, 1, "a", ""), (5, 0, "a", "")], &[(5, 5, 5, 2)]);
    let but_not = Extended::All(vec![Extended::Seen(0), Extended::Not(Box::new(Extended::Seen(1)))]);
    check(CorrelationKind::Temporal(Some(but_not.clone())), 2, &[(5, 0, "a", "")], &[(5, 5, 5, 1)]);
    check(CorrelationKind::Temporal(Some(but_not)), 2, &[(5, 0, "a", ""), (15, 1, "a", "")], &[]);
    let either = Extended::Any(vec![Extended::Seen(0), Extended::Seen(1)]);
    check(CorrelationKind::Temporal(Some(either)), 2, &[(5, 1, "a", "")], &[(5, 5, 5, 1)]);
}

#[test]
fn correlations_feed_correlations() {
    let inner = correlation(CorrelationKind::EventCount(at_least(2.0)), &rules(1));
    let outer = correlation(CorrelationKind::TemporalOrdered(None), &[Target::Correlation(0), Target::Rule(RuleId(1))]);
    let matches = [(0, 0, "a", ""), (1, 0, "a", ""), (4, 1, "a", ""), (5, 1, "b", "")];
    let firings = correlations(vec![inner, outer]).all(matches.into_iter().map(found)).0;
    let outer = firings.iter().find(|f| f.correlation == 1).expect("fires");
    assert_eq!((firings.len(), outer.count, outer.members.len()), (2, 2, 3));
}

#[test]
fn what_comes_too_late_is_counted() {
    let correlations = correlations(vec![correlation(CorrelationKind::EventCount(at_least(1.0)), &rules(1))]);
    let (state, _) = correlations.step(State::default(), Input::Watermark(9 * SECOND));
    let (state, _) = correlations.step(state, Input::Match(found((9, 0, "a", ""))));
    assert_eq!(state.late, 1);
    assert_eq!(correlations.fields(RuleId(0)), [USER, VALUE]);
    assert_eq!(correlations.fields(RuleId(7)), []);
}

/// Matches of one key, a millisecond apart, each with a value of its own: how often each window counts, and what was lost.
fn crowd(kind: CorrelationKind, timespan_seconds: u64, matches: i64) -> (Vec<u64>, u64) {
    let correlations = correlations(vec![Correlation { timespan_seconds, ..correlation(kind, &rules(1)) }]);
    let one = |n: i64| Match { time: n * SECOND / 1000, event: id(n), rule: RuleId(0), values: vec![(USER, "a".to_owned()), (VALUE, n.to_string())] };
    let (firings, dropped) = correlations.all((0..matches).rev().map(one));
    (firings.iter().map(|firing| firing.count).collect(), dropped)
}

#[test]
fn a_crowd_is_counted_in_full_or_the_loss_is_told() {
    use CorrelationKind as Kind;
    assert_eq!(crowd(Kind::EventCount(at_least(3.0)), 50, 130_000), (vec![50_001, 50_001, 29_998], 0));
    assert_eq!(crowd(Kind::EventCount(under(120_000.0)), 130, 130_000), (vec![], 0));
    assert_eq!(crowd(Kind::EventCount(under(140_000.0)), 200, 130_000), (vec![130_000], 0));
    assert_eq!(crowd(Kind::Temporal(None), 200, 130_000), (vec![130_000], 0));
    // More than a key may hold, and no way to do without.
    assert_eq!(crowd(Kind::EventCount(at_least(120_000.0)), 200, 130_000), (vec![], 30_000));
    assert_eq!(crowd(Kind::ValueCount(under(120_000.0)), 200, 101_000), (vec![101_000], 999));
}

fn every_kind() -> Correlations {
    use CorrelationKind as Kind;
    let but_not = Extended::All(vec![Extended::Seen(0), Extended::Not(Box::new(Extended::Seen(1)))]);
    let kinds = [
        Kind::EventCount(at_least(3.0)),
        Kind::EventCount(under(3.0)),
        Kind::ValueCount(at_least(2.0)),
        Kind::Temporal(None),
        Kind::Temporal(Some(but_not)),
        Kind::TemporalOrdered(None),
        Kind::ValueSum(at_least(6.0)),
        Kind::ValueAvg(under(3.0)),
        Kind::ValueMedian(at_least(2.0)),
        Kind::ValuePercentile { percentile: 90, bounds: at_least(3.0) },
    ];
    let mut all: Vec<Correlation> = kinds.into_iter().map(|kind| correlation(kind, &rules(2))).collect();
    all.push(correlation(Kind::EventCount(at_least(2.0)), &[Target::Correlation(0), Target::Correlation(1)]));
    correlations(all)
}

fn matches() -> impl Strategy<Value = Vec<Match>> {
    let one = (0_i64..60, 0_u32..2, prop_oneof![Just("a"), Just("b")], prop_oneof![Just("1"), Just("2"), Just("4"), Just("x")]);
    prop::collection::vec(one.prop_map(found), 0..40).prop_map(|mut all| {
        all.sort_by_key(|m| (m.time, m.rule, m.event));
        all.dedup_by_key(|m| (m.time, m.rule, m.event));
        all
    })
}

/// Lets matches arrive up to `budget` out of order, the watermark following.
fn arrive(correlations: &Correlations, matches: &[Match], delays: &[i64], budget: i64) -> Vec<Firing> {
    let mut arrivals: Vec<(i64, &Match)> = matches.iter().zip(delays.iter().cycle()).map(|(m, delay)| (m.time + delay % budget, m)).collect();
    arrivals.sort_by_key(|(at, _)| *at);
    let (mut state, mut all, mut greatest) = (State::default(), Vec::new(), i64::MIN);
    for (_, found) in arrivals {
        greatest = greatest.max(found.time);
        let (next, _) = correlations.step(state, Input::Match(found.clone()));
        let (next, firings) = correlations.step(next, Input::Watermark(greatest - budget));
        all.extend(firings);
        state = next;
    }
    let (state, firings) = correlations.step(state, Input::Watermark(i64::MAX));
    assert_eq!((state.late, state.dropped), (0, 0));
    all.extend(firings);
    all
}

fn sorted(mut firings: Vec<Firing>) -> Vec<Firing> {
    firings.sort_by(|a, b| (a.correlation, &a.key, a.start).cmp(&(b.correlation, &b.key, b.start)));
    firings
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn order_within_the_budget_does_not_show(matches in matches(), delays in prop::collection::vec(0_i64..20 * SECOND, 1..20)) {
        let correlations = every_kind();
        let at_once = sorted(correlations.all(matches.clone()).0);
        prop_assert_eq!(sorted(arrive(&correlations, &matches, &delays, 15 * SECOND)), at_once);
    }

    #[test]
    fn folds_end_alike_in_any_order(times in prop::collection::vec((0_i64..40, 0_usize..2, 0_usize..3), 0..40).prop_shuffle(), worst in any::<bool>()) {
        let fold = Fold { within: 10, worst };
        let outcomes = [Outcome::Tried, Outcome::Failed, Outcome::Done];
        let fact = |(n, (time, key, outcome)): (usize, &(i64, usize, usize))| {
            Fact { time: *time, event: id(i64::try_from(n).unwrap_or_default()), key: vec![Some(key.to_string())], outcome: outcomes[*outcome] }
        };
        let facts: Vec<Fact> = times.iter().enumerate().map(fact).collect();
        let end = |facts: &mut dyn Iterator<Item = &Fact>| facts.fold(fold::State::default(), |state, fact| fold.step(state, "x", fact).0);
        prop_assert_eq!(end(&mut facts.iter()), end(&mut facts.iter().rev()));
    }
}

#[test]
fn folds_open_grow_and_continue() {
    let fold = Fold { within: 10, worst: true };
    let fact = |time, outcome| Fact { time, event: id(time), key: vec![None], outcome };
    let (state, first) = fold.step(fold::State::default(), "x", &fact(1, Outcome::Tried));
    let (state, second) = fold.step(state, "x", &fact(9, Outcome::Done));
    let (mut state, third) = fold.step(state, "x", &fact(10, Outcome::Failed));
    assert!(first.opened && !second.opened && third.opened && first.id == second.id && first.id != third.id);
    let all: Vec<_> = state.all().map(|f| (f.first, f.last, f.count, f.outcome, f.continues)).collect();
    assert_eq!(all, [(1, 9, 2, Outcome::Done, false), (10, 10, 1, Outcome::Failed, true)]);
    assert_eq!(state.close(fold, "x", 25).len(), 1);
    assert_eq!(state.all().count(), 1);
}

#[test]
fn folds_keep_the_first_events_and_count_all() {
    let fold = Fold { within: 10_000, worst: false };
    let fact = |time| Fact { time, event: id(time), key: Vec::new(), outcome: Outcome::Done };
    let state = (0..1500).rev().fold(fold::State::default(), |state, time| fold.step(state, "x", &fact(time)).0);
    let folded = state.all().next().expect("one");
    assert_eq!((folded.count, folded.events.len(), folded.events.last().map(|e| e.0)), (1500, 1000, Some(999)));
}

#[test]
fn ids_of_occurrences_are_pinned() {
    let key = vec![Some("a".to_owned()), None];
    let ids = [occurrence::of_event("x", id(1)), occurrence::of_bucket("x", &key, 5), occurrence::of_window("x", &key, 5)];
    let pinned = ["94aa9eabd2eded29b6bfb402cc6e3ef3", "1915fca14074351431e5fc2a40f36fc4", "b4fc4a2926766a0a1b207c717599a0fc"];
    assert_eq!((ids.map(|id| id.to_string()), occurrence::partition("x", &key)), (pinned.map(str::to_owned), 85));
    assert_ne!(occurrence::of_window("x", &[None], 5), occurrence::of_window("x", &[Some(String::new())], 5));
}
