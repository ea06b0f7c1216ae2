//! Trouble below: no room, a foreign lock, a query without end. Nothing is half done, and work goes on after it.

use crate::world::{NOW, World, ann, message, options, upsert};
use watchbell_store::{AuditFilter, Batch, Edit, Options, Order, Page, Store, TriggeredFilter};

fn with(options: &Options) -> World {
    let folder = tempfile::tempdir().expect("a folder");
    World { store: Store::open(folder.path(), options, "x", NOW).expect("opens"), folder }
}

#[test]
fn a_full_disk_loses_the_batch_and_not_the_store() {
    let world = with(&Options { most_bytes: Some(2 * 1024 * 1024), ..options() });
    let batch = |n: usize| {
        let large = watchbell_store::Upsert { document: format!("\"{}\"", "x".repeat(100_000)), ..upsert(&format!("t{n:03}"), 1) };
        Batch { messages: vec![message(&large.id, 1, "new")], triggered: vec![large], ..Batch::default() }
    };
    let kept = (0..100).find(|n| world.store.commit(&batch(*n), NOW).inspect_err(|error| assert_eq!(error.code(), "store_full", "{error}")).is_err());
    let kept = kept.expect("it is full at some time");
    assert_eq!(world.ids(&TriggeredFilter::default()).len(), kept);
    assert_eq!(world.store.outbox_counts().expect("counts").0, kept as u64, "no message without its alert");
    assert_eq!(world.store.commit(&batch(kept), NOW).expect_err("still full").code(), "store_full");
    let all = watchbell_store::Keep { triggered: Some(i64::MAX), ..Default::default() };
    world.store.prune(&all, NOW).expect("room can be made");
    world.store.commit(&batch(kept), NOW).expect("and it goes on");
}

#[test]
fn a_foreign_lock_is_waited_for_and_told() {
    let world = World::new();
    let other = world.sql();
    other.execute_batch("BEGIN IMMEDIATE").expect("locked");
    let error = world.store.probe(NOW).expect_err("locked");
    assert_eq!((error.code(), error.is_passing()), ("store_busy", true));
    assert!(world.store.installation().is_ok(), "reading goes on");
    other.execute_batch("ROLLBACK").expect("free");
    world.store.probe(NOW).expect("free again");
}

#[test]
fn a_query_without_end_is_given_up() {
    let world = with(&Options { most_steps: 20_000, ..options() });
    world.commit((0..4_000).map(|n| upsert(&format!("t{n}"), 1)).collect());
    let never = TriggeredFilter { text: Some("nowhere".to_owned()), hosts: vec!["x".to_owned(), "web01".to_owned()], ..TriggeredFilter::default() };
    let error = world.store.list_triggered(&never, Order::NewestFirst, &Page::default()).expect_err("given up");
    assert_eq!(error.code(), "store_interrupted");
    assert_eq!(world.store.audit(&AuditFilter::default(), &Page::default()).expect("the connection is fine").items, []);
}

#[test]
fn readers_wait_for_each_other_and_see_whole_batches() {
    let world = with(&Options { readers: 2, ..options() });
    world.commit(vec![upsert("t", 1)]);
    std::thread::scope(|threads| {
        let readers: Vec<_> = (0..6)
            .map(|_| {
                threads.spawn(|| {
                    for _ in 0..200 {
                        let full = world.store.triggered("t").expect("there");
                        assert_eq!(full.document, format!("{{\"id\":\"t\",\"count\":{}}}", full.row.count));
                    }
                })
            })
            .collect();
        (2..200).for_each(|position| world.commit(vec![upsert("t", position)]));
        world.edit("t", &Edit { comment: Some("x".to_owned()), ..Edit::default() });
        for reader in readers {
            reader.join().expect("a reader");
        }
    });
    assert_eq!(world.store.audit(&AuditFilter { actor: Some(ann().name), ..AuditFilter::default() }, &Page::default()).expect("audit").items.len(), 1);
}
