//! Secrets: made at random, kept as hashes, compared in a time that tells nothing.

use crate::api::Problem;
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use subtle::ConstantTimeEq;

/// A new one of 32 random bytes, as text that can stand in a header or a link.
pub fn fresh(prefix: &str) -> Result<String, Problem> {
    Ok(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(random::<32>()?)))
}

/// Names something new.
pub fn id() -> Result<String, Problem> {
    Ok(hex(&random::<16>()?))
}

pub fn random<const N: usize>() -> Result<[u8; N], Problem> {
    let mut bytes = [0; N];
    let none = |error: getrandom::Error| Problem::new(StatusCode::SERVICE_UNAVAILABLE, "random", error.to_string());
    getrandom::fill(&mut bytes).map_err(none)?;
    Ok(bytes)
}

/// As it is kept. A secret of 32 random bytes needs no salt and no slowness.
pub fn hash(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}

/// What a page must send with each change besides its cookie: others' pages cannot read it.
pub fn csrf(session: &str) -> String {
    let digest = Sha256::new().chain_update(b"watchbell csrf\0").chain_update(session.as_bytes()).finalize();
    URL_SAFE_NO_PAD.encode(digest)
}

pub fn is_same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_differ_and_are_long() {
        let (one, other) = (fresh("wb_").expect("chance"), fresh("wb_").expect("chance"));
        assert!(one.starts_with("wb_") && one.len() == 46 && one != other);
        assert_eq!(hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert!(is_same(&csrf(&one), &csrf(&one)) && !is_same(&csrf(&one), &csrf(&other)) && !is_same("a", "ab"));
    }
}
