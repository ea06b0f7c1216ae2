//! A backup of a running server, put into an empty folder: the same alerts, each once, and it goes on.

use crate::world::{Sample, World, samples};
use crate::{scan, shown};
use watchbell_server::backup::{Error, restore, stage};

fn sample() -> Sample {
    samples().into_iter().filter(Sample::own_identity).max_by_key(|sample| sample.logs.iter().map(|log| log.text.len()).sum::<usize>()).unwrap()
}

fn archive(world: &World, events: bool) -> Vec<u8> {
    let mut archive = Vec::new();
    stage(world.house(), events).unwrap().write(&mut archive).unwrap();
    archive
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_taken_in_the_middle_goes_on_where_it_was_and_finds_the_same() {
    let sample = sample();
    for events in [true, false] {
        let world = World::begin().await;
        let pieces: Vec<_> = sample.logs.iter().flat_map(|log| log.pieces(4)).collect();
        let (before, after) = pieces.split_at(pieces.len() / 2);
        for piece in before {
            world.send(piece).await;
        }
        world.kept().await;
        world.detected().await;
        let archive = archive(&world, events);
        let definitions = world.definitions();
        let folder = tempfile::tempdir().unwrap();
        let restored = restore(archive.as_slice(), folder.path()).unwrap();
        assert_eq!(restored.events, events);
        drop(world.end().await);

        let world = World::on(folder);
        if events {
            world.kept().await;
        }
        for piece in before.iter().chain(after) {
            world.send(piece).await;
        }
        assert_eq!(shown(&world.end().await), shown(&scan::scan(&definitions, &sample.logs)), "with events: {events}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_whole_backup_leaves_the_folder_empty() {
    let world = World::begin().await;
    let whole = archive(&world, true);
    let folder = tempfile::tempdir().unwrap();
    let check = |archive: &[u8], what: &str| {
        let error = restore(archive, folder.path()).unwrap_err();
        assert!(matches!(error, Error::Damaged(_)), "{what}: {error}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "{what}");
    };
    check(&[], "nothing");
    check(&whole[..whole.len() / 2], "half");
    let mut changed = whole.clone();
    let control = changed.windows(15).position(|bytes| bytes == b"SQLite format 3").unwrap();
    changed[control + 5000] ^= 1;
    check(&changed, "a changed byte");

    std::fs::write(folder.path().join("mine"), "something").unwrap();
    assert!(matches!(restore(whole.as_slice(), folder.path()), Err(Error::NotEmpty(_))));
    assert!(std::fs::read_dir(&world.house().config.data).unwrap().all(|entry| !entry.unwrap().file_name().to_string_lossy().starts_with(".backup")));
    drop(world.end().await);
}
