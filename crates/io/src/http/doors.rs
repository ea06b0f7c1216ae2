//! Who may send: each source of a kind is a door that its tokens open.

use super::body::{Held, Memory, read};
use super::{Peer, Refusal};
use crate::lines::Rejected;
use crate::token::{MIN_LENGTH, TokenHash, candidates};
use crate::{Count, Delivery, Intake, Limits, TlsFiles, offer_all};
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use schemars::JsonSchema;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;
use watchbell_input::read_bounded_text;
use watchbell_model::Diagnostic;

/// A source over HTTP.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct HttpConfig {
    /// An address of its own; without one the source is served where the API is.
    pub listen: Option<SocketAddr>,
    pub tls: Option<TlsFiles>,
    /// SHA-256 of the tokens that may send, 64 hex digits each.
    pub token_sha256: Vec<String>,
    /// A file with a token in it.
    pub token_file: Option<PathBuf>,
    /// Needs no token of its own: tokens of the role `ingest-only` open it, as they open every source.
    pub ingest_tokens: bool,
    /// Takes from everybody who reaches the address.
    pub anonymous: bool,
    /// Id of a format; without it records are recognised by content.
    pub format: Option<String>,
    pub limits: Limits,
}

/// One source.
#[derive(Clone, Debug)]
pub struct Door {
    pub source: Arc<str>,
    pub format: &'static str,
    pub limits: Limits,
    anonymous: bool,
    tokens: Vec<TokenHash>,
}

impl Door {
    pub fn new(source: &str, config: &HttpConfig) -> Result<Self, Diagnostic> {
        let wrong = |code, what: String| Diagnostic::error(code, source, what);
        let mut tokens = Vec::new();
        for hex in &config.token_sha256 {
            tokens.push(TokenHash::parse(hex).ok_or_else(|| wrong("source/token", "`token_sha256` is 64 hex digits".into()))?);
        }
        if let Some(path) = &config.token_file {
            let text = read_bounded_text(path, 4096).map_err(|error| wrong("source/token", format!("{}: {error}", path.display())))?;
            if text.trim().len() < MIN_LENGTH {
                return Err(wrong("source/token", format!("{}: a token has at least {MIN_LENGTH} characters", path.display())));
            }
            tokens.push(TokenHash::of(text.trim().as_bytes()));
        }
        if tokens.is_empty() && !config.anonymous && !config.ingest_tokens {
            let hint = "give `token_file` or `token_sha256`, or say `ingest_tokens: true` or `anonymous: true`";
            return Err(wrong("source/token", "no token may send here".into()).hint(hint));
        }
        let format = crate::config::format(source, config.format.as_deref())?;
        Ok(Self { source: source.into(), format, limits: config.limits, anonymous: config.anonymous, tokens })
    }

    /// Whether some token, or none, would open both.
    pub fn is_taken_by(&self, other: &Self) -> bool {
        (self.anonymous && other.anonymous) || self.tokens.iter().any(|token| other.tokens.iter().any(|others| others.is(token)))
    }
}

/// All sources of a kind behind one address.
#[derive(Clone)]
pub struct Doors {
    all: Arc<[Door]>,
    pub intake: Arc<dyn Intake>,
    memory: Memory,
    kind: &'static str,
}

/// A request that may, with its body.
pub struct Taken {
    pub door: Door,
    pub parts: Parts,
    pub peer: Arc<str>,
    pub body: Held,
}

impl Doors {
    pub fn new(kind: &'static str, doors: Vec<Door>, intake: Arc<dyn Intake>) -> Self {
        let held = doors.iter().map(|door| door.limits.held_bytes).max().unwrap_or_default();
        Self { all: doors.into(), intake, memory: Memory::new(held), kind }
    }

    /// The door that a request's token opens: the source's own, or one of the role ingest-only. Of several that an
    /// ingest-only token opens it is the first.
    pub fn admit(&self, headers: &HeaderMap) -> Result<&Door, Refusal> {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let mut tokens = header(AUTHORIZATION.as_str()).map(candidates).unwrap_or_default();
        tokens.extend(header("x-api-key").map(|key| key.as_bytes().to_vec()));
        let mut open = None;
        for token in &tokens {
            let hash = TokenHash::of(token);
            // Every door is tried, whichever opened.
            for door in self.all.iter() {
                let opens = door.tokens.iter().filter(|own| own.is(&hash)).count() > 0;
                open = open.or(opens.then_some(door));
            }
        }
        if open.is_none() {
            open = self.granted(&tokens)?;
        }
        open.or_else(|| self.all.iter().find(|door| door.anonymous)).ok_or(if tokens.is_empty() { Refusal::NoToken } else { Refusal::BadToken })
    }

    fn granted(&self, tokens: &[Vec<u8>]) -> Result<Option<&Door>, Refusal> {
        for token in tokens {
            let opens = self.intake.opens(token)?;
            if let Some(door) = self.all.iter().find(|door| opens.has(&door.source)) {
                return Ok(Some(door));
            }
        }
        Ok(None)
    }

    /// Admits a request and reads its body.
    pub async fn take(&self, request: Request) -> Result<Taken, Refusal> {
        let (parts, body) = request.into_parts();
        let door = self.admit(&parts.headers).map_err(|refusal| self.refused(self.kind, refusal))?.clone();
        let peer = parts.extensions.get::<Peer>().map_or_else(|| "".into(), |peer| Arc::clone(&peer.0));
        let body = read(&self.memory, &door.limits, &parts.headers, body).await.map_err(|unread| {
            if let Some(packed) = unread.packed {
                self.intake.quarantine(&door.source, unread.refusal.code(), &packed, &peer);
            }
            self.refused(&door.source, unread.refusal)
        })?;
        Ok(Taken { door, parts, peer, body })
    }

    /// Room in the memory of all bodies for what one of them unpacks to, for as long as it is kept.
    pub fn hold(&self, source: &str, bytes: usize) -> Result<OwnedSemaphorePermit, Refusal> {
        self.memory.share(bytes).map_err(|refusal| self.refused(source, refusal))
    }

    /// Offers what a request carried; once that is kept, puts aside what of it was not taken.
    pub async fn keep(&self, taken: &Taken, deliveries: Vec<Delivery>, rejected: &[Rejected]) -> Result<(), Refusal> {
        offer_all(&*self.intake, deliveries).await.map_err(|refused| self.refused(&taken.door.source, refused.into()))?;
        for one in rejected {
            self.intake.quarantine(&taken.door.source, one.reason, &one.bytes, &taken.peer);
        }
        Ok(())
    }

    /// Puts a whole body aside that cannot be read, and says why.
    pub fn unreadable(&self, taken: &Taken, reason: &'static str, why: impl Into<String>) -> Refusal {
        self.intake.quarantine(&taken.door.source, reason, &taken.body.bytes, &taken.peer);
        self.refused(&taken.door.source, Refusal::Malformed(why.into()))
    }

    /// Counts a refusal, and gives it back.
    pub fn refused(&self, source: &str, refusal: Refusal) -> Refusal {
        self.intake.count(source, Count::Refused(refusal.code()), 1);
        refusal
    }
}
