//! Lists of triggered alerts: filters, pages, counts, the feed.

use crate::world::{NOW, World, ann, upsert};
use watchbell_store::{AuditFilter, Cursor, Edit, Error, Order, Outcome, Page, Priority, Status, TriggeredFilter, Upsert, Visible};

const HOUR: i64 = 3_600_000_000_000;

fn some() -> World {
    let world = World::new();
    let at = |id: &str, hours: i64| Upsert { time: Some(NOW + hours * HOUR), ..upsert(id, 1) };
    world.commit(vec![
        at("a", 0),
        Upsert { host: "db01".to_owned(), priority: Priority::High, outcome: Outcome::Failed, ..at("b", 1) },
        Upsert { user: "root".to_owned(), alert_id: "a-2".to_owned(), alert: "SecOpsCron".to_owned(), pack: "local".to_owned(), ..at("c", 2) },
        Upsert { text: "curl http://Evil.example/ÄX".to_owned(), category: "Linux".to_owned(), ladder_id: "l-1".to_owned(), ..at("d", 3) },
    ]);
    world.edit("a", &Edit { status: Some(Status::Closed), acknowledge: Some(true), ..Edit::default() });
    world.edit("b", &Edit { assignee: Some(Some("ann".to_owned())), add_tags: vec!["hot".to_owned(), "x".to_owned()], ..Edit::default() });
    world
}

#[test]
fn filters() {
    let world = some();
    let check = |filter: TriggeredFilter, want: &str| assert_eq!(world.ids(&filter).concat(), want, "{filter:?}");
    let all = TriggeredFilter::default;
    let text = |text: &str| vec![text.to_owned()];
    check(all(), "dcba");
    check(TriggeredFilter { statuses: vec![Status::Closed], ..all() }, "a");
    check(TriggeredFilter { statuses: vec![Status::Closed, Status::Unread], ..all() }, "dcba");
    check(TriggeredFilter { priorities: vec![Priority::High, Priority::VeryHigh], ..all() }, "b");
    check(TriggeredFilter { outcomes: vec![Outcome::Failed], ..all() }, "b");
    check(TriggeredFilter { alert_ids: text("a-2"), ..all() }, "c");
    check(TriggeredFilter { alerts: text("SecOpsCron"), ..all() }, "c");
    check(TriggeredFilter { packs: text("local"), ..all() }, "c");
    check(TriggeredFilter { hosts: text("db01"), ..all() }, "b");
    check(TriggeredFilter { hosts: vec!["db01".to_owned(), "web01".to_owned()], users: text("bob"), ..all() }, "dba");
    check(TriggeredFilter { assignees: text("ann"), ..all() }, "b");
    check(TriggeredFilter { unassigned: true, ..all() }, "dca");
    check(TriggeredFilter { acknowledged: Some(true), ..all() }, "a");
    check(TriggeredFilter { acknowledged: Some(false), ..all() }, "dcb");
    check(TriggeredFilter { tags: text("hot"), ..all() }, "b");
    check(TriggeredFilter { tags: vec!["hot".to_owned(), "cold".to_owned()], ..all() }, "");
    check(TriggeredFilter { ladder_id: Some("l-1".to_owned()), ..all() }, "d");
    check(TriggeredFilter { event: Some("e1".to_owned()), ..all() }, "dcba");
    check(TriggeredFilter { text: Some("EVIL.example/äx".to_owned()), ..all() }, "d");
    check(TriggeredFilter { text: Some("%".to_owned()), ..all() }, "");
    check(TriggeredFilter { text: Some("secopscron".to_owned()), ..all() }, "c");
    check(TriggeredFilter { from: Some(NOW + HOUR), to: Some(NOW + 3 * HOUR), ..all() }, "cb");
    let visible = |packs: &[&str], categories: &[&str]| {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Some(Visible { packs: owned(packs), categories: owned(categories) })
    };
    check(TriggeredFilter { visible: visible(&["local"], &["Linux"]), ..all() }, "dc");
    check(TriggeredFilter { visible: visible(&[], &[]), ..all() }, "");
    let oldest = world.store.list_triggered(&all(), Order::OldestFirst, &Page::first(2)).expect("a list");
    assert_eq!(oldest.items.iter().map(|row| row.id.as_str()).collect::<String>(), "ab");
}

#[test]
fn pages_hold_while_rows_come_and_grow() {
    let world = World::new();
    // Many of one time, so that ids decide.
    world.commit((0..50).map(|n| Upsert { time: Some(NOW + n / 10), ..upsert(&format!("t{n:02}"), 1) }).collect());
    let (mut seen, mut page) = (Vec::new(), Page::first(7));
    loop {
        let listed = world.store.list_triggered(&TriggeredFilter::default(), Order::NewestFirst, &page).expect("a page");
        seen.extend(listed.items.into_iter().map(|row| row.id));
        let Some(next) = listed.next else { break };
        page = Page::after(next.to_string().parse().expect("a cursor reads back"), 7);
        let n = seen.len();
        // One comes before, one behind, and one that is listed already says that it began earlier than was thought.
        world.commit(vec![
            Upsert { time: Some(NOW + 100), ..upsert(&format!("new{n:02}"), 1) },
            Upsert { time: Some(NOW - 100), ..upsert(&format!("old{n:02}"), 1) },
            Upsert { time: Some(NOW - 50), ..upsert(&seen[0], n as u64 + 2) },
        ]);
    }
    let first: Vec<&String> = seen.iter().filter(|id| id.starts_with('t')).collect();
    let mut want: Vec<String> = (0..50).map(|n| format!("t{n:02}")).collect();
    want.reverse();
    assert_eq!(first, want.iter().collect::<Vec<_>>());
    let mut once = seen.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), seen.len(), "nothing twice");
    assert!(!seen.iter().any(|id| id.starts_with("new")), "what came before the first page is not in later ones");
}

#[test]
fn a_search_looks_at_so_many_rows_and_leads_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = watchbell_store::Store::open(folder.path(), &watchbell_store::Options { scan: 10, ..crate::world::options() }, "i", NOW).expect("opens");
    let text = |n: i64| if n % 17 == 0 { "needle" } else { "hay" }.to_owned();
    let triggered = (0..100).map(|n| Upsert { time: Some(NOW + n), text: text(n), ..upsert(&format!("t{n:02}"), 1) }).collect();
    store.commit(&watchbell_store::Batch { triggered, ..watchbell_store::Batch::default() }, NOW).expect("kept");
    let filter = TriggeredFilter { text: Some("Needle".to_owned()), ..TriggeredFilter::default() };
    for (order, wanted) in [(Order::NewestFirst, "t85 t68 t51 t34 t17 t00"), (Order::OldestFirst, "t00 t17 t34 t51 t68 t85")] {
        let (mut page, mut found, mut pages) = (Page::first(1), Vec::new(), 0);
        loop {
            let listed = store.list_triggered(&filter, order, &page).expect("a page");
            found.extend(listed.items.into_iter().map(|row| row.id));
            pages += 1;
            let Some(next) = listed.next else { break };
            page = Page::after(next, 1);
        }
        assert_eq!(found.join(" "), wanted);
        assert!((10..=17).contains(&pages), "{pages}");
    }
    let counts = store.count_triggered(&filter, 1_000).expect("counts");
    assert_eq!((counts.total, counts.more), (0, true), "of the newest ten none");
    let all = store.list_triggered(&TriggeredFilter::default(), Order::NewestFirst, &Page::first(100)).expect("a page");
    assert_eq!((all.items.len(), all.next), (100, None), "what is no search is not cut");
}

#[test]
fn pages_are_bounded() {
    let world = World::new();
    world.commit((0..1_200).map(|n| upsert(&format!("t{n:04}"), 1)).collect());
    let rows = |limit: u32| world.store.list_triggered(&TriggeredFilter::default(), Order::NewestFirst, &Page::first(limit)).expect("a page").items.len();
    assert_eq!([rows(0), rows(5), rows(u32::MAX)], [100, 5, 1_000]);
}

#[test]
fn cursors_of_others_are_refused() {
    for text in ["", "x", "1", "x:1", &format!("1:{}", "y".repeat(5_000))] {
        assert!(matches!(text.parse::<Cursor>(), Err(Error::Invalid { .. } | Error::TooLong { .. })), "{text}");
    }
    assert_eq!("-5:a:b".parse::<Cursor>().expect("a cursor"), Cursor { key: -5, id: "a:b".to_owned() });
}

#[test]
fn counts_and_the_feed() {
    let world = some();
    let counts = world.store.count_triggered(&TriggeredFilter::default(), 1_000).expect("counts");
    assert_eq!((counts.total, counts.more), (4, false));
    assert_eq!(counts.by_status, [(Status::Unread, 3), (Status::Closed, 1)]);
    assert_eq!(counts.by_alert, [("SecOpsTask".to_owned(), 3), ("SecOpsCron".to_owned(), 1)]);
    assert!(world.store.count_triggered(&TriggeredFilter::default(), 2).expect("counts").more);

    let last = world.store.last_change().expect("a number");
    let since = |after: i64| -> String {
        let rows = world.store.changed_triggered(after, &TriggeredFilter::default(), 100).expect("a feed");
        rows.into_iter().map(|row| row.id).collect()
    };
    assert_eq!((since(0).as_str(), since(last).as_str()), ("cdab", ""));
    world.commit(vec![upsert("c", 2)]);
    world.edit("d", &Edit { comment: Some("look".to_owned()), ..Edit::default() });
    assert_eq!(since(last), "cd");
    world.commit(vec![upsert("c", 2)]);
    assert_eq!(since(last), "cd", "what is ignored is no change");
}

#[test]
fn the_audit_is_filtered_and_never_rewritten() {
    let world = some();
    world.store.record(&ann(), "login", "user", "ann", None, NOW + 9).expect("recorded");
    let actions =
        |filter: AuditFilter| -> Vec<String> { world.store.audit(&filter, &Page::default()).expect("audit").items.into_iter().map(|row| row.action).collect() };
    assert_eq!(actions(AuditFilter::default()), ["login", "triggered.edit", "triggered.edit"]);
    assert_eq!(actions(AuditFilter { kind: Some("triggered".to_owned()), target: Some("b".to_owned()), ..AuditFilter::default() }), ["triggered.edit"]);
    assert_eq!(actions(AuditFilter { actor: Some("eve".to_owned()), ..AuditFilter::default() }).len(), 0);
    assert_eq!(actions(AuditFilter { from: Some(NOW + 9), ..AuditFilter::default() }), ["login"]);
    let rewritten = world.sql().execute("UPDATE audit SET actor = 'eve'", ());
    assert!(rewritten.is_err());
}
