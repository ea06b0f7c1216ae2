//! The one object of statistics at the end of a scan.

use crate::load::Loaded;
use crate::scan::Reading;
use serde_json::{Value, json};
use watchbell_pipeline::Outcomes;

/// `seconds`: from start to the last alert.
pub fn stats(loaded: &Loaded, reading: &Reading, outcomes: &Outcomes, seconds: f64) -> Value {
    let tally = &reading.tally;
    json!({
        "records": tally.records(),
        "events": tally.events,
        "skipped": tally.skipped,
        "quarantined": tally.quarantined,
        "duplicates": outcomes.duplicates,
        "alerts": outcomes.alerts.len(),
        "excepted": outcomes.excepted,
        "crowded_out": outcomes.crowded_out,
        "bytes": reading.bytes,
        "seconds": seconds,
        "by_format": tally.by_format,
        "rules": loaded.rules,
        "rejected_rules": loaded.rejected,
        "unreadable": reading.problems.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "quarantined_by_reason": tally.reasons,
        "quarantine": tally.quarantine,
    })
}
