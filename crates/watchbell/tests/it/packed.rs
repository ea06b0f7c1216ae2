//! Packed logs give what plain ones give.

use crate::support::{Lab, log, ran};
use rawzip::{CompressionMethod, ZipArchiveWriter, path::EntryPath};
use std::io::Write;

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut to = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    to.write_all(bytes).unwrap();
    to.finish().unwrap()
}

fn bz2(bytes: &[u8]) -> Vec<u8> {
    let mut to = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    to.write_all(bytes).unwrap();
    to.finish().unwrap()
}

fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut to = lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(1)).unwrap();
    to.write_all(bytes).unwrap();
    to.finish().unwrap()
}

fn zst(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

fn zip(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut archive = ZipArchiveWriter::new(&mut out);
    let (mut entry, config) = archive.new_file(EntryPath::verbatim(b"inner.jsonl")).compression_method(CompressionMethod::STORE).start().unwrap();
    let mut to = config.wrap(&mut entry);
    to.write_all(bytes).unwrap();
    let descriptor = to.finish().unwrap().1;
    entry.finish(descriptor).unwrap();
    archive.finish().unwrap();
    out
}

#[test]
fn every_packing_gives_the_same_alerts() {
    let lab = Lab::new();
    let plain = log(20);
    lab.write("plain", &plain);
    let want = lab.scan(&["plain"]).without_files();
    assert_eq!(want.len(), 20);
    for (name, pack) in [("gz", gz as fn(&[u8]) -> Vec<u8>), ("bz2", bz2), ("xz", xz), ("zst", zst), ("zip", zip)] {
        let packed = pack(plain.as_bytes());
        lab.write("named-without-meaning", &packed);
        assert_eq!(lab.scan(&["named-without-meaning"]).without_files(), want, "{name}");
        let through = ran(lab.command().args(["scan", "--rules", "rule.yml", "-"]).write_stdin(packed));
        assert_eq!(through.without_files(), want, "{name} through stdin");
    }
    let through = ran(lab.command().args(["scan", "--rules", "rule.yml", "-"]).write_stdin(plain));
    assert_eq!((through.without_files(), through.code), (want, 1), "stdin");
}

#[test]
fn a_cut_off_file_is_read_up_to_the_cut() {
    let lab = Lab::new();
    let packed = gz(log(50).repeat(40).as_bytes());
    lab.write("cut.gz", &packed[..packed.len() - 20]);
    let ran = lab.scan(&["cut.gz"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.err.contains("input/truncated"), "{}", ran.err);
    assert_eq!(lab.stats()["unreadable"].as_array().unwrap().len(), 1);
    assert_eq!(lab.scan(&["--strict", "cut.gz"]).code, 3);
}
