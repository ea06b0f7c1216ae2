//! The job: what it would run, as whom, when next, and why that is risky.

use super::page::Page;
use crate::render::words;
use crate::{Background, Triggered};
use std::io;

pub fn job(alert: &Triggered, background: Option<&Background>, page: &mut Page<'_>) -> io::Result<()> {
    let Some(job) = alert.job.as_deref() else { return page.line("  (none)") };
    for (name, value) in words::job(job) {
        page.labelled(name, &value)?;
    }
    let next = background.and_then(|background| background.next.as_ref());
    let when = next.map_or_else(|| job.schedule.join("; "), |next| next.when.clone());
    if !when.is_empty() {
        page.labelled("when", &when)?;
    }
    for (at, run) in next.iter().flat_map(|next| &next.runs).enumerate() {
        let (local, utc) = words::run(run);
        let utc = utc.map(|utc| format!(" = {utc}")).unwrap_or_default();
        page.labelled(if at == 0 { "next runs" } else { "" }, &format!("{local}{utc}"))?;
    }
    for note in next.iter().flat_map(|next| &next.notes) {
        page.labelled("note", note)?;
    }
    for (at, risk) in background.iter().flat_map(|background| &background.risk).enumerate() {
        page.labelled(if at == 0 { "risk" } else { "" }, &format!("{}: {}", risk.reason.as_str(), risk.detail))?;
    }
    Ok(())
}
