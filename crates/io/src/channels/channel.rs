//! The contract of a kind of channel: what it is called, how one is made of its configuration, and what came of sending.

use schemars::Schema;
use serde_json::Value;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;
use watchbell_model::{Diagnostic, Timestamp};

/// One kind, told in its own file and listed once in [`crate::CHANNELS`].
pub struct ChannelKind {
    /// Stable word, as in the configuration: `email`.
    pub id: &'static str,
    pub title: &'static str,
    /// An entry of the configuration, as the guide shows it.
    pub example: &'static str,
    /// What its configuration may hold besides `kind`.
    pub schema: fn() -> Schema,
    /// Makes one for the delivery method of this name. Nothing is sent, and nothing is connected to.
    pub make: MakeChannel,
}

/// Of the name of a delivery method, and its configuration.
pub type MakeChannel = fn(&str, &Value) -> Result<Box<dyn Channel>, Diagnostic>;

/// What is said, in every shape that a channel may want. Texts may hold what an attacker wrote into a log.
#[derive(Clone, Debug)]
pub struct Message {
    /// The same on every try: letters, digits and `-`.
    pub id: String,
    /// What messages about one doing have in common: letters, digits and `-`.
    pub thread: String,
    /// Of this try.
    pub at: Timestamp,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub document: Value,
}

pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<Receipt, SendError>> + Send + 'a>>;

pub trait Channel: Send + Sync + 'static {
    /// Whom it tells, for the ledger: addresses, a host. Never a secret.
    fn recipient(&self) -> String;

    /// Sends once, and is done within a minute.
    fn send<'a>(&'a self, message: &'a Message) -> Sending<'a>;
}

/// What the far end said to what it took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    pub answer: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendError {
    pub what: String,
    pub retry: Retry,
}

/// Whether sending the same again may work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    Never,
    Later,
    /// Not before so long.
    After(Duration),
}

impl SendError {
    pub fn later(what: impl Into<String>) -> Self {
        Self { what: what.into(), retry: Retry::Later }
    }

    pub fn never(what: impl Into<String>) -> Self {
        Self { what: what.into(), retry: Retry::Never }
    }
}
