//! Tokens of senders: only their SHA-256 is kept, and compared in a time that tells nothing.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Shorter ones can be guessed.
pub const MIN_LENGTH: usize = 16;

#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TokenHash([u8; 32]);

impl std::fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenHash(..)")
    }
}

impl TokenHash {
    pub fn of(token: &[u8]) -> Self {
        Self(Sha256::digest(token).into())
    }

    /// From 64 hex digits.
    pub fn parse(hex: &str) -> Option<Self> {
        let hex = hex.trim().as_bytes();
        let mut hash = [0; 32];
        if hex.len() != 64 {
            return None;
        }
        for (byte, pair) in hash.iter_mut().zip(hex.chunks_exact(2)) {
            let digit = |b: u8| char::from(b).to_digit(16);
            *byte = (digit(pair[0])? << 4 | digit(pair[1])?) as u8;
        }
        Some(Self(hash))
    }

    pub fn is(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

/// The tokens that an `Authorization` header may mean: `Bearer t`, `Splunk t`, `Basic user:t`, `ApiKey id:t`.
pub fn candidates(authorization: &str) -> Vec<Vec<u8>> {
    let Some((scheme, rest)) = authorization.trim().split_once(' ') else { return Vec::new() };
    let rest = rest.trim();
    let basic = scheme.eq_ignore_ascii_case("basic");
    if !basic && !scheme.eq_ignore_ascii_case("apikey") {
        let known = ["bearer", "splunk", "token"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
        return if known { vec![rest.into()] } else { Vec::new() };
    }
    let pair = STANDARD.decode(rest).unwrap_or_default();
    let secret = pair.iter().position(|b| *b == b':').map(|at| pair[at + 1..].to_vec());
    let mut all: Vec<Vec<u8>> = secret.into_iter().collect();
    if !basic {
        all.push(rest.into());
    }
    all
}
