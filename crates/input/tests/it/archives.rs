//! Zip and tar, packed and not, with members of every sort.

use crate::pack::{BY_TOOLS, PACKERS, from_hex, gz, log, tar, zip};
use crate::{LOG, Seen, drain, input, read, read_path, seen};
use std::io::Write;
use std::os::fd::AsRawFd;
use watchbell_input::{Options, open};

fn check(bytes: &[u8], expected: &[Seen]) {
    assert_eq!(read(bytes, &Options::default()), expected);
}

#[test]
fn archives_by_the_usual_tools() {
    check(&from_hex(BY_TOOLS[4].1), &[seen("in/f.txt", LOG, "")]);
    check(&from_hex(BY_TOOLS[5].1), &[seen("in/f.txt", LOG, "")]);
    check(&from_hex(BY_TOOLS[6].1), &[seen("in/f.txt", "", "input/encrypted")]);
}

#[test]
fn zips() {
    let nested = zip(&[("b", b"x", true)]);
    let packed = gz(b"packed\n");
    let members: [(&str, &[u8], bool); 6] = [
        ("b.log", LOG.as_bytes(), true),
        ("a/stored", b"stored\n", false),
        ("../../etc/passwd", b"harmless\n", true),
        ("old.gz", &packed, false),
        ("inner.zip", &nested, false),
        ("empty", b"", true),
    ];
    let expected = [
        seen("in/b.log", LOG, ""),
        seen("in/a/stored", "stored\n", ""),
        seen("in/../../etc/passwd", "harmless\n", ""),
        seen("in/old.gz", "packed\n", ""),
        seen("in/inner.zip", "", "input/nested"),
        seen("in/empty", "", ""),
    ];
    check(&zip(&members), &expected);
    check(&zip(&[]), &[]);
}

#[test]
fn one_bad_member_leaves_the_others() {
    let good = zip(&[("a", LOG.as_bytes(), false), ("b", LOG.as_bytes(), false), ("c", LOG.as_bytes(), false)]);
    let places: Vec<usize> = good.windows(4).enumerate().filter(|(_, four)| four == b"PK\x01\x02").map(|(at, _)| at).collect();
    let mut bytes = good.clone();
    bytes[places[1] + 8] |= 1;
    check(&bytes, &[seen("in/a", LOG, ""), seen("in/b", "", "input/encrypted"), seen("in/c", LOG, "")]);
    bytes.clone_from(&good);
    bytes[places[1] + 10] = 14;
    check(&bytes, &[seen("in/a", LOG, ""), seen("in/b", "", "input/unsupported"), seen("in/c", LOG, "")]);
    bytes.clone_from(&good);
    bytes[places[1] + 16] ^= 1;
    check(&bytes, &[seen("in/a", LOG, ""), seen("in/b", LOG, "input/corrupt"), seen("in/c", LOG, "")]);
    check(&good[..good.len() - 30], &[seen("in", "", "input/truncated")]);
}

#[test]
fn tars_in_anything() {
    let old = gz(b"old\n");
    let long = "x".repeat(300);
    let with_nul = format!("{long}\0");
    let pax = format!("{} path={long}2\n", 300 + 11);
    let bytes = tar(&[
        ("logs/", b'5', b""),
        ("logs/a", b'0', LOG.as_bytes()),
        ("logs/link", b'2', b""),
        ("././@LongLink", b'L', with_nul.as_bytes()),
        ("xxx", b'0', b"gnu\n"),
        ("pax", b'x', pax.as_bytes()),
        ("xxx", b'0', b"posix\n"),
        ("old.gz", b'0', &old),
        ("inner.tar", b'0', &tar(&[("q", b'0', b"q")])),
        ("last", 0, b"last"),
    ]);
    let expected = [
        seen("in/logs/a", LOG, ""),
        seen("in/logs/link", "", "input/special"),
        seen(&format!("in/{long}"), "gnu\n", ""),
        seen(&format!("in/{long}2"), "posix\n", ""),
        seen("in/old.gz", "old\n", ""),
        seen("in/inner.tar", "", "input/nested"),
        seen("in/last", "last", ""),
    ];
    check(&bytes, &expected);
    for (_, pack, _) in PACKERS {
        check(&pack(&bytes), &expected);
    }
}

#[test]
fn damaged_tars() {
    let big = log(100_000);
    let text = std::str::from_utf8(&big).unwrap();
    let bytes = tar(&[("a", b'0', LOG.as_bytes()), ("b", b'0', &big)]);
    let whole = seen("in/a", LOG, "");
    check(&bytes[..bytes.len() - 1024], &[whole.clone(), seen("in/b", text, "")]);
    check(&bytes[..1536 + 1000], &[whole.clone(), seen("in/b", &text[..1000], "input/truncated")]);
    check(&bytes[..1024 + 100], &[whole.clone(), seen("in", "", "input/truncated")]);
    let mut wrong = bytes.clone();
    wrong[1024 + 10] ^= 1;
    check(&wrong, &[whole.clone(), seen("in", "", "input/corrupt")]);
    let packed = gz(&bytes);
    let found = read(&packed[..packed.len() / 2], &Options::default());
    assert_eq!((&found[0], found[1].2, found.len()), (&whole, "input/truncated", 2));
    assert!(text.starts_with(&found[1].1) && found[1].1.len() > 30_000);
}

#[test]
fn members_of_a_tar_are_read_in_turn() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t");
    std::fs::write(&path, tar(&[("a", b'0', &log(10_000)), ("b", b'0', LOG.as_bytes())])).unwrap();
    let mut streams = open(&input(&path), &Options::default()).unwrap();
    let (first, second) = (streams.next().unwrap().unwrap(), streams.next().unwrap().unwrap());
    assert_eq!((first.size_hint, first.modified), (Some(log(10_000).len() as u64), Some(1_700_000_000)));
    assert_eq!(drain(first, &Options::default()).2, "input/stale");
    assert_eq!(drain(second, &Options::default()), seen("in/b", LOG, ""));
}

#[test]
fn members_of_a_zip_are_read_in_any_order() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("z");
    std::fs::write(&path, zip(&[("a", LOG.as_bytes(), true), ("b", b"b", true)])).unwrap();
    let streams: Vec<_> = open(&input(&path), &Options::default()).unwrap().map(Result::unwrap).collect();
    let found: Vec<Seen> = streams.into_iter().rev().map(|stream| drain(stream, &Options::default())).collect();
    assert_eq!(found, [seen("in/b", "b", ""), seen("in/a", LOG, "")]);
}

#[test]
fn through_a_pipe() {
    for (bytes, name) in [(zip(&[("a", LOG.as_bytes(), true)]), "in/a"), (gz(LOG.as_bytes()), "in"), (tar(&[("a", b'0', LOG.as_bytes())]), "in/a")] {
        let (out, mut into) = std::io::pipe().unwrap();
        into.write_all(&bytes).unwrap();
        drop(into);
        let path = format!("/dev/fd/{}", out.as_raw_fd());
        assert_eq!(read_path(path.as_ref(), &Options::default()), [seen(name, LOG, "")]);
    }
}
