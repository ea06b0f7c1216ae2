//! What could not be read goes into the intake again, and from there the way of everything.

use super::{Problem, QuarantineChoice};
use crate::app::House;
use crate::auth::Who;
use crate::intake::whole;
use axum::extract::State;
use axum::{Extension, Json};
use bytes::Bytes;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use watchbell_formats::FORMATS;
use watchbell_io::{Delivery, Intake, unit_of};
use watchbell_journal::Position;
use watchbell_store::QuarantineRow;

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct QuarantineReplay {
    pub ids: Vec<i64>,
    pub source: Option<String>,
    pub reason: Option<String>,
    /// All that were not sent in again yet; needed where nothing else is given.
    pub all: bool,
    /// Id of a format to read them as; as before if none is given.
    pub format: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct QuarantineReplayed {
    pub replayed: usize,
    pub problems: Vec<QuarantineProblem>,
    /// Others are left that the filter finds: ask again.
    pub more: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct QuarantineProblem {
    pub id: i64,
    pub why: String,
}

/// Records that are in memory at a time.
const TOGETHER: usize = 32;

pub async fn replay(
    State(house): State<Arc<House>>,
    Extension(who): Extension<Who>,
    Json(asked): Json<QuarantineReplay>,
) -> Result<Json<QuarantineReplayed>, Problem> {
    let format = asked.format.as_deref().map(known).transpose()?;
    let choice = QuarantineChoice { ids: asked.ids, source: asked.source, reason: asked.reason, all: asked.all };
    let (ids, more) = choice.ids(&house, Some(false))?;
    let mut told = QuarantineReplayed { replayed: 0, problems: Vec::new(), more };
    for ids in ids.chunks(TOGETHER) {
        let done = offered(&house, ids, format, &mut told.problems).await;
        house.store.quarantine_replayed(&done, &who.actor(), house.clock.now().nanos)?;
        told.replayed += done.len();
    }
    Ok(Json(told))
}

/// The ids of those that are in the journal now.
async fn offered(house: &House, ids: &[i64], format: Option<&'static str>, problems: &mut Vec<QuarantineProblem>) -> Vec<i64> {
    let mut waiting = Vec::new();
    for id in ids {
        match delivery(house, *id, format) {
            Ok(delivery) => waiting.push((*id, house.gate.offer(delivery))),
            Err(why) => problems.push(QuarantineProblem { id: *id, why }),
        }
    }
    let mut done = Vec::new();
    for (id, offered) in waiting {
        match offered.await {
            Ok(()) => done.push(id),
            Err(refused) => problems.push(QuarantineProblem { id, why: refused.to_string() }),
        }
    }
    done
}

fn delivery(house: &House, id: i64, format: Option<&'static str>) -> Result<Delivery, String> {
    let row = house.store.quarantined(id).map_err(|error| error.to_string())?;
    let bytes = bytes(house, &row)?;
    let record = row.record;
    let before = FORMATS.iter().map(|format| format.id).find(|id| *id == record.format).unwrap_or_default();
    let format = format.unwrap_or(before);
    Ok(Delivery {
        source: record.source.into(),
        stream: record.stream.into(),
        peer: record.peer.into(),
        format,
        // Sent in twice as the same, it is the same.
        unit: unit_of(format!("{}\0{format}", record.key).as_bytes()),
        first: 1,
        bytes,
    })
}

/// All of it: what is cut in the quarantine may still stand in the journal.
fn bytes(house: &House, row: &QuarantineRow) -> Result<Bytes, String> {
    let record = &row.record;
    if record.length == record.bytes.len() as u64 && record.length > 0 {
        return Ok(Bytes::copy_from_slice(&record.bytes));
    }
    let gone = || format!("{} of {} bytes are kept: it can be looked at, and not sent in again", record.bytes.len(), record.length);
    let numbers: Vec<u64> = record.place.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let [position, line, lines] = numbers[..] else { return Err(gone()) };
    let read = house.journal.reader(Position(position)).and_then(|mut reader| reader.next(Duration::ZERO)).map_err(|_| gone())?;
    let read = read.filter(|read| read.position.0 == position).ok_or_else(gone)?;
    let all = whole(&read.entry, line, lines);
    if all.len() as u64 == record.length { Ok(Bytes::copy_from_slice(all)) } else { Err(gone()) }
}

fn known(name: &str) -> Result<&'static str, Problem> {
    let known = || FORMATS.iter().map(|format| format.id);
    known()
        .find(|id| *id == name)
        .ok_or_else(|| Problem::bad("quarantine/format", format!("`{name}` is no format; one of: {}", known().collect::<Vec<_>>().join(", "))))
}
