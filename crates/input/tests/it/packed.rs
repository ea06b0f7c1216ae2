//! Single packed files, text encodings, and what a stream tells of itself.

use crate::pack::{BY_TOOLS, PACKERS, from_hex, gz, log, xz, zst};
use crate::{LOG, input, read, read_path, seen};
use std::io::Read;
use watchbell_input::{Options, Stream, open, read_bounded, read_bounded_text, read_whole};

fn check(bytes: &[u8], content: &str, code: &'static str) {
    assert_eq!(read(bytes, &Options::default()), [seen("in", content, code)]);
}

#[test]
fn packed_by_the_usual_tools() {
    for (tool, hex) in &BY_TOOLS[..4] {
        assert_eq!(read(&from_hex(hex), &Options::default()), [seen("in", LOG, "")], "{tool}");
    }
}

#[test]
fn several_members_frames_streams() {
    let big = log(3 << 20);
    for (_, pack, _) in PACKERS {
        check(&pack(LOG.as_bytes()), LOG, "");
        check(&[pack(LOG.as_bytes()), pack(b""), pack(b"four\n")].concat(), "one\ntwo\nthree\nfour\n", "");
        check(&pack(&big), std::str::from_utf8(&big).unwrap(), "");
    }
    check(&[b"\x50\x2A\x4D\x18\x02\0\0\0ab".to_vec(), zst(LOG.as_bytes())].concat(), LOG, "");
    check(&[gz(LOG.as_bytes()), vec![0; 100_000]].concat(), LOG, "");
    check(&[gz(LOG.as_bytes()), b"rest".to_vec()].concat(), LOG, "input/corrupt");
    check(&[gz(LOG.as_bytes()), b"\x1Frest".to_vec()].concat(), LOG, "input/corrupt");
}

#[test]
fn plain_text_and_look_alikes() {
    for text in ["", "\n", "one", "one\r\ntwo", "BZh9 is no magic", "PK", "\u{1F}x", "Rar! and 7z"] {
        check(text.as_bytes(), text, "");
    }
}

#[test]
fn byte_order_marks() {
    let wide = |text: &str, big: bool| -> Vec<u8> {
        let units = format!("\u{FEFF}{text}");
        units.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    };
    let long = "Zeile ä🔔 日本\r\n".repeat(30_000);
    check("\u{FEFF}one\n".as_bytes(), "one\n", "");
    check("\u{FEFF}".as_bytes(), "", "");
    check(&wide(&long, false), &long, "");
    check(&wide(&long, true), &long, "");
    check(&gz(&wide("🔔", false)), "🔔", "");
    check(b"\xFF\xFE", "", "");
    check(b"\xFF\xFEa\0\x00\xD8b\0c", "a\u{FFFD}b\u{FFFD}", "");
}

#[test]
fn what_is_not_read() {
    for (bytes, code) in [
        (gz(&gz(LOG.as_bytes())), "input/nested"),
        (xz(&crate::pack::zip(&[("a", b"x", true)])), "input/nested"),
        (b"7z\xBC\xAF\x27\x1C\0\x04".to_vec(), "input/unsupported"),
        (b"\x04\x22\x4D\x18abc".to_vec(), "input/unsupported"),
    ] {
        check(&bytes, "", code);
    }
}

#[test]
fn a_stream_tells_of_itself() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.log");
    std::fs::write(&path, LOG).unwrap();
    let open_one = || open(&input(&path), &Options::default()).unwrap().next().unwrap().unwrap();
    let mut stream = open_one();
    assert_eq!((stream.size_hint, stream.modified.is_some()), (Some(14), true));
    assert_eq!((stream.head(3).to_vec(), stream.head(100).to_vec(), stream.head(1).to_vec()), (b"one".to_vec(), LOG.into(), b"o".to_vec()));
    let mut other = String::new();
    stream.plain_file.take().unwrap().read_to_string(&mut other).unwrap();
    assert_eq!((other.as_str(), read_whole(&mut stream, 14).unwrap()), (LOG, LOG.into()));
    assert_eq!(read_whole(&mut open_one(), 13).unwrap_err().code(), "input/too-long");
    let mut packed = from_hex(BY_TOOLS[0].1);
    packed[4..8].copy_from_slice(&1_600_000_000u32.to_le_bytes());
    std::fs::write(&path, packed).unwrap();
    let stream = open_one();
    assert_eq!((stream.modified, stream.plain_file.is_none(), stream.size_hint), (Some(1_600_000_000), true, None));
    let mut memory = Stream::new("memory", &b"\xEF\xBB\xBFtext"[..]);
    assert_eq!((memory.text(), memory.text(), read_whole(&mut memory, 9).unwrap()), (3, 3, b"text".to_vec()));
}

#[test]
fn gone_and_forbidden_files() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(read_path(&folder.path().join("gone"), &Options::default()), [seen("in", "", "input/vanished")]);
    assert_eq!(read_path(folder.path(), &Options::default()), [seen("in", "", "input/io")]);
}

#[test]
fn small_files_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    std::fs::write(&path, "\u{FEFF}abc").unwrap();
    assert_eq!((read_bounded_text(&path, 6).unwrap().as_str(), read_bounded(&path, 6).unwrap().len()), ("abc", 6));
    assert_eq!(read_bounded(&path, 5).unwrap_err().kind(), std::io::ErrorKind::FileTooLarge);
    std::fs::write(&path, b"\xFF").unwrap();
    assert_eq!(read_bounded_text(&path, 6).unwrap_err().kind(), std::io::ErrorKind::InvalidData);
}
