//! From triggered alerts to people, over outages, refusals and restarts, on a clock that the test sets.

mod mails;
mod sink;

use crate::world::{Log, World, samples};
use serde_json::json;
use sink::Sink;
use std::time::Duration;
use watchbell_store::{Actor, AttemptFilter, AttemptRow, Method, MethodState, OutboxFilter, OutboxRow, Page, Policy, State};

/// Everything that leads to alerts of this sample is one doing.
const SAMPLE: &str = "linux-intrusion";

fn logs(name: &str) -> Vec<Log> {
    samples().into_iter().find(|sample| sample.name == name).unwrap().logs
}

/// A delivery method and a default policy, as people make them.
fn method(world: &World, id: &str, kind: &str, config: &serde_json::Value) {
    let store = &world.house().store;
    let method =
        Method { id: id.to_owned(), name: id.to_owned(), kind: kind.to_owned(), config: config.to_string(), state: MethodState::Verified, ..Method::default() };
    store.put_method(&method, None, &Actor::system(), 1).unwrap();
    let mut policy = store.policies(&Page::first(1)).unwrap().items.pop().unwrap();
    policy.methods.push(id.to_owned());
    store.put_policy(&Policy { is_default: true, ..policy }, None, &Actor::system(), 1).unwrap();
}

fn hook(world: &World, id: &str, sink: &Sink) {
    method(world, id, "http_json", &json!({"url": sink.url(), "allow_private": true, "timeout": 5}));
}

fn outbox(world: &World) -> Vec<OutboxRow> {
    world.house().store.outbox(&OutboxFilter::default(), &Page::first(1000)).unwrap().items
}

fn attempts(world: &World) -> Vec<AttemptRow> {
    world.house().store.attempts(&AttemptFilter::default(), &Page::first(1000)).unwrap().items
}

/// Waits in real time until something holds; the clock of the server stands.
async fn until(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..600 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what} never came");
}

/// Sends a sample and waits until it is triggered, told, and in the outbox.
async fn trigger(world: &World, name: &str) {
    for log in logs(name) {
        world.send(&log).await;
    }
    world.house().tick();
    until("detection", || world.house().feed.position() >= world.house().journal.end().0).await;
    until("messages", || !outbox(world).is_empty()).await;
    until("stories", || world.house().triggered_since(&watchbell_server::Activity::BEGINNING).unwrap().iter().all(|alert| alert.background.is_some())).await;
}

/// Turns the clock on until nothing waits.
async fn settle(world: &World, seconds: i64) {
    for _ in 0..300 {
        if outbox(world).iter().all(|row| row.state != State::Waiting) {
            return;
        }
        world.pass(seconds);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{:#?}", outbox(world));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_doing_is_one_page_with_its_story() {
    let (world, sink) = (World::begin().await, Sink::start().await);
    hook(&world, "hook", &sink);
    trigger(&world, SAMPLE).await;
    settle(&world, 5).await;
    let told = sink.bodies();
    let triggered = world.house().triggered_since(&watchbell_server::Activity::BEGINNING).unwrap();
    let doings: std::collections::BTreeSet<_> = triggered.iter().map(|alert| alert.scope().map_or(alert.id, |scope| scope.id)).collect();
    assert_eq!(told.iter().filter(|body| body["kind"] == "new").count(), doings.len(), "{} alerts", triggered.len());
    assert!(triggered.len() > told.len());
    for body in &told {
        assert!(!body["story"].is_null() && body["id"].is_string() && body["extraData"].is_object(), "{body}");
    }
    assert_eq!(attempts(&world).iter().filter(|row| row.result == "sent").count(), told.len());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_told_for_an_hour_is_told_once_then_and_another_method_is_not_held_up() {
    let (world, down, up) = (World::begin().await, Sink::start().await, Sink::start().await);
    down.answer(503, None);
    hook(&world, "down", &down);
    hook(&world, "up", &up);
    trigger(&world, SAMPLE).await;
    for _ in 0..20 {
        world.pass(180);
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    assert!(!up.bodies().is_empty());
    assert!(down.seen() > 2 && outbox(&world).iter().any(|row| row.method == "down" && row.state == State::Waiting));
    let before = down.seen();
    down.answer(200, None);
    settle(&world, 120).await;
    assert!((1..=up.bodies().len()).contains(&(down.seen() - before)), "each doing once");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_says_when_is_left_alone_until_then() {
    let (world, sink) = (World::begin().await, Sink::start().await);
    sink.answer(429, Some("600"));
    hook(&world, "hook", &sink);
    trigger(&world, "win-task-hidden").await;
    world.pass(5);
    until("a refusal", || sink.seen() > 0).await;
    until("a line in the ledger", || !attempts(&world).is_empty()).await;
    // Others may come to their turn meanwhile: these are the ones that were asked to wait.
    let refused: Vec<i64> = attempts(&world).iter().map(|row| row.message).collect();
    let tried = || attempts(&world).iter().filter(|row| refused.contains(&row.message)).count();
    sink.answer(200, None);
    world.pass(500);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(tried(), refused.len());
    settle(&world, 60).await;
    assert!(tried() > refused.len());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_for_good_is_a_dead_letter_that_can_be_sent_again() {
    let (world, sink) = (World::begin().await, Sink::start().await);
    sink.answer(400, None);
    hook(&world, "hook", &sink);
    trigger(&world, "win-task-hidden").await;
    settle(&world, 5).await;
    let dead = outbox(&world).into_iter().find(|row| row.state == State::Dead).unwrap();
    assert!(dead.last_error.as_deref().unwrap_or_default().starts_with("400"), "{dead:?}");
    sink.answer(200, None);
    world.house().store.resend(dead.id, &Actor::system(), world.now()).unwrap();
    settle(&world, 5).await;
    assert!(outbox(&world).iter().any(|row| row.id == dead.id && row.state == State::Sent));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_and_the_same_logs_again_tell_nobody_twice() {
    let (world, sink) = (World::begin().await, Sink::start().await);
    hook(&world, "hook", &sink);
    trigger(&world, SAMPLE).await;
    settle(&world, 5).await;
    let told = sink.seen();
    let world = world.restarted().await;
    for log in logs(SAMPLE) {
        world.send(&log).await;
    }
    world.house().tick();
    tokio::time::sleep(Duration::from_secs(1)).await;
    for _ in 0..10 {
        world.pass(30);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    settle(&world, 30).await;
    assert_eq!(sink.seen(), told);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_on_its_way_when_the_server_died_is_sent_again_when_its_lease_is_over_and_no_more() {
    let (world, sink) = (World::begin().await, Sink::start().await);
    hook(&world, "hook", &sink);
    trigger(&world, "win-task-hidden").await;
    let waiting = outbox(&world).len();
    // As a server that died right after the claim leaves them.
    let lost = world.house().store.claim(world.now() + 60_000_000_000, 120_000_000_000, 100).unwrap();
    assert_eq!(lost.len(), waiting);
    let world = world.restarted().await;
    world.pass(100);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(sink.seen(), 0, "they are leased");
    settle(&world, 30).await;
    assert!(sink.seen() > 0 && sink.seen() <= waiting);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_with_no_notification_tells_nobody() {
    let (world, sink) = (World::begin().await, Sink::start().await);
    hook(&world, "hook", &sink);
    let ids: Vec<String> = world.definitions().alerts.iter().map(|alert| alert.definition.id.clone()).collect();
    world.house().store.follow(&ids, &watchbell_store::Follows::Nobody, &Actor::system(), 1).unwrap();
    for log in logs("win-task-hidden") {
        world.send(&log).await;
    }
    until("alerts", || world.house().store.last_change().unwrap() > 0).await;
    assert!(outbox(&world).is_empty());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_method_can_be_tried() {
    let (world, sink) = (World::begin().await, Sink::start().await);
    hook(&world, "hook", &sink);
    let row = world.house().test_method("hook").await.unwrap();
    assert_eq!((row.result, row.answer.as_str(), sink.seen()), ("sent", "200", 1));
    sink.answer(401, None);
    assert_eq!(world.house().test_method("hook").await.unwrap().result, "dead");
    assert!(world.house().test_method("none").await.is_err());
    world.end().await;
}
