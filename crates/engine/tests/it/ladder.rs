//! Ladders: what evidence makes of them, and that neither its order, its split nor its repetition shows.

use proptest::prelude::*;
use watchbell_engine::ladder::{Climb, KEPT};
use watchbell_model::{EventId, IdWriter, Ladder, Outcome, Step, Timestamp};

/// `(step, outcome, second, event)`; a second below zero is a record without a time.
type Evidence = (Step, Outcome, i64, i64);

fn id(n: i64) -> EventId {
    IdWriter::new("test").number(n).finish()
}

fn climb(evidence: &[Evidence]) -> Climb {
    let mut climb = Climb::default();
    for &(step, outcome, second, event) in evidence {
        climb.add(step, outcome, (second >= 0).then(|| Timestamp::from_seconds(second)), id(event));
    }
    climb
}

/// Checks `step outcome @second: events` of each rung, and the highest.
fn check(evidence: &[Evidence], expected: &[(Step, Outcome, Option<i64>, &[i64])], highest: Option<Step>) {
    let ladder = climb(evidence).finish();
    let seen: Vec<_> = ladder.steps.iter().map(|(step, rung)| (*step, rung.outcome, rung.time.map(Timestamp::seconds), rung.events.clone())).collect();
    let wanted: Vec<_> = expected.iter().map(|(step, outcome, time, events)| (*step, *outcome, *time, events.iter().map(|n| id(*n)).collect())).collect();
    assert_eq!((seen, ladder.highest), (wanted, highest), "{evidence:?}");
}

#[test]
fn a_rung_tells_its_best_outcome_since_when_and_by_what() {
    use Outcome::{Done, Failed, Tried};
    use Step::{Arm, CleanUp, Run, Write};
    check(&[], &[], None);
    check(&[(Write, Tried, 3, 1), (Write, Failed, 5, 2), (Write, Tried, 1, 3)], &[(Write, Failed, Some(5), &[2])], None);
    check(&[(Write, Failed, 1, 1), (Write, Done, 9, 2), (Write, Done, 7, 3)], &[(Write, Done, Some(7), &[3, 2])], Some(Write));
    check(&[(Write, Done, 1, 1), (Run, Failed, 2, 2)], &[(Write, Done, Some(1), &[1]), (Run, Failed, Some(2), &[2])], Some(Write));
    check(&[(CleanUp, Done, 9, 3), (Arm, Done, 1, 1)], &[(Arm, Done, Some(1), &[1]), (CleanUp, Done, Some(9), &[3])], Some(CleanUp));
    check(&[(Run, Done, -1, 1)], &[(Run, Done, None, &[1])], Some(Run));
    check(&[(Run, Done, -1, 1), (Run, Done, 4, 2), (Run, Done, 6, 1)], &[(Run, Done, Some(4), &[2, 1])], Some(Run));
}

#[test]
fn a_rung_names_its_first_events_only() {
    let many: Vec<Evidence> = (0..50).rev().map(|n| (Step::Run, Outcome::Done, n, n)).collect();
    let first: Vec<i64> = (0..8).collect();
    assert_eq!(first.len(), KEPT);
    check(&many, &[(Step::Run, Outcome::Done, Some(0), &first)], Some(Step::Run));
}

fn evidence() -> impl Strategy<Value = Vec<Evidence>> {
    let step = (0..6_usize).prop_map(|n| Step::ALL[n]);
    let outcome = prop_oneof![Just(Outcome::Tried), Just(Outcome::Failed), Just(Outcome::Done)];
    prop::collection::vec((step, outcome, -2..15_i64, 0..20_i64), 0..80)
}

fn merged(parts: &[&[Evidence]]) -> Climb {
    parts.iter().fold(Climb::default(), |mut all, part| {
        all.merge(&climb(part));
        all
    })
}

/// Nothing of `before` is better or higher than in `after`.
fn below(before: &Ladder, after: &Ladder) -> bool {
    let rungs = before.steps.iter().all(|(step, rung)| after.steps.get(step).is_some_and(|later| rung.outcome <= later.outcome));
    rungs && before.highest <= after.highest
}

proptest! {
    #[test]
    fn order_does_not_show((one, other) in evidence().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle()))) {
        prop_assert_eq!(climb(&one).finish(), climb(&other).finish());
    }

    #[test]
    fn a_split_does_not_show(all in evidence(), cut in any::<(prop::sample::Index, prop::sample::Index)>()) {
        let (a, b) = (cut.0.index(all.len() + 1), cut.1.index(all.len() + 1));
        let (first, rest) = all.split_at(a.min(b));
        let (second, third) = rest.split_at(a.max(b) - first.len());
        let whole = climb(&all);
        for parts in [[first, second, third], [third, first, second], [second, third, first]] {
            prop_assert_eq!(&merged(&parts), &whole);
        }
    }

    #[test]
    fn a_repetition_does_not_show(all in evidence(), again in evidence()) {
        let whole = climb(&all);
        let mut doubled = whole.clone();
        doubled.merge(&whole);
        prop_assert_eq!(&doubled, &whole);
        let mut more = climb(&[&all[..], &again].concat());
        let before = more.clone();
        more.merge(&climb(&again));
        prop_assert_eq!(more, before);
    }

    #[test]
    fn a_prefix_is_never_higher(all in evidence(), cut in any::<prop::sample::Index>()) {
        let prefix = climb(&all[..cut.index(all.len() + 1)]).finish();
        prop_assert!(below(&prefix, &climb(&all).finish()));
    }

    #[test]
    fn nobody_is_above_what_all_climbed_together(all in prop::collection::vec(evidence(), 1..6), known in any::<prop::sample::Index>()) {
        let parts: Vec<&[Evidence]> = all.iter().map(Vec::as_slice).collect();
        let backwards: Vec<&[Evidence]> = parts.iter().rev().copied().collect();
        let together = merged(&parts).finish();
        prop_assert_eq!(&merged(&backwards).finish(), &together);
        prop_assert!(parts.iter().all(|part| below(&climb(part).finish(), &together)));
        prop_assert!(below(&merged(&parts[..known.index(parts.len() + 1)]).finish(), &together));
    }
}
