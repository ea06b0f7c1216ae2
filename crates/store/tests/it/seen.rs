//! Readiness, quarantine, jobs, checkpoints, request keys, and what grows too old.

use crate::world::{NOW, World, ann, message, upsert};
use watchbell_store::{
    Aside, Batch, Checkpoint, Edit, JobFilter, JobRow, Keep, Known, Match, Page, QuarantineFilter, Quarantined, Room, Seen, Status, TriggeredFilter,
};

#[test]
fn kinds_of_events_are_absolute_and_paged() {
    let world = World::new();
    let seen = |code: &str, count: u64, position: u64| Seen { source: "w".to_owned(), event_code: code.to_owned(), count, position, ..Seen::default() };
    let commit = |seen: Vec<Seen>| world.store.commit(&Batch { seen, ..Batch::default() }, NOW).map(drop).expect("kept");
    commit(vec![seen("1", 5, 10), seen("4688", 7, 10), seen("4104", 1, 10)]);
    commit(vec![seen("1", 3, 9), seen("4688", 9, 11)]);
    let first = world.store.seen(&Page::first(2)).expect("a page");
    let second = world.store.seen(&Page::after(first.next.expect("there is more"), 2)).expect("a page");
    let all: Vec<(String, u64)> = first.items.into_iter().chain(second.items).map(|seen| (seen.event_code, seen.count)).collect();
    assert_eq!(all, [("1".to_owned(), 5), ("4104".to_owned(), 1), ("4688".to_owned(), 9)]);
    assert_eq!(world.store.forget_seen("w").expect("forgotten"), 3);
}

#[test]
fn what_could_not_be_read_is_kept_bounded_and_once() {
    let world = World::new();
    let record = |n: usize| Quarantined {
        key: format!("{n}"),
        reason: if n.is_multiple_of(2) { "unknown_format" } else { "too_long" }.to_owned(),
        source: "s".to_owned(),
        length: 300_000,
        bytes: vec![7; 300_000],
        ..Quarantined::default()
    };
    let room = Room { rows: 100, bytes: 10_000_000 };
    assert_eq!(world.store.quarantine(&[record(0), record(1), record(2)], &room).expect("kept"), Aside { new: 3, let_go: 0 });
    assert_eq!(world.store.quarantine(&[record(2), record(3)], &room).expect("kept"), Aside { new: 1, let_go: 0 });
    assert_eq!(world.store.quarantine_size().expect("a size"), Room { rows: 4, bytes: 4 * 256 * 1024 });
    let filter = QuarantineFilter { reason: Some("too_long".to_owned()), ..QuarantineFilter::default() };
    let listed = world.store.quarantine_list(&filter, &Page::default()).expect("a list").items;
    assert_eq!(listed.iter().map(|row| row.record.key.as_str()).collect::<String>(), "31");
    assert!(listed[0].record.bytes.is_empty(), "a list is light");
    let one = world.store.quarantined(listed[0].id).expect("there");
    assert_eq!((one.record.length, one.record.bytes.len()), (300_000, 256 * 1024));
    world.store.quarantine_replayed(&[one.id], &ann(), NOW).expect("noted");
    let open = QuarantineFilter { replayed: Some(false), ..QuarantineFilter::default() };
    assert_eq!(world.store.quarantine_list(&open, &Page::default()).expect("a list").items.len(), 3);
    assert_eq!(world.store.quarantine_counts().expect("counts").iter().map(|kind| kind.2).collect::<Vec<_>>(), [2, 2]);
    world.store.prune(&Keep { quarantined: Some(1), ..Keep::default() }, NOW).expect("pruned");
    let left = world.store.quarantine_list(&QuarantineFilter::default(), &Page::default()).expect("a list").items;
    assert_eq!(left.iter().map(|row| row.record.key.as_str()).collect::<String>(), "3", "the newest stays");
}

#[test]
fn of_what_could_not_be_read_the_oldest_goes_first() {
    let world = World::new();
    let record = |n: usize| Quarantined { key: format!("{n}"), source: "s".to_owned(), bytes: vec![7; 1000], length: 1000, ..Quarantined::default() };
    let records: Vec<Quarantined> = (0..50).map(record).collect();
    let keys = || {
        let listed = world.store.quarantine_list(&QuarantineFilter::default(), &Page::default()).expect("a list").items;
        listed.iter().map(|row| (row.id, row.record.key.clone())).collect::<Vec<_>>()
    };
    let kept = world.store.quarantine(&records[..40], &Room { rows: 100, bytes: 10_500 }).expect("kept");
    assert_eq!((kept, keys().len()), (Aside { new: 40, let_go: 30 }, 10));
    let kept = world.store.quarantine(&records[40..], &Room { rows: 5, bytes: 1_000_000 }).expect("kept");
    assert_eq!((kept, keys().len()), (Aside { new: 10, let_go: 15 }, 5));
    let last = keys()[0].clone();
    assert_eq!(last.1, "49");
    assert_eq!(world.store.remove_quarantined(&[last.0, last.0], &ann(), NOW).expect("removed"), 1);
    assert_eq!(keys().len(), 4);
}

#[test]
fn jobs_are_listed_by_host_and_by_next_run() {
    let world = World::new();
    let job = |id: &str, host: &str, next: Option<i64>, position: u64| JobRow {
        id: id.to_owned(),
        host: host.to_owned(),
        kind: "cron".to_owned(),
        name: format!("Backup {id}"),
        next,
        position,
        document: "{}".to_owned(),
        ..JobRow::default()
    };
    let jobs = vec![job("a", "x", Some(30), 1), job("b", "y", Some(10), 1), job("c", "y", None, 1), job("a", "x", Some(20), 2), job("b", "z", Some(1), 1)];
    world.store.commit(&Batch { jobs, ..Batch::default() }, NOW).expect("kept");
    let ids = |rows: Vec<JobRow>| rows.into_iter().map(|job| job.id).collect::<String>();
    let listed = |filter: JobFilter| ids(world.store.jobs(&filter, &Page::default()).expect("a list").items);
    assert_eq!(listed(JobFilter { host: Some("y".to_owned()), ..JobFilter::default() }), "bc");
    assert_eq!(listed(JobFilter { name: Some("BACKUP A".to_owned()), ..JobFilter::default() }), "a");
    let first = world.store.next_jobs(5, &Page::first(1)).expect("a list");
    let second = world.store.next_jobs(5, &Page::after(first.next.expect("more"), 1)).expect("a list");
    assert_eq!((ids(first.items), ids(second.items), second.next), ("b".to_owned(), "a".to_owned(), None));
    assert_eq!(world.store.job("a").expect("there").next, Some(20));
}

#[test]
fn checkpoints_go_forward_only_and_matches_with_them() {
    let world = World::new();
    let commit = |position: u64, text: &str| {
        let checkpoint = Checkpoint { name: "detect".to_owned(), position, state: text.into() };
        let found = Match { time: Some(NOW), document: text.to_owned() };
        world.store.commit(&Batch { checkpoints: vec![checkpoint], matches: vec![found], ..Batch::default() }, NOW).expect("kept");
        let kept = world.store.checkpoint("detect").expect("asked").expect("kept");
        (kept.position, String::from_utf8(kept.state).expect("text"))
    };
    assert_eq!(commit(5, "a"), (5, "a".to_owned()));
    assert_eq!(commit(5, "b"), (5, "a".to_owned()));
    assert_eq!(commit(4, "c"), (5, "a".to_owned()));
    assert_eq!(commit(6, "d"), (6, "d".to_owned()));
    let mut matches = String::new();
    world.store.matches(NOW, i64::MAX, |document| matches.push_str(document)).expect("read");
    assert_eq!(matches, "ad");
    let far = Checkpoint { name: "x".to_owned(), position: u64::MAX, state: Vec::new() };
    assert!(world.store.commit(&Batch { checkpoints: vec![far], ..Batch::default() }, NOW).is_err());
}

#[test]
fn a_request_is_done_once() {
    let world = World::new();
    let begin = |actor: &str, digest: &str, now: i64| world.store.begin_request(actor, "k", digest, now, now + 10).expect("answered");
    assert_eq!(begin("ann", "d", NOW), Known::New);
    assert_eq!(begin("ann", "d", NOW), Known::Running);
    assert_eq!(begin("bea", "d", NOW), Known::New, "keys are each actor's own");
    world.store.end_request("ann", "k", 201, "{\"id\":1}", NOW + 100).expect("kept");
    assert_eq!(begin("ann", "d", NOW + 99), Known::Answered { status: 201, body: "{\"id\":1}".to_owned() });
    assert_eq!(begin("ann", "other", NOW + 99), Known::Other);
    assert_eq!(begin("ann", "other", NOW + 100), Known::New, "it has expired");
    world.store.forget_request("ann", "k").expect("forgotten");
    assert_eq!(begin("ann", "d", NOW + 100), Known::New);
}

#[test]
fn what_is_too_old_goes_with_all_that_hangs_on_it() {
    let world = World::new();
    world.commit((0..1_200).map(|n| upsert(&format!("t{n}"), 1)).collect());
    world.edit("t7", &Edit { status: Some(Status::Closed), comment: Some("x".to_owned()), add_tags: vec!["x".to_owned()], ..Edit::default() });
    world.store.send(&message("t7", 1, "new"), NOW).expect("sent");
    let handled = world.store.prune(&Keep { handled: Some(i64::MAX), ..Keep::default() }, NOW).expect("pruned");
    assert_eq!(handled.triggered, 1);
    assert!(!world.dump().iter().any(|row| row.starts_with("comments") || row.starts_with("tags")));
    let all = Keep { triggered: Some(i64::MAX), audit: Some(i64::MAX), messages: Some(i64::MAX), ..Keep::default() };
    let mut steps = 0;
    while !world.store.prune(&all, NOW).expect("pruned").is_done() {
        steps += 1;
    }
    assert_eq!((steps, world.ids(&TriggeredFilter::default()).len()), (3, 0));
    assert_eq!(world.store.outbox_counts().expect("counts").0, 1, "what waits to be sent stays");
}
