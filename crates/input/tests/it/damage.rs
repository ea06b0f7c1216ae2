//! Cut, damaged and hostile packed files.

use crate::pack::{PACKERS, gz, log, member, tar, zip, zst};
use crate::{read, seen};
use std::io::Read;
use watchbell_input::{Options, Problem, open};

#[test]
fn all_before_a_cut_is_delivered() {
    let big = log(2 << 20);
    let text = std::str::from_utf8(&big).unwrap();
    for (name, pack, may_lose) in PACKERS {
        let packed = pack(&big);
        for eighths in 1..8 {
            let cut = packed.len() * eighths / 8;
            let found = read(&packed[..cut], &Options::default()).remove(0);
            assert_eq!(found.2, "input/truncated", "{name} {eighths}");
            assert!(text.starts_with(&found.1), "{name} {eighths}: not what was packed");
            let due = big.len() * eighths / 8;
            assert!(found.1.len() + may_lose + big.len() / 50 > due, "{name} {eighths}: {} of {due}", found.1.len());
        }
    }
}

#[test]
fn every_cut_and_every_wrong_byte_of_a_small_file() {
    let small = log(600);
    for (name, pack, _) in PACKERS {
        let packed = pack(&small);
        for at in 0..packed.len() {
            let cut = read(&packed[..at], &Options::default());
            assert!(at < 18 || cut[0].2 == "input/truncated", "{name} cut at {at}: {}", cut[0].2);
            let mut wrong = packed.clone();
            wrong[at] ^= 0x55;
            let found = read(&wrong, &Options::default());
            assert!(found.len() == 1 && (!found[0].2.is_empty() || at < 18 || found[0].1.as_bytes() == small), "{name} wrong at {at}");
        }
    }
}

#[test]
fn garbage_never_panics() {
    let mut dice = crate::pack::Dice(3);
    let mut samples: Vec<Vec<u8>> = PACKERS.iter().map(|(_, pack, _)| pack(&log(3000))).collect();
    samples.push(zip(&[("a", &log(2000), true), ("b", b"x", false)]));
    samples.push(tar(&[("a", b'0', &log(2000)), ("l", b'L', b"long\0"), ("b", b'x', b"10 path=x\n"), ("c", b'0', b"x")]));
    for sample in samples {
        for _ in 0..100 {
            let mut bytes = sample.clone();
            for _ in 0..=dice.roll(4) {
                let at = dice.roll(bytes.len());
                bytes[at] = dice.roll(256) as u8;
            }
            read(&bytes, &Options { max_decompressed: 1 << 20, ..Options::default() });
        }
    }
}

fn bomb(bytes: &[u8], options: &Options) -> (u64, Option<Problem>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bomb");
    std::fs::write(&path, bytes).unwrap();
    let mut stream = open(&crate::input(&path), options).unwrap().next().unwrap().unwrap();
    let (mut total, mut buffer) = (0, vec![0; 1 << 20]);
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return (total, None),
            Ok(n) => total += n as u64,
            Err(error) => return (total, Some(stream.problem(&error))),
        }
    }
}

#[test]
fn bombs_are_stopped() {
    let zeros = vec![0; 80 << 20];
    let packed = gz(&zeros);
    let inside = zip(&[("a.gz", &gz(&packed), true)]);
    let tarred = gz(&member("a.gz", b'0', &packed));
    let default = Options::default();
    for (name, bytes) in [("gz", &packed), ("zst", &zst(&zeros)), ("zip of gz", &zip(&[("a.gz", &packed, true)])), ("tar.gz of gz", &tarred)] {
        let (total, problem) = bomb(bytes, &default);
        assert_eq!((problem.unwrap().code(), total >> 20), ("input/ratio", 64), "{name}");
    }
    assert_eq!(read(&inside, &default), [seen("in/a.gz", "", "input/nested")]);
    assert_eq!(bomb(&packed, &Options { max_ratio: 10_000, ..default }), (80 << 20, None));
    let (total, problem) = bomb(&packed, &Options { max_decompressed: 5 << 20, ..default });
    assert_eq!((problem.unwrap().code(), total >> 20), ("input/too-big", 5));
}

#[test]
fn memory_hungry_headers_are_refused() {
    let zstd_window_of_a_gigabyte = b"\x28\xB5\x2F\xFD\x00\xA0\x01\x00\x00".to_vec();
    assert_eq!(read(&zstd_window_of_a_gigabyte, &Options::default()), [seen("in", "", "input/memory")]);
}

#[test]
fn messages_say_what_and_what_to_do() {
    let (_, problem) = bomb(&gz(&vec![0; 80 << 20]), &Options::default());
    let text = problem.unwrap().to_string();
    assert!(text.starts_with("in: stopped: ") && text.contains("1000 to 1") && text.ends_with("if you trust it"), "{text}");
}
