//! Packed data made on the fly, and a little made by the usual tools.

use rawzip::path::EntryPath;
use rawzip::{CompressionMethod, ZipArchiveWriter};
use std::io::Write;

pub const LOG: &str = "one\ntwo\nthree\n";

/// `LOG` packed by Debian's gzip, bzip2, xz and zstd; in a zip and in a gzipped tar as `f.txt`; in an encrypted zip.
pub const BY_TOOLS: [(&str, &str); 7] = [
    ("gzip", "1f8b0800000000000203cbcf4be52a29cfe72ac9284a4de50200b6d5e6250e000000"),
    ("bzip2", "425a6839314159265359087b7dd7000004c1800010024194802000310c0821a3d4c885473238a8f177245385090087b7dd70"),
    ("xz", "fd377a585a0000016922de360200210116000000742fe5a301000d6f6e650a74776f0a74687265650a000000b6d5e6250001220e0cde8c609042990d010000000001595a"),
    ("zstd", "28b52ffd240e7100006f6e650a74776f0a74687265650aa4588934"),
    (
        "zip",
        "504b03040a0000000000aab16e57b6d5e6250e0000000e00000005000000662e7478746f6e650a74776f0a74687265650a504b01021e030a0000000000aab16e57b6d5e6250e0000000e000000050000000000000001000000a48100000000662e747874504b0506000000000100010033000000310000000000",
    ),
    (
        "tar.gz",
        "1f8b0800000000000203edd0310e83301044d1ad7d0a9f00add11ace93c2882a969c45c9f1039429420512d27fcd4833dd4c9d7f5ccea5abc16ccfd56faaa64192e5dec6516deb9366eb25aa5c6079f9a3c528add6bf3f1ced37559f25f8bb069f5b2941000000000000000000000000000037f1053303734c00280000",
    ),
    (
        "encrypted zip",
        "504b03040a0009000000aab16e57b6d5e6251a0000000e00000005000000662e7478743b25a0e119f9e7a40fe4d1bb801b52aa810715d05f36cc189fb3504b0708b6d5e6251a0000000e000000504b01021e030a0009000000aab16e57b6d5e6251a0000000e000000050000000000000001000000a48100000000662e747874504b05060000000001000100330000004d0000000000",
    ),
];

pub fn from_hex(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

pub fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut to = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    to.write_all(bytes).unwrap();
    to.finish().unwrap()
}

/// In blocks of 100 kB.
pub fn bz2(bytes: &[u8]) -> Vec<u8> {
    let mut to = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    to.write_all(bytes).unwrap();
    to.finish().unwrap()
}

pub fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut to = lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(1)).unwrap();
    to.write_all(bytes).unwrap();
    to.finish().unwrap()
}

pub fn zst(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

type Packer = fn(&[u8]) -> Vec<u8>;

/// The packers, each with the bytes a truncated file may lose before its cut: a block of the format.
pub const PACKERS: [(&str, Packer, usize); 4] = [("gz", gz, 4 << 10), ("bz2", bz2, 110_000), ("xz", xz, 4 << 10), ("zst", zst, 140_000)];

/// A zip of members, each stored or deflated.
pub fn zip(members: &[(&str, &[u8], bool)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut archive = ZipArchiveWriter::new(&mut bytes);
    for (name, content, deflated) in members {
        let method = if *deflated { CompressionMethod::DEFLATE } else { CompressionMethod::STORE };
        let (mut entry, config) = archive.new_file(EntryPath::verbatim(name.as_bytes())).compression_method(method).start().unwrap();
        let descriptor = if *deflated {
            let mut to = config.wrap(flate2::write::DeflateEncoder::new(&mut entry, flate2::Compression::default()));
            to.write_all(content).unwrap();
            let (encoder, descriptor) = to.finish().unwrap();
            encoder.finish().unwrap();
            descriptor
        } else {
            let mut to = config.wrap(&mut entry);
            to.write_all(content).unwrap();
            to.finish().unwrap().1
        };
        entry.finish(descriptor).unwrap();
    }
    archive.finish().unwrap();
    bytes
}

/// One tar member: header, content, padding.
pub fn member(name: &str, kind: u8, content: &[u8]) -> Vec<u8> {
    let mut block = [0u8; 512];
    let mut put = |at: usize, text: &str| block[at..at + text.len()].copy_from_slice(text.as_bytes());
    put(0, name);
    put(124, &format!("{:011o}\0", content.len()));
    put(136, &format!("{:011o}\0", 1_700_000_000));
    put(148, "        ");
    put(257, "ustar\x0000");
    block[156] = kind;
    let sum: u64 = block.iter().map(|&byte| u64::from(byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let padding = content.len().wrapping_neg() % 512;
    [&block[..], content, &vec![0; padding]].concat()
}

pub fn tar(members: &[(&str, u8, &[u8])]) -> Vec<u8> {
    let mut bytes: Vec<u8> = members.iter().flat_map(|(name, kind, content)| member(name, *kind, content)).collect();
    bytes.extend([0; 1024]);
    bytes
}

/// Numbers that look random and are the same each time.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below.max(1)
    }
}

/// A log of about `size` bytes, as compressible as logs are.
pub fn log(size: usize) -> Vec<u8> {
    let mut dice = Dice(7);
    let mut text = Vec::with_capacity(size + 100);
    while text.len() < size {
        let (host, number) = (dice.roll(9), dice.roll(1 << 30));
        writeln!(text, "2024-05-01T10:00:00Z host{host} sshd[{number}]: Failed password for root from 10.0.0.{host}").unwrap();
    }
    text
}
