//! What reads the bytes of senders, open to the fuzz targets: nothing of it may panic, and how bytes are cut must not matter.

use crate::sources::{azure, elastic, hec, kubernetes, loki, otlp, relp, syslog};
use crate::{Limits, lines};
use bytes::Bytes;

/// Small, so that what is past them is met.
const LIMITS: Limits = Limits {
    body_bytes: 1 << 20,
    unpacked_bytes: 1 << 20,
    line_bytes: 200,
    nesting: 8,
    connections: 8,
    connections_per_peer: 8,
    held_bytes: 1 << 20,
    header_seconds: 1,
    body_seconds: 1,
};

/// Both framings of syslog, whole and in pieces.
pub fn syslog(bytes: &[u8]) {
    let whole = syslog::messages(bytes, bytes.len().max(1), LIMITS.line_bytes);
    for piece in [1, 7, 64] {
        assert_eq!(syslog::messages(bytes, piece, LIMITS.line_bytes), whole, "by {piece}");
    }
    assert!(whole.iter().all(|message| message.len() <= LIMITS.line_bytes));
}

/// A session of RELP, whole and in pieces. Of a message that is too long, how it ends is only seen where all of it is there.
pub fn relp(bytes: &[u8]) {
    let longest = LIMITS.body_bytes;
    let whole = relp::said(bytes, bytes.len().max(1), longest);
    for piece in [1, 7, 64] {
        assert_eq!(relp::said(bytes, piece, longest), whole, "by {piece}");
        relp::said(bytes, piece, LIMITS.line_bytes);
    }
}

pub fn hec(bytes: &[u8]) {
    hec::read(&Bytes::copy_from_slice(bytes), &LIMITS);
}

pub fn bulk(bytes: &[u8]) {
    elastic::read(&Bytes::copy_from_slice(bytes), Some("logs"), &LIMITS);
}

pub fn otlp(bytes: &[u8]) {
    otlp::read(bytes, &LIMITS);
}

pub fn loki(bytes: &[u8]) {
    loki::read(bytes, &LIMITS);
}

pub fn azure(bytes: &[u8]) {
    azure::find(bytes);
}

pub fn kubernetes(bytes: &[u8]) {
    kubernetes::find(bytes);
}

/// Lines of a body: every one that is not empty is taken or rejected.
pub fn ndjson(bytes: &[u8]) {
    let cut = lines::cut(&Bytes::copy_from_slice(bytes), &LIMITS, lines::object);
    let came = bytes.split(|b| *b == b'\n').filter(|line| !line.trim_ascii().is_empty()).count();
    assert_eq!(cut.lines() as usize + cut.rejected.len(), came);
}
