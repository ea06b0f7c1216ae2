//! A hunt finds in what is kept what detection found as it came, the newest minutes and files alike, and keeps nothing unasked.

use crate::world::{Sample, World, samples};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use watchbell_server::Activity;
use watchbell_store::{AlertFilter, Page};

/// One sample of each way of logging; attempts, which several alerts make together; windows that a clock closes.
const KINDS: [&str; 8] = [
    "azure-automation-armed",
    "azure-refused-and-cleared",
    "k8s-cronjob-clouds",
    "linux-attempts",
    "linux-intrusion",
    "linux-syslog-crontab",
    "macos-cron-and-periodic",
    "win-ghost-task",
];

/// The answer's lines: ids of what was caught, and the last line.
async fn hunt(world: &World, body: Value) -> (BTreeSet<String>, Value) {
    let text = world.ask("/hunts", &body).await;
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let ids = lines.iter().filter_map(|line| Some(line["triggered"]["id"].as_str()?.to_owned())).collect();
    let last = lines.last().unwrap();
    assert!(last["done"].is_object(), "{body}: {last}");
    (ids, last["done"].clone())
}

/// Ids of what detection stored, by the alert's name.
fn detected(world: &World) -> BTreeMap<String, BTreeSet<String>> {
    let mut ids = BTreeMap::<String, BTreeSet<String>>::new();
    for alert in world.house().triggered_since(&Activity::BEGINNING).unwrap() {
        ids.entry(alert.definition.name.clone()).or_default().insert(alert.id.to_string());
    }
    ids
}

async fn filled(samples: &[Sample]) -> World {
    let world = World::begin().await;
    for (at, log) in samples.iter().flat_map(|sample| &sample.logs).enumerate() {
        world.send(log).await;
        if at % 3 == 1 {
            world.caught_up().await;
            world.house().lake.flush().unwrap();
        }
    }
    world.caught_up().await;
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hunt_finds_what_live_detection_stored() {
    let mut silent = 0;
    for sample in samples().into_iter().filter(|sample| KINDS.contains(&&*sample.name)) {
        let name = sample.name.clone();
        let world = filled(&[sample]).await;
        // Every window closes.
        world.pass(2 * 86_400);
        world.house().tick();
        world.caught_up().await;
        let live = detected(&world);
        for (alert, wanted) in &live {
            let (ids, done) = hunt(&world, json!({"alert": alert})).await;
            assert_eq!(&ids, wanted, "{name}: {alert}");
            assert!(done["rows"].as_u64().unwrap() > 0 && done["stored"].is_null(), "{done}");
        }
        let alerts = world.house().store.alerts(&AlertFilter::default(), &Page::first(1000)).unwrap().items;
        // One each time of those that stayed silent.
        if let Some(alert) = alerts.iter().filter(|alert| !live.contains_key(&alert.name)).cycle().nth(silent) {
            assert_eq!(hunt(&world, json!({"alert": alert.name})).await.0.len(), 0, "{name}: {}", alert.name);
            silent += 1;
        }
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hunt_keeps_what_it_caught_only_where_it_is_told_to() {
    let mut samples = samples();
    samples.retain(|sample| sample.name.starts_with("win-task"));
    let world = filled(&samples).await;
    let rule = "title: Any task command\nid: 5b0c1b2e-5d3f-4a55-9b0c-3d2f1f7f0a11\nlogsource: {category: process_creation, product: windows}\n\
                detection: {made: {CommandLine|contains: 'schtasks'}, condition: made}\n";
    let before = detected(&world);
    let (ids, done) = hunt(&world, json!({"rule": rule})).await;
    assert!(!ids.is_empty() && done["triggered"] == ids.len());
    assert_eq!(detected(&world), before);
    let (again, done) = hunt(&world, json!({"rule": rule, "store": true})).await;
    assert_eq!((&again, done["stored"].as_u64()), (&ids, Some(ids.len() as u64)));
    assert_eq!(detected(&world)["Any task command"], ids);
    let (_, done) = hunt(&world, json!({"rule": rule, "store": true})).await;
    assert_eq!(done["stored"], 0);
    // Before and after everything.
    for span in [json!({"to": "1999-01-01T00:00:00Z"}), json!({"from": "2040-01-01T00:00:00Z"})] {
        let mut body = json!({"rule": rule});
        body.as_object_mut().unwrap().extend(span.as_object().cloned().unwrap());
        assert_eq!(hunt(&world, body).await.0.len(), 0);
    }
    let matched = world.ask("/search", &json!({"sql": format!("SELECT count(*) FROM events WHERE sigma('{}')", rule.replace('\'', "''"))})).await;
    let matched: Value = serde_json::from_str(&matched).unwrap();
    assert_eq!(matched["rows"][0][0], ids.len());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_an_alert_are_found_by_its_name() {
    let mut samples = samples();
    samples.retain(|sample| sample.name.starts_with("win-task"));
    let world = filled(&samples).await;
    for (name, ids) in detected(&world) {
        let answer = world.ask("/search", &json!({"sql": format!("SELECT count(*) FROM events WHERE matches('{name}')")})).await;
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert!(answer["rows"][0][0].as_u64().unwrap() >= ids.len() as u64, "{name}: {answer}");
    }
    world.end().await;
}
