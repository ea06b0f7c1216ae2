//! Backups of a store that is written to, and what is put back.

use crate::world::{NOW, World, open, options, upsert};
use rusqlite::Connection;
use watchbell_store::{FILE, Store, TriggeredFilter, check_backup, restore};

#[test]
fn a_backup_is_one_state_of_a_running_store() {
    let world = World::new();
    let to = world.folder.path().join("backup.db");
    let info = std::thread::scope(|threads| {
        let writer = threads.spawn(|| {
            // Two at a time: a backup between them would show an odd number.
            (0..200).for_each(|n| world.commit(vec![upsert(&format!("a{n}"), 1), upsert(&format!("b{n}"), 1)]));
        });
        let info = world.store.backup(&to).expect("a backup");
        writer.join().expect("the writer goes on");
        info
    });
    assert_eq!((info.triggered % 2, info.version, info.installation.id.as_str()), (0, watchbell_store::VERSION, "installation"));
    assert_eq!(check_backup(&to).expect("whole"), info);
    assert_eq!(world.store.backup(&to).expect_err("nothing is overwritten").code(), "exists");
    assert_eq!(world.ids(&TriggeredFilter::default()).len(), 400);
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_the_data_and_its_backups() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = World::new();
    let to = world.folder.path().join("backup.db");
    world.store.backup(&to).expect("a backup");
    for path in [world.store.path(), &to] {
        assert_eq!(path.metadata().expect("there").permissions().mode() & 0o077, 0, "{}", path.display());
    }
}

#[test]
fn a_backup_is_put_back_and_what_was_there_is_kept() {
    let world = World::new();
    world.commit(vec![upsert("old", 1)]);
    let to = world.folder.path().join("backup.db");
    world.store.backup(&to).expect("a backup");
    world.commit(vec![upsert("new", 1)]);
    let World { folder, store } = world;
    drop(store);
    assert_eq!(restore(&to, folder.path(), false, NOW).expect_err("asks first").code(), "exists");
    let kept = restore(&to, folder.path(), true, NOW).expect("restored").expect("the old one is kept");
    let store = open(&folder);
    let world = World { folder, store };
    assert_eq!(world.ids(&TriggeredFilter::default()), ["old"]);
    let kept = Connection::open(kept).expect("opens");
    assert_eq!(kept.query_row("SELECT count(*) FROM triggered", (), |row| row.get::<_, i64>(0)).expect("a count"), 2);

    // What is there may be damaged: that is why one restores.
    let World { folder, store } = world;
    drop(store);
    std::fs::write(folder.path().join(FILE), vec![b'x'; 9_000]).expect("written");
    let kept = restore(&to, folder.path(), true, NOW + 1).expect("restored").expect("the damaged one is kept");
    assert_eq!(bytes(&kept), vec![b'x'; 9_000]);
    assert_eq!(open(&folder).installation().expect("one").id, "installation");

    let empty = tempfile::tempdir().expect("a folder");
    assert_eq!(restore(&to, &empty.path().join("new"), false, NOW).expect("restored"), None);
    assert!(Store::open(&empty.path().join("new"), &options(), "x", NOW).is_ok());
}

#[test]
fn what_is_no_whole_backup_is_refused() {
    let world = World::new();
    world.commit((0..500).map(|n| upsert(&format!("t{n}"), 1)).collect());
    let good = world.folder.path().join("good.db");
    world.store.backup(&good).expect("a backup");
    let check = |name: &str, spoil: &dyn Fn(&mut Vec<u8>), codes: &[&str]| {
        let (path, target) = (world.folder.path().join(name), world.folder.path().join("target"));
        let mut bytes = bytes(&good);
        spoil(&mut bytes);
        std::fs::write(&path, bytes).expect("written");
        let error = restore(&path, &target, true, NOW).expect_err(name);
        assert!(codes.contains(&error.code()), "{name}: {error}");
        assert!(!target.join(FILE).exists(), "nothing is put in place");
    };
    check("cut", &|bytes| bytes.truncate(bytes.len() / 2), &["store_damaged"]);
    check("rotten", &|bytes| bytes.iter_mut().skip(40_000).take(20_000).for_each(|byte| *byte ^= 0x55), &["store_damaged", "store_sql"]);
    check("text", &|bytes| bytes.fill(b'x'), &["store_damaged"]);
    check("empty", &Vec::clear, &["store_foreign"]);
    let newer = world.folder.path().join("newer.db");
    std::fs::copy(&good, &newer).expect("copied");
    Connection::open(&newer).expect("opens").execute("INSERT INTO migrations VALUES (9999, 'later', 'x', 0)", ()).expect("changed");
    assert_eq!(check_backup(&newer).expect_err("newer").code(), "store_too_new");
}

fn bytes(path: &std::path::Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut std::fs::File::open(path).expect("opens"), &mut bytes).expect("reads");
    bytes
}
