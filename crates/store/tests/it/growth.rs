//! What becomes of a triggered alert that people have handled when it grows.

use crate::world::{World, ann, upsert};
use watchbell_store::{AuditFilter, Edit, Outcome, Page, Priority, Status, Upsert};

#[derive(Clone, Copy)]
enum Growth {
    Count,
    Outcome,
    Step,
    Priority,
}

fn grown(growth: Growth) -> Upsert {
    let more = Upsert { count: 2, ..upsert("t", 2) };
    match growth {
        Growth::Count => more,
        Growth::Outcome => Upsert { outcome: Outcome::Done, ..more },
        Growth::Step => Upsert { step: 4, ..more },
        Growth::Priority => Upsert { priority: Priority::High, ..more },
    }
}

#[test]
fn growth_is_told_by_status() {
    use Status::{AntiFlood, Closed, FalsePositive, Recovery, Reminder, Suppressed, Unread, Updated, Watched};
    let check = |was: Status, growth: Growth, want: Status| {
        let world = World::new();
        world.commit(vec![upsert("t", 1)]);
        world.edit("t", &Edit { status: Some(was), ..Edit::default() });
        let revision = world.row("t").revision;
        world.commit(vec![grown(growth)]);
        let row = world.row("t");
        assert_eq!(row.status, want, "{}", was.word());
        assert_eq!(row.revision > revision, want != was, "only a change of status is a new revision");
        let acts = world.store.audit(&AuditFilter { action: Some("triggered.grown".to_owned()), ..AuditFilter::default() }, &Page::default());
        assert_eq!(acts.expect("audit").items.len(), usize::from(want != was));
    };
    for growth in [Growth::Count, Growth::Outcome, Growth::Step, Growth::Priority] {
        check(Unread, growth, Unread);
        check(Updated, growth, Updated);
        check(Closed, growth, Updated);
        for set_by_the_server in [Reminder, Recovery, AntiFlood, Suppressed] {
            check(set_by_the_server, growth, set_by_the_server);
        }
    }
    for worse in [Growth::Outcome, Growth::Step, Growth::Priority] {
        check(Watched, worse, Updated);
        check(FalsePositive, worse, Updated);
    }
    check(Watched, Growth::Count, Watched);
    check(FalsePositive, Growth::Count, FalsePositive);
}

#[test]
fn what_people_set_survives_growth() {
    let world = World::new();
    world.commit(vec![Upsert { story: Some("\"first\"".to_owned()), ..upsert("t", 1) }]);
    let edit = Edit {
        status: Some(Status::Closed),
        priority: Some(Some(Priority::VeryLow)),
        assignee: Some(Some("bea".to_owned())),
        acknowledge: Some(true),
        add_tags: vec!["patch day".to_owned()],
        comment: Some("known".to_owned()),
        ..Edit::default()
    };
    world.edit("t", &edit);
    let later = Upsert {
        priority: Priority::VeryHigh,
        outcome: Outcome::Done,
        story: Some("\"second\"".to_owned()),
        appended: Some("[1]".to_owned()),
        ..upsert("t", 9)
    };
    world.commit(vec![later]);
    let full = world.store.triggered("t").expect("there");
    let row = &full.row;
    assert_eq!((row.status, row.priority, row.priority_told, row.outcome), (Status::Updated, Priority::VeryLow, Priority::VeryHigh, Outcome::Done));
    assert_eq!((row.assignee.as_deref(), row.acknowledged_by.as_deref(), row.priority_by.as_deref()), (Some("bea"), Some("ann"), Some("ann")));
    assert_eq!((row.count, row.seen_count), (9, 1));
    assert_eq!((full.tags, full.comments.len()), (vec!["patch day".to_owned()], 1));
    assert_eq!((full.story.as_deref(), full.appended.as_deref()), (Some("\"first\""), Some("[1]")));
    let events = world.store.triggered_events("t").expect("events");
    assert_eq!(events.iter().map(|event| event.id.as_str()).collect::<Vec<_>>(), ["e1", "e9"]);
    // And detection has its say again once the hand lets go.
    world.edit("t", &Edit { priority: Some(None), ..Edit::default() });
    assert_eq!((world.row("t").priority, world.row("t").priority_by), (Priority::VeryHigh, None));
}

#[test]
fn opening_watches_what_is_unread() {
    let world = World::new();
    world.commit(vec![upsert("t", 1)]);
    assert_eq!(world.store.open_triggered("t", &ann(), 5).expect("there").row.status, Status::Watched);
    world.edit("t", &Edit { status: Some(Status::Closed), ..Edit::default() });
    assert_eq!(world.store.open_triggered("t", &ann(), 6).expect("there").row.status, Status::Closed);
    assert_eq!(world.row("t").acknowledged_at, None, "looking is not acknowledging");
}

#[test]
fn a_story_is_frozen_once() {
    let world = World::new();
    world.commit(vec![upsert("t", 1)]);
    assert!(world.store.freeze_story("t", "\"told\"", Some("{\"new\":1}"), 5).expect("frozen"));
    assert!(!world.store.freeze_story("t", "\"again\"", None, 6).expect("answered"));
    world.store.append_story("t", "[\"ran\"]", 7).expect("appended");
    let full = world.store.triggered("t").expect("there");
    assert_eq!((full.story.as_deref(), full.document.as_str(), full.appended.as_deref()), (Some("\"told\""), "{\"new\":1}", Some("[\"ran\"]")));
}

#[test]
fn long_texts_of_detection_are_cut_and_never_refused() {
    let world = World::new();
    let long = "ä".repeat(5_000_000);
    let (host, summary, document) = (long.clone(), long.clone(), format!("\"{long}\""));
    world.commit(vec![Upsert { host, summary, document, ..upsert("t", 1) }]);
    let full = world.store.triggered("t").expect("there");
    assert!(full.row.host.len() <= 400 && full.row.summary.len() <= 1_000);
    assert_eq!(full.document, "{\"cut\":10000002}");
}
