//! The outbox: leases, order, retries, dead letters, and the ledger.

use crate::world::{NOW, World, ann, message, upsert};
use proptest::prelude::*;
use watchbell_store::{Attempt, AttemptFilter, Batch, Claim, Keep, Message, OutboxFilter, Page, Priority, Settled, State, Told};

const LEASE: i64 = 30;

fn told(world: &World, ids: &[(&str, u64, &str)]) {
    let triggered = ids.iter().map(|(id, position, _)| upsert(id, *position)).collect();
    let messages = ids.iter().map(|(id, position, kind)| message(id, *position, kind)).collect();
    world.store.commit(&Batch { triggered, messages, ..Batch::default() }, NOW).expect("a batch is kept");
}

fn claim(world: &World, now: i64) -> Vec<Claim> {
    world.store.claim(now, LEASE, 10).expect("claims")
}

fn keys(claims: &[Claim]) -> Vec<String> {
    claims.iter().map(|claim| format!("{}:{}", claim.triggered_id, claim.kind)).collect()
}

fn answer(text: &str) -> Attempt {
    Attempt { method_name: "Mail".to_owned(), recipient: "soc@example.org".to_owned(), took: 3, answer: text.to_owned(), ..Attempt::default() }
}

#[test]
fn one_alert_is_told_in_order_and_others_meanwhile() {
    let world = World::new();
    told(&world, &[("a", 1, "new")]);
    told(&world, &[("a", 2, "update"), ("b", 2, "new")]);
    let first = claim(&world, NOW);
    assert_eq!(keys(&first), ["a:new", "b:new"]);
    assert_eq!(claim(&world, NOW), [], "they are leased");
    assert!(world.store.settle(&first[0], Settled::Again { due: NOW + 500 }, &answer("451 later"), NOW).expect("settled"));
    assert!(world.store.settle(&first[1], Settled::Sent, &answer("250 ok"), NOW).expect("settled"));
    assert_eq!(claim(&world, NOW + 100), [], "the update waits behind the first message");
    assert_eq!(world.store.next_due().expect("a time"), Some(NOW + 500), "so the update is not due either");
    let second = claim(&world, NOW + 500);
    assert_eq!((keys(&second), second[0].tries), (vec!["a:new".to_owned()], 1));
    assert!(world.store.settle(&second[0], Settled::Dead, &answer("550 no such user"), NOW + 501).expect("settled"));
    assert_eq!(keys(&claim(&world, NOW + 502)), ["a:update"], "what is given up holds back nothing");
    assert_eq!(world.store.outbox_counts().expect("counts"), (1, 1));
}

#[test]
fn a_lease_that_ran_out_settles_nothing_but_is_in_the_ledger() {
    let world = World::new();
    told(&world, &[("a", 1, "new")]);
    let slow = claim(&world, NOW).remove(0);
    assert_eq!(claim(&world, NOW + LEASE - 1), []);
    let fast = claim(&world, NOW + LEASE).remove(0);
    assert!(!world.store.settle(&slow, Settled::Dead, &answer("timeout"), NOW + LEASE).expect("answered"));
    assert!(world.store.settle(&fast, Settled::Sent, &answer("ok"), NOW + LEASE).expect("answered"));
    assert!(!world.store.settle(&fast, Settled::Sent, &answer("ok"), NOW + LEASE).expect("answered"), "once");
    assert!(!world.store.release(&fast, NOW).expect("answered"));
    let ledger = world.store.attempts(&AttemptFilter { triggered_id: Some("a".to_owned()), ..AttemptFilter::default() }, &Page::default()).expect("a ledger");
    let told: Vec<(&str, &str, &str)> = ledger.items.iter().map(|row| (row.result, row.answer.as_str(), row.recipient.as_str())).collect();
    let whom = "soc@example.org";
    assert_eq!(told, [("sent", "ok", whom), ("sent", "ok", whom), ("dead", "timeout", whom)]);
}

#[test]
fn a_claim_given_back_is_not_a_try() {
    let world = World::new();
    told(&world, &[("a", 1, "new")]);
    let first = claim(&world, NOW).remove(0);
    assert!(world.store.release(&first, NOW).expect("answered"));
    assert_eq!(claim(&world, NOW)[0].tries, 0);
}

#[test]
fn dead_letters_can_be_sent_again_or_dropped() {
    let world = World::new();
    told(&world, &[("a", 1, "new"), ("b", 1, "new")]);
    for dead in claim(&world, NOW) {
        world.store.settle(&dead, Settled::Dead, &answer("gone"), NOW).expect("settled");
    }
    let dead = world.store.outbox(&OutboxFilter { state: Some(State::Dead), ..OutboxFilter::default() }, &Page::default()).expect("a list").items;
    assert_eq!(dead.iter().map(|row| (row.triggered_id.as_str(), row.last_error.as_deref())).collect::<Vec<_>>(), [("b", Some("gone")), ("a", Some("gone"))]);
    world.store.resend(dead[0].id, &ann(), NOW).expect("resent");
    world.store.drop_message(dead[1].id, &ann(), NOW).expect("dropped");
    assert_eq!(world.store.resend(dead[0].id, &ann(), NOW).expect_err("it waits").code(), "refused");
    assert_eq!(world.store.resend(999, &ann(), NOW).expect_err("none").code(), "not_found");
    let again = claim(&world, NOW);
    assert_eq!((keys(&again), again[0].tries), (vec!["b:new".to_owned()], 1));
}

#[test]
fn nobody_is_told_twice_even_after_the_outbox_was_cleared() {
    let world = World::new();
    told(&world, &[("a", 1, "new")]);
    let sent = claim(&world, NOW).remove(0);
    world.store.settle(&sent, Settled::Sent, &answer("ok"), NOW).expect("settled");
    world.store.prune(&Keep { messages: Some(NOW + 1), ..Keep::default() }, NOW).expect("pruned");
    assert_eq!(world.store.outbox(&OutboxFilter::default(), &Page::default()).expect("a list").items, []);
    told(&world, &[("a", 1, "new")]);
    assert_eq!(claim(&world, NOW), []);
    told(&world, &[("a", 2, "update")]);
    assert_eq!(keys(&claim(&world, NOW)), ["a:update"]);
}

#[test]
fn a_message_about_no_alert_has_a_lane_of_its_own() {
    let world = World::new();
    let test = |key: &str| Message { key: key.to_owned(), ..message("", 0, "test") };
    assert!(world.store.send(&test("x"), NOW).expect("sent"));
    assert!(!world.store.send(&test("x"), NOW).expect("sent"), "once for each key");
    assert!(world.store.send(&test("y"), NOW).expect("sent"));
    assert_eq!(claim(&world, NOW).len(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    /// Whatever senders and people do: of each lane with something to send exactly one message can be claimed.
    #[test]
    fn every_lane_has_one_head(acts in prop::collection::vec((0..5_u8, 0..12_i64), 1..40)) {
        let world = World::new();
        let mut sent = 0;
        for (act, n) in acts {
            match act {
                0 | 1 => {
                    sent += 1;
                    let message = Message { key: format!("k{sent}"), ..message(["a", "b"][(n % 2) as usize], 1, "update") };
                    world.store.send(&message, NOW).expect("sent");
                }
                2 => {
                    for claim in claim(&world, NOW) {
                        let settled = [Settled::Sent, Settled::Dead, Settled::Again { due: NOW }][(n % 3) as usize];
                        world.store.settle(&claim, settled, &answer("x"), NOW).expect("settled");
                    }
                }
                3 => drop(world.store.resend(n + 1, &ann(), NOW)),
                _ => drop(world.store.drop_message(n + 1, &ann(), NOW)),
            }
            let heads: Vec<(i64, i64)> = {
                let sql = world.sql();
                let mut statement = sql.prepare("SELECT sum(head), sum(state <> 0 AND head = 1) FROM outbox GROUP BY lane HAVING sum(state = 0) > 0").expect("a query");
                let rows = statement.query_map((), |row| Ok((row.get(0)?, row.get(1)?))).expect("rows");
                rows.collect::<Result<_, _>>().expect("counts")
            };
            prop_assert!(heads.iter().all(|head| *head == (1, 0)), "{heads:?}");
        }
    }
}

#[test]
fn how_much_was_told_is_kept_by_method_and_only_rises() {
    let world = World::new();
    told(&world, &[("a", 1, "new")]);
    told(&world, &[("a", 2, "update")]);
    let ids = ["a".to_owned(), "b".to_owned()];
    let method = message("a", 1, "new").method;
    assert_eq!(world.store.told(&ids, &method).expect("an answer"), None);
    let high = Told { step: 3, priority: Priority::High, at: NOW };
    let low = Told { step: 2, priority: Priority::VeryHigh, at: NOW + 5 };
    for (said, wanted) in [(high, high), (low, Told { step: 3, ..low })] {
        let claim = claim(&world, NOW).remove(0);
        assert!(world.store.settle_told(&claim, &ids[..1], &said, &answer("ok"), NOW).expect("settled"));
        assert_eq!(world.store.told(&ids, &method).expect("an answer"), Some(wanted));
    }
    assert_eq!(world.store.told(&ids, "other").expect("an answer"), None);
    world.store.prune(&Keep { attempts: Some(NOW + 9), ..Keep::default() }, NOW).expect("pruned");
    assert_eq!(world.store.told(&ids, &method).expect("an answer"), None);
}

#[test]
fn what_need_not_be_sent_makes_room_and_is_no_attempt() {
    let world = World::new();
    told(&world, &[("a", 1, "new")]);
    told(&world, &[("a", 2, "update")]);
    let first = claim(&world, NOW).remove(0);
    assert!(world.store.skip(&first, "told with b", NOW).expect("skipped"));
    assert!(!world.store.skip(&first, "told with b", NOW).expect("answered"), "once");
    assert_eq!(keys(&claim(&world, NOW)), ["a:update"]);
    assert_eq!(world.store.attempts(&AttemptFilter::default(), &Page::default()).expect("a ledger").items, []);
    let dropped = world.store.outbox(&OutboxFilter { state: Some(State::Dropped), ..OutboxFilter::default() }, &Page::default()).expect("a list").items;
    assert_eq!(dropped[0].last_error.as_deref(), Some("told with b"));
}

#[test]
fn a_method_that_does_not_work_holds_back_nobody() {
    let world = World::new();
    told(&world, &[("a", 1, "new")]);
    let method = message("a", 1, "new").method;
    world.store.send(&Message { method: "other".to_owned(), key: "x".to_owned(), ..message("b", 1, "new") }, NOW).expect("sent");
    assert_eq!(keys(&world.store.claim_but(&[method], NOW, LEASE, 10).expect("claims")), ["b:new"]);
    assert_eq!(keys(&claim(&world, NOW)), ["a:new"]);
}

#[test]
fn what_grows_is_not_new_even_for_a_method_that_came_later() {
    let world = World::new();
    told(&world, &[("a", 1, "new")]);
    let later = Message { method: "other".to_owned(), key: "a:new:other".to_owned(), ..message("a", 2, "new") };
    world.store.commit(&Batch { triggered: vec![upsert("a", 2)], messages: vec![later], ..Batch::default() }, NOW).expect("kept");
    assert_eq!(claim(&world, NOW).len(), 1);
}
