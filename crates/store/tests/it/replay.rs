//! A replay from any earlier place, in other batches, leaves the database as it is.

use crate::world::{NOW, World, ann, message, upsert};
use proptest::prelude::*;
use watchbell_store::{Attempt, JobRow, Quarantined, Seen, TriggeredFull};
use watchbell_store::{Batch, Change, Checkpoint, Edit, Outcome, Priority, Settled, Status, Upsert};

/// What happens at one place of the journal: some triggered alerts become something.
#[derive(Clone, Debug)]
struct Step(Vec<(u8, u8, u8)>);

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop::collection::vec((0..4_u8, 0..3_u8, 0..5_u8), 0..3).prop_map(Step);
    prop::collection::vec(step, 1..24)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn a_replayed_suffix_changes_nothing(steps in steps(), cuts in prop::collection::vec(1..6_usize, 24), again in prop::collection::vec(1..6_usize, 24),
                                         from in 0..24_usize, handled in 0..4_u8, sent in any::<bool>()) {
        let world = World::new();
        feed(&world, &steps, 0, &cuts);
        handle(&world, handled, sent);
        let before = world.dump();
        feed(&world, &steps, from.min(steps.len()), &again);
        prop_assert_eq!(before, world.dump());
    }

    /// How the journal was cut into batches is not seen in what is kept, but for what only rises (outcome, priority).
    #[test]
    fn batches_do_not_matter(steps in steps(), cuts in prop::collection::vec(1..6_usize, 24)) {
        let (one, many) = (World::new(), World::new());
        feed(&one, &steps, 0, &[steps.len()]);
        feed(&many, &steps, 0, &cuts);
        for id in ["t0", "t1", "t2", "t3"] {
            match (one.store.triggered(id), many.store.triggered(id)) {
                (Ok(one), Ok(many)) => {
                    let told = |full: &TriggeredFull| (full.document.clone(), full.row.count, full.row.summary.clone(), full.row.position);
                    prop_assert_eq!(told(&one), told(&many));
                }
                (one, many) => prop_assert_eq!(one.is_err(), many.is_err()),
            }
        }
    }
}

/// Commits the steps from one on, some at a time.
fn feed(world: &World, steps: &[Step], from: usize, cuts: &[usize]) {
    let mut at = from;
    for cut in cuts.iter().cycle() {
        if at >= steps.len() {
            return;
        }
        let to = (at + cut).min(steps.len());
        let batch = batch(steps, at, to);
        world.store.commit(&batch, NOW + i64::try_from(at).expect("few")).expect("a batch is kept");
        at = to;
    }
}

fn batch(steps: &[Step], from: usize, to: usize) -> Batch {
    let mut batch = Batch::default();
    for (at, step) in (from..to).map(|at| (at as u64 + 1, &steps[at])) {
        for (n, outcome, priority) in &step.0 {
            let value = value(*n, at, *outcome, *priority);
            batch.messages.push(message(&value.id, at, if *outcome == 0 { "new" } else { "update" }));
            batch.triggered.push(value);
        }
        batch.jobs.push(JobRow { id: format!("j{}", at % 3), position: at, state: format!("{at}"), document: "{}".to_owned(), ..JobRow::default() });
        batch.seen.push(Seen { source: "s".to_owned(), event_code: format!("{}", at % 3), count: at, position: at, ..Seen::default() });
        batch.quarantined.push(Quarantined { key: format!("{at}:0"), at: NOW, reason: "unknown_format".to_owned(), ..Quarantined::default() });
    }
    let state = format!("state at {to}").into_bytes();
    batch.checkpoints.push(Checkpoint { name: "detect".to_owned(), position: to as u64, state });
    batch
}

/// Several values of one triggered alert at one place have to be one: the last.
fn value(n: u8, at: u64, outcome: u8, priority: u8) -> Upsert {
    let outcome = Outcome::ALL[usize::from(outcome)];
    let priority = Priority::ALL[usize::from(priority)].0;
    Upsert { outcome, priority, summary: format!("as of {at}"), ..upsert(&format!("t{n}"), at) }
}

/// People and the sender do their part in between.
fn handle(world: &World, n: u8, sent: bool) {
    let edit = Edit {
        status: Some(Status::Closed),
        priority: Some(Some(Priority::Low)),
        assignee: Some(Some("ann".to_owned())),
        add_tags: vec!["seen".to_owned()],
        comment: Some("mine".to_owned()),
        ..Edit::default()
    };
    let change = Change { id: format!("t{n}"), revision: None };
    world.store.edit_triggered(&[change], &edit, &ann(), NOW + 100).expect("an edit is answered");
    if sent {
        for claim in world.store.claim(NOW + 100, 1000, 10).expect("claims") {
            world.store.settle(&claim, Settled::Sent, &Attempt::default(), NOW + 101).expect("settled");
        }
        let all = watchbell_store::Keep { messages: Some(i64::MAX), ..Default::default() };
        world.store.prune(&all, NOW + 102).expect("pruned");
    }
}
