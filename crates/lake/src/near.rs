//! Whole rows for those who read events again: stories around a moment, hunts over everything.

use crate::{
    Lake, Limits, Snapshot,
    columns::{COLUMNS, Kind},
    error::Error,
    form::like,
    manifest::Entry,
};
use datafusion::{
    arrow::{
        array::{Array, AsArray, RecordBatch},
        datatypes::{Int64Type, TimestampNanosecondType},
    },
    common::ScalarValue,
    dataframe::DataFrame,
    prelude::{Expr, SessionContext, col, lit},
};
use futures_util::StreamExt;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Answers that wait to be taken.
const AHEAD: usize = 2;
/// Rows of an answer.
const PART: usize = 1024;

/// Which events; what is empty or `None` leaves all in.
#[derive(Clone, Debug, Default)]
pub struct Window {
    pub hosts: Vec<String>,
    /// A name means also those that begin with it and a dot; events of no host are in.
    pub short: bool,
    pub products: Vec<String>,
    /// Stretches of time, both ends inclusive; none is all time.
    pub within: Vec<(i64, i64)>,
    /// Nanoseconds since 1970, both inclusive.
    pub from: Option<i64>,
    pub to: Option<i64>,
}

/// A row as it was kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    pub id: [u8; 16],
    /// `None`: the event does not tell.
    pub time: Option<i64>,
    pub received: i64,
    pub host: String,
    pub stream: String,
    pub product: String,
    pub categories: String,
    pub service: String,
    pub event_code: String,
    pub user: String,
    pub process_guid: String,
    pub pid: Option<i64>,
    pub logon_id: String,
    pub audit_ses: Option<i64>,
    pub serial: Option<i64>,
    pub record_id: Option<i64>,
    pub format: String,
    pub raw: Vec<u8>,
    pub fields: String,
}

impl Lake {
    /// The first `limit` rows of a window, by time and id.
    pub async fn near(&self, window: &Window, limit: usize, limits: &Limits) -> Result<Vec<Kept>, Error> {
        let snapshot = Arc::new(self.snapshot());
        let (session, window) = (self.searcher().session(&snapshot, limits.bytes)?, window.clone());
        let job = async move {
            let rows = asked(session.table("events").await?, &window)?;
            let rows = rows.sort(vec![col("time").sort(true, false), col("id").sort(true, false)])?.limit(0, Some(limit))?;
            let batches = rows.collect().await?;
            drop(snapshot);
            Ok(batches.iter().flat_map(kept).collect())
        };
        self.searcher().run(limits.deadline, job).await
    }

    /// About how many rows a window has: those of all files that touch it.
    pub fn about(&self, window: &Window) -> u64 {
        let stats = self.stats();
        let state = self.read();
        let touches = |entry: &&Entry| window.from.is_none_or(|from| entry.to >= from) && window.to.is_none_or(|to| entry.from <= to);
        state.files.iter().map(|file| &file.entry).filter(touches).map(|entry| entry.rows).sum::<u64>() + stats.buffered_rows as u64
    }

    /// All rows of a window, in no order, batch by batch as they are read. The receiver can be read by a thread that blocks;
    /// dropping it ends the reading.
    pub fn read_window(&self, window: &Window, limits: &Limits) -> Result<mpsc::Receiver<Result<Vec<Kept>, Error>>, Error> {
        let snapshot = Arc::new(self.snapshot());
        let (session, window, deadline) = (self.searcher().session(&snapshot, limits.bytes)?, window.clone(), limits.deadline);
        let (sender, receiver) = mpsc::channel(AHEAD);
        self.searcher().spawn(async move {
            let done = tokio::time::timeout(deadline, pass_on(&session, &window, &sender)).await;
            if let Err(error) = done.unwrap_or(Err(Error::Deadline)) {
                let _ = sender.send(Err(error)).await;
            }
            drop::<Arc<Snapshot>>(snapshot);
        });
        Ok(receiver)
    }
}

async fn pass_on(session: &SessionContext, window: &Window, sender: &mpsc::Sender<Result<Vec<Kept>, Error>>) -> Result<(), Error> {
    let mut stream = asked(session.table("events").await?, window)?.execute_stream().await?;
    while let Some(batch) = stream.next().await {
        let batch = batch?;
        for from in (0..batch.num_rows()).step_by(PART) {
            if sender.send(Ok(kept(&batch.slice(from, PART.min(batch.num_rows() - from))))).await.is_err() {
                return Ok(());
            }
        }
    }
    Ok(())
}

fn asked(events: DataFrame, window: &Window) -> Result<DataFrame, Error> {
    let time = |at: i64| lit(ScalarValue::TimestampNanosecond(Some(at), Some("UTC".into())));
    let texts = |names: &[String]| names.iter().map(|name| lit(name.to_ascii_lowercase())).collect::<Vec<_>>();
    let mut rows = events;
    if !window.hosts.is_empty() {
        let full = |host: Expr| {
            let begins = |name: &String| col("host").like(lit(like(&format!("{}.*", name.to_ascii_lowercase()))));
            window.hosts.iter().map(begins).fold(host.or(col("host").is_null()), Expr::or)
        };
        let host = col("host").in_list(texts(&window.hosts), false);
        rows = rows.filter(if window.short { full(host) } else { host })?;
    }
    let stretches = window.within.iter().map(|(from, to)| col("time").between(time(*from), time(*to)));
    if let Some(within) = stretches.reduce(Expr::or) {
        rows = rows.filter(within)?;
    }
    if !window.products.is_empty() {
        rows = rows.filter(col("product").in_list(texts(&window.products), false))?;
    }
    if let Some(from) = window.from {
        rows = rows.filter(col("time").gt_eq(time(from)))?;
    }
    if let Some(to) = window.to {
        rows = rows.filter(col("time").lt_eq(time(to)))?;
    }
    Ok(rows)
}

fn kept(batch: &RecordBatch) -> Vec<Kept> {
    (0..batch.num_rows()).map(|row| one(batch, row)).collect()
}

fn one(batch: &RecordBatch, row: usize) -> Kept {
    let mut kept = Kept::default();
    let mut dated = true;
    for (column, described) in batch.columns().iter().zip(COLUMNS) {
        if column.is_null(row) {
            continue;
        }
        match described.kind {
            Kind::Id => kept.id = column.as_fixed_size_binary().value(row).try_into().unwrap_or_default(),
            Kind::Flag => dated = column.as_boolean().value(row),
            Kind::Bytes => kept.raw = column.as_binary_view().value(row).to_vec(),
            Kind::Time => set_time(&mut kept, described.name, column.as_primitive::<TimestampNanosecondType>().value(row)),
            Kind::Counter | Kind::Number => set_number(&mut kept, described.name, column.as_primitive::<Int64Type>().value(row)),
            Kind::Word | Kind::Text => set_text(&mut kept, described.name, column.as_string_view().value(row)),
        }
    }
    kept.time = kept.time.filter(|_| dated);
    kept
}

fn set_time(kept: &mut Kept, name: &str, time: i64) {
    match name {
        "time" => kept.time = Some(time),
        _ => kept.received = time,
    }
}

fn set_number(kept: &mut Kept, name: &str, number: i64) {
    let place = match name {
        "pid" => &mut kept.pid,
        "audit_ses" => &mut kept.audit_ses,
        "serial" => &mut kept.serial,
        _ => &mut kept.record_id,
    };
    *place = Some(number);
}

fn set_text(kept: &mut Kept, name: &str, text: &str) {
    let place = match name {
        "host" => &mut kept.host,
        "stream" => &mut kept.stream,
        "product" => &mut kept.product,
        "categories" => &mut kept.categories,
        "service" => &mut kept.service,
        "event_code" => &mut kept.event_code,
        "user" => &mut kept.user,
        "process_guid" => &mut kept.process_guid,
        "logon_id" => &mut kept.logon_id,
        "format" => &mut kept.format,
        _ => &mut kept.fields,
    };
    text.clone_into(place);
}
