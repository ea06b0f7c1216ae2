//! Files that grow, turn, are cut and come back: nothing twice, nothing missing.

use crate::fake::Fake;
use crate::world::{Kept, World};
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

enum Step {
    /// Adds to a file.
    Write(&'static str, &'static str),
    Rename(&'static str, &'static str),
    Copy(&'static str, &'static str),
    /// Empties a file in place, and writes.
    Truncate(&'static str, &'static str),
    Remove(&'static str),
    /// Writes a file that takes another's place at once.
    Replace(&'static str, &'static str),
    Stop,
    Start,
    /// Waits until a position is kept.
    Kept,
    /// All lines that came up to now.
    Came(&'static [&'static str]),
}
use Step::{Came, Copy, Remove, Rename, Replace, Start, Stop, Truncate, Write as Add};

async fn check(what: &str, more: &str, steps: &[Step]) {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let config = format!("sources: {{test: {{kind: files, paths: ['{}'], every_ms: 10{more}}}}}", at("*.log").display());
    let (fake, kept) = (Fake::new(), Arc::new(Kept::default()));
    let mut world = None;
    for step in steps {
        match step {
            Add(name, text) => write(&at(name), text, false),
            Truncate(name, text) => write(&at(name), text, true),
            Rename(from, to) => fs::rename(at(from), at(to)).unwrap(),
            Copy(from, to) => drop(fs::copy(at(from), at(to)).unwrap()),
            Remove(name) => fs::remove_file(at(name)).unwrap(),
            Replace(name, text) => {
                write(&at("new"), text, true);
                fs::rename(at("new"), at(name)).unwrap();
            }
            Start => world = Some(World::after(&config, &fake, &kept)),
            Stop => World::end(world.take().unwrap()).await,
            Step::Kept => kept.some().await,
            Came(lines) => {
                fake.until_lines(lines.len()).await;
                assert_eq!(fake.lines(), *lines, "{what}");
            }
        }
    }
    if let Some(world) = world {
        world.end().await;
    }
    let Some(Came(lines)) = steps.iter().rev().find(|step| matches!(step, Came(_))) else { return };
    assert_eq!(fake.lines(), *lines, "{what}, at the end");
}

fn write(path: &Path, text: &str, truncate: bool) {
    let mut open = OpenOptions::new();
    let mut file = if truncate { open.write(true).truncate(true) } else { open.append(true) }.create(true).open(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

#[tokio::test]
async fn lines_come_once() {
    check(
        "growing, in pieces",
        "",
        &[
            Add("a.log", "one\ntw"),
            Start,
            Came(&["one"]),
            Add("a.log", "o\n"),
            Came(&["one", "two"]),
            Add("b.log", "other\n"),
            Came(&["one", "two", "other"]),
            Add("b.txt", "not ours\n"),
            Add("a.log", "three\n"),
            Came(&["one", "two", "other", "three"]),
        ],
    )
    .await;
    check(
        "renamed within the pattern and away",
        "",
        &[
            Add("a.log", "one\n"),
            Start,
            Came(&["one"]),
            Rename("a.log", "a-1.log"),
            Add("a.log", "two\n"),
            Came(&["one", "two"]),
            Rename("a.log", "a.1"),
            Add("a.1", "three\n"),
            Came(&["one", "two", "three"]),
            Add("a.1", "without an end"),
            Came(&["one", "two", "three", "without an end"]),
        ],
    )
    .await;
    check(
        "truncated in place",
        "",
        &[
            Add("a.log", "one\ntwo\nthree\n"),
            Start,
            Came(&["one", "two", "three"]),
            Truncate("a.log", "four\n"),
            Came(&["one", "two", "three", "four"]),
            Truncate("a.log", "five\nand much more than was there before\n"),
            Came(&["one", "two", "three", "four", "five", "and much more than was there before"]),
        ],
    )
    .await;
    check("replaced", "", &[Add("a.log", "one\n"), Start, Came(&["one"]), Replace("a.log", "one\ntwo\n"), Came(&["one", "one", "two"])]).await;
}

#[tokio::test]
async fn positions_outlive_restarts() {
    check("grown meanwhile", "", &[Add("a.log", "one\n"), Start, Came(&["one"]), Stop, Add("a.log", "two\n"), Start, Came(&["one", "two"])]).await;
    check(
        "renamed meanwhile",
        "",
        &[
            Add("a.log", "one\n"),
            Start,
            Came(&["one"]),
            Stop,
            Add("a.log", "two\n"),
            Rename("a.log", "a.log.1"),
            Add("a.log", "three\n"),
            Start,
            Came(&["one", "two", "three"]),
        ],
    )
    .await;
    check(
        "copied and truncated meanwhile",
        "",
        &[
            Add("a.log", "one\n"),
            Start,
            Came(&["one"]),
            Stop,
            Add("a.log", "two\n"),
            Copy("a.log", "a.log.1"),
            Truncate("a.log", "3\n"),
            Start,
            Came(&["one", "two", "3"]),
        ],
    )
    .await;
    check(
        "removed, and the inode is another file's",
        "",
        &[Add("a.log", "one\n"), Start, Came(&["one"]), Stop, Remove("a.log"), Add("a.log", "other one\n"), Start, Came(&["one", "other one"])],
    )
    .await;
    check(
        "from the end",
        ", from: end",
        &[Add("a.log", "one\ntw"), Start, Step::Kept, Add("b.log", "new\n"), Came(&["new"]), Stop, Add("a.log", "o\n"), Start, Came(&["new", "two"])],
    )
    .await;
}

#[tokio::test]
async fn long_lines_are_left_out() {
    check(
        "longer than a line may be",
        ", limits: {line_bytes: 10}",
        &[
            Add("a.log", "one\n0123456789"),
            Start,
            Came(&["one"]),
            Add("a.log", "0123456789"),
            Add("a.log", "\ntwo\n01234567890123456789\nthree\n"),
            Came(&["one", "two", "three"]),
        ],
    )
    .await;
}

#[tokio::test]
async fn numbers_of_lines_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    let (fake, kept) = (Fake::new(), Arc::new(Kept::default()));
    let config = format!("sources: {{test: {{kind: files, paths: ['{}'], every_ms: 10}}}}", folder.path().display());
    for (text, lines) in [("one\n\ntwo\n", 2), ("three\n", 3)] {
        write(&path, text, false);
        let world = World::after(&config, &fake, &kept);
        fake.until_lines(lines).await;
        world.end().await;
    }
    let seen = fake.seen.lock().unwrap();
    assert_eq!(seen.deliveries.iter().map(|delivery| delivery.first).collect::<Vec<_>>(), [1, 4]);
    assert_eq!(seen.deliveries[0].unit, seen.deliveries[1].unit);
}

#[tokio::test]
async fn chunks_come_when_they_change() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Security.evtx");
    let file = |states: &[u8]| {
        let mut bytes = vec![0; 4096];
        bytes[..8].copy_from_slice(b"ElfFile\0");
        for state in states {
            let mut chunk = vec![*state; 64 << 10];
            chunk[..8].copy_from_slice(b"ElfChnk\0");
            bytes.extend(chunk);
        }
        bytes
    };
    let (fake, kept) = (Fake::new(), Arc::new(Kept::default()));
    let config = format!("sources: {{test: {{kind: files, paths: ['{}'], every_ms: 10}}}}", folder.path().display());
    let mut expected = Vec::new();
    for (states, came) in [
        (&[1, 2][..], vec![(4096, 2)]),
        (&[1, 3], vec![(4096 + 65536, 1)]),
        (&[1, 3, 4, 5], vec![(4096 + 2 * 65536, 2)]),
        (&[6, 3, 4, 7], vec![(4096, 1), (4096 + 3 * 65536, 1)]),
    ] {
        fs::write(&path, file(states)).unwrap();
        let world = World::after(&config, &fake, &kept);
        expected.extend(came);
        fake.until(|seen| seen.deliveries.len() >= expected.len()).await;
        world.end().await;
    }
    let seen = fake.seen.lock().unwrap();
    assert_eq!(seen.deliveries.iter().map(|d| (d.first, d.bytes.len() >> 16)).collect::<Vec<_>>(), expected);
    assert!(seen.deliveries.iter().all(|delivery| delivery.format == "evtx"));
}

#[tokio::test]
async fn documents_come_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("records.json");
    let fake = Fake::new();
    fs::write(&path, "[\n{\"a\":1},\n{\"a\":2}\n]\n").unwrap();
    let world = World::new(&format!("sources: {{test: {{kind: files, paths: ['{}'], every_ms: 10}}}}", path.display()), &fake);
    fake.until_lines(4).await;
    assert_eq!(fake.seen.lock().unwrap().deliveries.iter().map(|d| (d.format, d.first)).collect::<Vec<_>>(), [("json", 1)]);
    world.end().await;
}
