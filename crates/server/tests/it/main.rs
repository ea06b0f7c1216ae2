//! A whole server in process, on ports of its own: what is sent over HTTP comes out as triggered alerts, over restarts too.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

mod api;
mod auth;
mod backup;
mod deliver;
mod hunt;
mod ingest;
mod lake;
mod quarantine;
mod scan;
mod search;
mod served;
mod world;

use std::collections::BTreeMap;
use world::{World, samples};

/// Name, outcome, count and number of events of each triggered alert, with its id where its events have identities of their own.
type Shown = BTreeMap<(String, String), usize>;

fn shown(alerts: &[watchbell_alerts::Triggered]) -> Shown {
    let mut all = Shown::new();
    for alert in alerts {
        let host = alert.entity("host").unwrap_or_default();
        let what = format!("{} {:?} x{} {host} {:?}", alert.definition.name, alert.outcome, alert.count, alert.time.map(|time| time.to_string()));
        *all.entry((what, String::new())).or_default() += 1;
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_triggers_what_a_scan_finds() {
    for sample in samples() {
        let world = World::begin().await;
        for log in &sample.logs {
            world.send(log).await;
        }
        let wanted = scan::scan(&world.definitions(), &sample.logs);
        assert_eq!(shown(&world.end().await), shown(&wanted), "{}", sample.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_between_two_deliveries_changes_nothing_and_a_copy_adds_nothing() {
    for sample in samples().into_iter().filter(|sample| sample.name.starts_with("linux-intrusion") || sample.name.starts_with("win-task")) {
        let mut world = World::begin().await;
        for log in &sample.logs {
            for piece in log.pieces(3) {
                world.send(&piece).await;
                world = world.restarted().await;
            }
        }
        for log in &sample.logs {
            world.send(log).await;
        }
        let wanted = scan::scan(&world.definitions(), &sample.logs);
        if sample.own_identity() {
            assert_eq!(shown(&world.end().await), shown(&wanted), "{}", sample.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_without_a_name_sees_anything() {
    let world = World::begin().await;
    for path in ["/api/v1/triggered-alerts", "/api/v1/alerts", "/api/v1/packs"] {
        assert_eq!(world.status(path).await, 401, "{path}");
    }
    assert_eq!(world.status("/healthz").await, 200);
    assert_eq!(world.status("/readyz").await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_server_on_a_data_folder_is_refused_and_touches_nothing() {
    let world = World::begin().await;
    let folder = world.house().config.data.clone();
    let names = || std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect::<std::collections::BTreeSet<_>>();
    std::fs::create_dir(folder.join(".backup-1")).unwrap();
    let before = names();
    let config = watchbell_server::Config { listen: "127.0.0.1:0".parse().unwrap(), ..world.house().config.clone() };
    let refused = watchbell_server::App::build(config, Vec::new(), std::sync::Arc::clone(&world.house().clock));
    assert!(refused.err().unwrap().to_string().contains("another server runs on"));
    assert_eq!(names(), before);
    drop(world.end().await);
}
