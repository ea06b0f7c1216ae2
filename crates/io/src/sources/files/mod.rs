//! Files as they grow: logs of lines, documents, folders of EVTX. Looked at every second, which works on every file system.

mod chunks;
mod follow;
mod list;
mod position;
mod tail;

use crate::assemble::settings;
use crate::kind::{Run, Running, Setup};
use crate::patience::offer_until_taken;
use crate::{Count, Intake, Kind, Limits, Make, Positions, Promise, Stop};
use schemars::{JsonSchema, schema_for};
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tail::{Settings, Tail};
use watchbell_model::Diagnostic;

pub const KIND: Kind = Kind {
    id: "files",
    title: "Files and folders",
    example: "\
sources:
  host:
    kind: files
    paths:
      - /var/log/audit/audit.log
      - /var/log/*.log
      - /srv/evtx
",
    promise: Promise {
        acknowledged: "the position moves after the fsync",
        lost: "what is truncated, or rotated and packed, before it was read",
        again: "the same file counts once",
        full: "the file is read later",
    },
    schema: || schema_for!(Config),
    make: Make::Own(make),
};

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// Files; folders, with all that is below them; `*` and `?` in the last part of a path.
    paths: Vec<PathBuf>,
    /// Id of a format; without it files are recognised by content.
    #[serde(default)]
    format: Option<String>,
    /// The host of records that do not tell theirs.
    #[serde(default)]
    host: String,
    /// Where files begin that are there when the source first runs.
    #[serde(default)]
    from: From,
    /// Milliseconds between two looks.
    #[serde(default = "every_ms")]
    every_ms: u64,
    #[serde(default)]
    limits: Limits,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum From {
    #[default]
    Beginning,
    End,
}

fn every_ms() -> u64 {
    1000
}

fn make(setup: &Setup<'_>) -> Result<Box<dyn Run>, Diagnostic> {
    let config: Config = settings(setup.id, setup.config)?;
    if config.paths.is_empty() {
        return Err(Diagnostic::error("source/config", setup.id, "`paths` names no file"));
    }
    if let Some(path) = config.paths.iter().find(|path| !path.is_absolute()) {
        return Err(Diagnostic::error("source/config", setup.id, format!("{}: a path begins at the root", path.display())));
    }
    let format = crate::config::format(setup.id, config.format.as_deref())?;
    let settings = Settings { source: setup.id.into(), paths: config.paths, format, host: config.host, from: config.from, limits: config.limits };
    let every = Duration::from_millis(config.every_ms.max(10));
    Ok(Box::new(Files { settings, every, positions: Arc::clone(setup.positions) }))
}

struct Files {
    settings: Settings,
    every: Duration,
    positions: Arc<dyn Positions>,
}

impl Run for Files {
    fn addresses(&self) -> Vec<SocketAddr> {
        Vec::new()
    }

    fn run(self: Box<Self>, intake: Arc<dyn Intake>, stop: Stop) -> Running {
        Box::pin(follow_all(Tail::new(self.settings, self.positions), self.every, intake, stop))
    }
}

/// Reads a round, hands it over, remembers how far; waits where there was nothing.
async fn follow_all(mut tail: Tail, every: Duration, intake: Arc<dyn Intake>, mut stop: Stop) {
    let mut kept = Vec::new();
    while !stop.is_told() {
        let taken = std::mem::take(&mut kept);
        let blocking = tokio::task::spawn_blocking(move || {
            tail.commit(taken);
            let round = tail.round();
            (tail, round)
        });
        let Ok((back, round)) = blocking.await else { return };
        tail = back;
        match tail.take_failures() {
            0 => {}
            failures => intake.count(tail.source(), Count::Refused("unreadable"), failures),
        }
        let idle = round.is_empty();
        for read in round {
            for delivery in read.deliveries {
                if !offer_until_taken(&*intake, delivery, &mut stop).await {
                    tail.commit(kept);
                    return;
                }
            }
            for (reason, bytes) in &read.rejected {
                intake.quarantine(tail.source(), reason, bytes, &read.peer);
            }
            kept.push((read.file, read.position));
        }
        if idle {
            tokio::select! {
                () = stop.told() => {}
                () = tokio::time::sleep(every) => {}
            }
        }
    }
    tail.commit(kept);
}
