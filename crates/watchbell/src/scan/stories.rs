//! The second reading of a scan: what happened around the alerts, told with them.

use crate::scan::{Again, Plan, Progress, Reading, read_all};
use crate::terminal::complain;
use anyhow::{Context, Result};
use jiff::tz::TimeZone;
use std::io::{copy, stdin};
use std::sync::Arc;
use tempfile::NamedTempFile;
use watchbell_alerts::Triggered;
use watchbell_input::InputFile;
use watchbell_model::Timestamp;
use watchbell_pipeline::{Present, Storybook, crowd_out, facts};

/// Gives every alert its story, ladder and next runs, out of the inputs of the `first` reading. Runs are counted from
/// `now`, else from the end of what was read; `zone` is the hosts' own, where it is known.
pub fn background(book: &Storybook, alerts: &mut [Triggered], plan: Plan, first: &Reading, now: Option<Timestamp>, zone: Option<TimeZone>) {
    if alerts.is_empty() {
        return;
    }
    let interest = Arc::new(book.interest(alerts));
    let again = Again { interest: Arc::clone(&interest), covered: first.covered.clone() };
    let mut reading = read_all(&book.definitions, Plan { again: Some(again), ..plan }, &Progress::silent());
    if crowd_out(&mut reading.found, &interest) || reading.crowded {
        complain("warning[story/crowded]: more happened around the alerts than is kept; stories lack what was farthest from them");
    }
    let latest = reading.latest.max(first.latest).map(Timestamp::from_seconds);
    let facts = facts(&book.definitions, reading.found);
    let end = facts.iter().filter_map(|fact| fact.time).max().max(latest);
    book.tell(alerts, facts, &reading.coverage.gaps(), &Present { now: now.or(end), zone });
}

/// Keeps standard input in files, so that it can be read twice. They are gone with what is given back.
pub fn spool(files: &mut [InputFile]) -> Result<Vec<NamedTempFile>> {
    let mut kept = Vec::new();
    for file in files.iter_mut().filter(|file| file.path.is_none()) {
        let mut spool = NamedTempFile::new().context("cannot keep standard input to read it twice (--no-story reads it once)")?;
        copy(&mut stdin().lock(), &mut spool).context("cannot keep standard input to read it twice (--no-story reads it once)")?;
        file.path = Some(spool.path().to_owned());
        kept.push(spool);
    }
    Ok(kept)
}
