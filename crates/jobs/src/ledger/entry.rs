//! A job in the ledger, as it is shown.

use super::kept::Act;
use crate::{Context, Job, Kind};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use watchbell_model::{EventId, Timestamp};

/// Everything that is known of one job of one host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    pub host: Option<String>,
    pub kind: Kind,
    pub name: Option<String>,
    pub created: Option<Created>,
    /// The first and last changes; `changes` counts all, and being made again is one.
    pub changed: Vec<Happening>,
    pub changes: u64,
    pub runs: Runs,
    /// Absent where nothing tells it.
    pub enabled: Option<bool>,
    /// It was deleted, and not made again since.
    pub deleted: Option<Happening>,
    /// Seconds between its making and its removal, where that was at most a minute.
    pub lived: Option<u64>,
    pub first_seen: Option<Timestamp>,
    pub last_seen: Option<Timestamp>,
    pub spread: Spread,
    /// Its latest definition.
    #[serde(skip)]
    pub job: Arc<Job>,
}

/// Who made it, when, from where, and with which command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Created {
    pub time: Option<Timestamp>,
    pub event: EventId,
    pub by: Option<String>,
    pub from: Option<String>,
    pub command: Option<String>,
}

/// Something that was done to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Happening {
    pub what: &'static str,
    pub time: Option<Timestamp>,
    pub event: EventId,
    pub by: Option<String>,
    pub from: Option<String>,
    /// What it runs from then on, where that is told.
    pub command: Option<String>,
}

/// How often it ran. A run is told by several kinds of records: the one that tells most counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Runs {
    pub count: u64,
    pub first: Option<Timestamp>,
    pub last: Option<Timestamp>,
    /// By code, as far as told; at most sixteen codes.
    pub results: BTreeMap<String, u64>,
    pub other_results: u64,
    pub failed: u64,
}

/// On how many hosts a job of this kind and name was seen, of how many that have any of the kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Spread {
    pub hosts: u64,
    pub of: u64,
    pub rarity: Rarity,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rarity {
    /// Too few hosts to tell.
    Unknown,
    /// On one host, or on less than a tenth of them.
    Rare,
    Some,
    /// On half of them or more.
    Common,
}

impl Entry {
    /// What the ledger knows for [`crate::risk`]: a life too short, a maker that is a service.
    pub fn context(&self) -> Context<'_> {
        let maker = self.created.as_ref().and_then(|created| created.by.as_deref());
        Context { lived_seconds: self.lived, service_account: maker.filter(|by| super::is_service_account(by)) }
    }
}

/// From so many hosts on it can be said what is rare.
const FEW: u64 = 3;

impl Spread {
    pub fn new(hosts: u64, of: u64) -> Self {
        let rarity = match (hosts, of) {
            (_, ..FEW) => Rarity::Unknown,
            (1, _) => Rarity::Rare,
            _ if hosts * 10 < of => Rarity::Rare,
            _ if hosts * 2 >= of => Rarity::Common,
            _ => Rarity::Some,
        };
        Self { hosts, of, rarity }
    }
}

impl Happening {
    pub fn of(act: &Act) -> Self {
        Self { what: act.what.word(), time: act.time, event: act.event, by: act.by.clone(), from: act.from.clone(), command: command(&act.job) }
    }
}

/// What a job runs, in one line.
pub fn command(job: &Job) -> Option<String> {
    let arguments = job.arguments.as_ref().map_or_else(String::new, |arguments| format!(" {arguments}"));
    job.command.as_ref().map(|command| format!("{command}{arguments}"))
}
