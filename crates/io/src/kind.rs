//! The contract of a kind of source: what it is called, what it promises, and how one is made of its configuration.

use crate::http::Doors;
use crate::{Intake, Stop, Tls};
use axum::Router;
use schemars::Schema;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use watchbell_model::Diagnostic;

/// One kind, told in its own file and listed once in [`crate::KINDS`].
pub struct Kind {
    /// Stable word, as in the configuration: `syslog`.
    pub id: &'static str,
    pub title: &'static str,
    /// An entry of the configuration, as the guide shows it.
    pub example: &'static str,
    pub promise: Promise,
    /// What its configuration may hold besides `kind`.
    pub schema: fn() -> Schema,
    pub make: Make,
}

/// What a protocol can promise, a row of the guide's table.
pub struct Promise {
    /// When the sender may forget what it sent.
    pub acknowledged: &'static str,
    /// What may be lost all the same.
    pub lost: &'static str,
    /// What sending again comes to.
    pub again: &'static str,
    /// What the sender notices when there is no room.
    pub full: &'static str,
}

pub enum Make {
    /// Routes under a listener that others may share. All sources of a kind behind one address are told apart by tokens.
    Http {
        /// Where the routes stand on the API's address: empty unless they would be in its way.
        prefix: &'static str,
        routes: fn(Doors) -> Router,
    },
    /// Runs by itself.
    Own(fn(&Setup<'_>) -> Result<Box<dyn Run>, Diagnostic>),
}

/// What a source is made of.
pub struct Setup<'s> {
    pub id: &'s str,
    pub config: &'s serde_json::Value,
    pub positions: &'s Arc<dyn Positions>,
}

pub type Running = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A source that listens or reads by itself. It is bound when it is made, and takes nothing before it runs.
pub trait Run: Send {
    /// Where it listens; with port 0 in the configuration, the port that it got.
    fn addresses(&self) -> Vec<SocketAddr>;

    /// What it secures connections with, to be read again when files have changed.
    fn certificates(&self) -> Vec<Arc<Tls>> {
        Vec::new()
    }

    /// Ends after `stop` is told.
    fn run(self: Box<Self>, intake: Arc<dyn Intake>, stop: Stop) -> Running;
}

/// How far files have been read, kept over restarts.
pub trait Positions: Send + Sync + 'static {
    /// Every key and value kept for a source.
    fn load(&self, source: &str) -> Vec<(String, String)>;

    /// Kept in this order, and not later than what is delivered afterwards; losing the newest only means reading again.
    fn save(&self, source: &str, key: &str, value: &str);

    fn forget(&self, source: &str, key: &str);
}

/// Keeps nothing.
pub struct NoPositions;

impl Positions for NoPositions {
    fn load(&self, _: &str) -> Vec<(String, String)> {
        Vec::new()
    }

    fn save(&self, _: &str, _: &str, _: &str) {}

    fn forget(&self, _: &str, _: &str) {}
}
