//! Signed archives: the same bytes for the same files, and nothing that was altered is unpacked.

use std::collections::BTreeMap;
use std::io::Write;
use watchbell_rules::pack::archive::{ArchiveError, Files, build, open, public_key};

const KEY: [u8; 32] = [7; 32];

fn files() -> Files {
    BTreeMap::from([
        ("pack.yaml".to_owned(), b"format: 1\n".to_vec()),
        (format!("samples/{}/audit.log", "long-name-".repeat(15)), vec![0xFF; 10_000]),
        ("alerts/\u{e4}.yaml".to_owned(), Vec::new()),
    ])
}

#[test]
fn what_goes_in_comes_out() {
    let archive = build(&files(), &KEY).unwrap();
    assert_eq!(archive, build(&files(), &KEY).unwrap());
    assert_eq!(open(&archive, &[[1; 32], public_key(&KEY)]).unwrap(), files());
}

#[test]
fn the_bytes_are_pinned() {
    let archive = build(&BTreeMap::from([("pack.yaml".to_owned(), b"format: 1\n".to_vec())]), &KEY).unwrap();
    assert_eq!(&archive[..8], b"WBPACK1\n");
    assert_eq!(&archive[8..40], &public_key(&KEY));
    // Of the gzip header: no name, no time.
    assert_eq!(&archive[104..112], &[0x1F, 0x8B, 8, 0, 0, 0, 0, 0]);
}

#[test]
fn alterations_are_seen() {
    let archive = build(&files(), &KEY).unwrap();
    let trusted = [public_key(&KEY)];
    for at in [9, 50, 104, 120, archive.len() - 1] {
        let mut altered = archive.clone();
        altered[at] ^= 1;
        assert!(matches!(open(&altered, &trusted), Err(ArchiveError::Signature | ArchiveError::Key(_))), "byte {at}");
    }
    assert!(matches!(open(&archive[..archive.len() - 1], &trusted), Err(ArchiveError::Signature)));
    assert!(matches!(open(&archive, &[]), Err(ArchiveError::Key(_))));
    for short in [&archive[..0], &archive[..103], b"PK\x03\x04 something else".as_slice()] {
        assert!(matches!(open(short, &trusted), Err(ArchiveError::Format)));
    }
}

#[test]
fn paths_stay_in_the_folder() {
    for path in ["/etc/passwd", "../up", "a/../b", "a//b", "C:x", "a\\b", "", "a\nb", "a/."] {
        let files = BTreeMap::from([(path.to_owned(), Vec::new())]);
        assert!(matches!(build(&files, &KEY), Err(ArchiveError::Path(_))), "{path}");
    }
}

/// A signed archive of any body, as nobody but the key's owner could make it.
fn signed(body: &[u8]) -> Vec<u8> {
    use ed25519_dalek::Signer;
    let key = ed25519_dalek::SigningKey::from_bytes(&KEY);
    let signature = key.sign(&[b"WBPACK1\n", body].concat()).to_bytes();
    [b"WBPACK1\n".as_slice(), &public_key(&KEY), &signature, body].concat()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

#[test]
fn signed_nonsense_is_refused() {
    let mut link = tar::Header::new_gnu();
    link.set_entry_type(tar::EntryType::Symlink);
    link.set_path("pack.yaml").unwrap();
    link.set_link_name("/etc/passwd").unwrap();
    link.set_size(0);
    link.set_cksum();
    let mut large = tar::Header::new_gnu();
    large.set_path("pack.yaml").unwrap();
    large.set_size(1 << 40);
    large.set_cksum();
    for body in [b"no gzip".to_vec(), gzip(link.as_bytes()), gzip(large.as_bytes()), gzip(&[1; 1024])] {
        assert!(open(&signed(&body), &[public_key(&KEY)]).is_err());
    }
}
