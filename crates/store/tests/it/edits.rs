//! Edits of triggered alerts: revisions, bulk, limits, one audit row each.

use crate::world::{NOW, World, ann, upsert};
use watchbell_store::{Actor, AuditFilter, Change, Changed, Edit, Error, Page, Status, TriggeredFilter};

fn change(id: &str, revision: Option<i64>) -> Change {
    Change { id: id.to_owned(), revision }
}

#[test]
fn a_bulk_edit_answers_for_each() {
    let world = World::new();
    world.commit(vec![upsert("a", 1), upsert("b", 1), upsert("c", 1)]);
    world.edit("c", &Edit { status: Some(Status::Closed), ..Edit::default() });
    let close = Edit { status: Some(Status::Closed), ..Edit::default() };
    let these = [change("a", Some(1)), change("b", Some(7)), change("c", None), change("gone", None)];
    let done = world.store.edit_triggered(&these, &close, &ann(), NOW).expect("answered");
    assert_eq!(done, [Changed::Done { revision: 2 }, Changed::Conflict { found: 1 }, Changed::Same { revision: 2 }, Changed::Missing]);
    assert_eq!(world.ids(&TriggeredFilter { statuses: vec![Status::Unread], ..TriggeredFilter::default() }), ["b"]);
    let acts = world.store.audit(&AuditFilter { target: Some("a".to_owned()), ..AuditFilter::default() }, &Page::default()).expect("audit").items;
    assert_eq!(acts.len(), 1);
    assert_eq!((acts[0].before.as_deref(), acts[0].after.as_deref()), (Some("{\"status\":0}"), Some("{\"status\":300}")));
}

#[test]
fn growth_is_no_conflict_for_an_edit() {
    let world = World::new();
    world.commit(vec![upsert("a", 1)]);
    world.commit(vec![upsert("a", 2)]);
    let done = world.store.edit_triggered(&[change("a", Some(1))], &Edit { acknowledge: Some(true), ..Edit::default() }, &ann(), NOW).expect("answered");
    assert_eq!(done, [Changed::Done { revision: 2 }]);
}

#[test]
fn acknowledging_is_an_act_of_its_own() {
    let world = World::new();
    world.commit(vec![upsert("a", 1)]);
    let ack = |on: bool, who: &str, now: i64| {
        let edit = Edit { acknowledge: Some(on), ..Edit::default() };
        world.store.edit_triggered(&[change("a", None)], &edit, &Actor::new(who, "session"), now).expect("answered");
        let row = world.row("a");
        (row.status, row.acknowledged_by, row.acknowledged_at)
    };
    assert_eq!(ack(true, "ann", 5), (Status::Unread, Some("ann".to_owned()), Some(5)));
    assert_eq!(ack(true, "bea", 6), (Status::Unread, Some("ann".to_owned()), Some(5)), "the first stays");
    assert_eq!(ack(false, "bea", 7), (Status::Unread, None, None));
}

#[test]
fn what_is_too_much_is_refused_whole() {
    let world = World::new();
    world.commit(vec![upsert("a", 1)]);
    let check = |edit: Edit, code: &str| {
        let before = world.dump();
        let error = world.store.edit_triggered(&[change("a", None)], &edit, &ann(), NOW).expect_err("refused");
        assert_eq!(error.code(), code, "{error}");
        assert_eq!(before, world.dump());
    };
    let tags = |count: usize| Edit { add_tags: (0..count).map(|n| format!("t{n}")).collect(), comment: Some("x".to_owned()), ..Edit::default() };
    check(tags(51), "refused");
    check(tags(1_001), "too_long");
    check(Edit { add_tags: vec!["x".repeat(65)], ..Edit::default() }, "too_long");
    check(Edit { add_tags: vec![" ".to_owned()], ..Edit::default() }, "invalid");
    check(Edit { comment: Some("x".repeat(10_001)), ..Edit::default() }, "too_long");
    check(Edit { comment: Some(String::new()), ..Edit::default() }, "invalid");
    check(Edit { assignee: Some(Some("a\nb".to_owned())), ..Edit::default() }, "invalid");
    let many = vec![change("a", None); 1_001];
    assert!(matches!(world.store.edit_triggered(&many, &Edit::default(), &ann(), NOW), Err(Error::TooLong { .. })));
}

#[test]
fn statuses_are_the_numbers_that_clients_know() {
    let numbers: Vec<u16> = Status::ALL.iter().map(|(status, ..)| status.number()).collect();
    assert_eq!(numbers, [0, 1, 2, 100, 300, 500, 600, 700, 800]);
    for (status, number, word) in Status::ALL {
        assert_eq!((Status::from_number(number.into()).ok(), status.word()), (Some(status), word));
    }
    assert!(Status::from_number(3).is_err());
}
