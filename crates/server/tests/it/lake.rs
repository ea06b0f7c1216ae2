//! Whatever is sent is in the lake once, under the ids that alerts name, over restarts and copies, in memory and in files.

use crate::world::{Log, Sample, World, samples};
use std::collections::BTreeSet;
use watchbell_lake::Limits;

async fn ids(world: &World) -> Vec<String> {
    let found = world.house().lake.search("SELECT encode(id, 'hex') FROM events", &Limits::default()).await.unwrap();
    found.rows.iter().map(|row| row[0].as_str().unwrap().to_owned()).collect()
}

/// Rows of the files alone, copies that no search shows included.
fn in_files(world: &World) -> u64 {
    world.house().lake.stats().rows
}

fn some() -> Vec<Sample> {
    samples().into_iter().filter(Sample::own_identity).step_by(4).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_is_kept_once_over_restarts_and_copies() {
    let logs: Vec<Log> = some().into_iter().flat_map(|sample| sample.logs).collect();
    let mut world = World::begin().await;
    for log in &logs {
        world.send(log).await;
    }
    world.kept().await;
    let once: BTreeSet<String> = ids(&world).await.into_iter().collect();
    assert_eq!(ids(&world).await.len(), once.len());
    world.house().lake.flush().unwrap();
    assert_eq!(in_files(&world), once.len() as u64);

    world = world.restarted().await;
    for log in &logs {
        world.send(log).await;
    }
    world.kept().await;
    assert_eq!(ids(&world).await.into_iter().collect::<BTreeSet<_>>(), once, "copies are the same events");
    world.house().lake.flush().unwrap();
    world.pass(2 * 86_400);
    while world.house().lake.compact(world.now()).unwrap().is_some() {}
    assert_eq!((in_files(&world), ids(&world).await.len()), (once.len() as u64, once.len()), "copies go when files are merged");

    let named: BTreeSet<String> =
        world.end().await.iter().flat_map(|alert| alert.events.iter().map(|event| event.id.to_string()).collect::<Vec<_>>()).collect();
    assert!(!named.is_empty());
    assert_eq!(named.difference(&once).collect::<Vec<_>>(), Vec::<&String>::new(), "events of alerts that are not kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_killed_reads_again_what_was_in_memory() {
    let sample = some().remove(0);
    let mut world = World::begin().await;
    for log in &sample.logs {
        world.send(log).await;
    }
    world.kept().await;
    let before: BTreeSet<String> = ids(&world).await.into_iter().collect();
    assert!(!before.is_empty() && in_files(&world) == 0);
    world = world.restarted().await;
    world.kept().await;
    assert_eq!(ids(&world).await.into_iter().collect::<BTreeSet<_>>(), before);
}
