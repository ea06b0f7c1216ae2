//! The job: what it would run, as whom, when next on the host's clock and in UTC, and why that is risky.

use super::Safe;
use crate::Triggered;
use crate::render::words;
use std::io::{self, Write};
use watchbell_jobs::{Next, Risk};

pub fn job(alert: &Triggered, out: &mut dyn Write) -> io::Result<()> {
    let Some(job) = alert.job.as_deref() else { return Ok(()) };
    let background = alert.background.as_deref();
    let next = background.and_then(|background| background.next.as_ref());
    writeln!(out, "<h4>The job</h4>\n<div class=\"job\">\n<dl>")?;
    for (name, value) in words::job(job) {
        writeln!(out, "<dt>{name}</dt><dd class=\"mono {}\">{}</dd>", name.replace(' ', "-"), Safe(value))?;
    }
    let when = next.map_or_else(|| job.schedule.join("; "), |next| next.when.clone());
    if !when.is_empty() {
        writeln!(out, "<dt>when</dt><dd>{}</dd>", Safe(when))?;
    }
    writeln!(out, "</dl>\n<div>")?;
    next.map_or(Ok(()), |next| runs(next, out))?;
    risks(background.map_or(&[], |background| &background.risk), out)?;
    writeln!(out, "</div>\n</div>")
}

fn runs(next: &Next, out: &mut dyn Write) -> io::Result<()> {
    if !next.runs.is_empty() {
        writeln!(out, "<table class=\"runs\"><thead><tr><th>next runs, on the host's clock</th><th></th></tr></thead><tbody>")?;
        for run in &next.runs {
            let (local, utc) = words::run(run);
            writeln!(out, "<tr><td class=\"mono\">{}</td><td class=\"mono\">{}</td></tr>", Safe(local), utc.unwrap_or_default())?;
        }
        writeln!(out, "</tbody></table>")?;
    }
    next.notes.iter().try_for_each(|note| writeln!(out, "<p class=\"why\">{}</p>", Safe(note)))
}

fn risks(risks: &[Risk], out: &mut dyn Write) -> io::Result<()> {
    if risks.is_empty() {
        return Ok(());
    }
    writeln!(out, "<ul class=\"risk\">")?;
    for risk in risks {
        writeln!(out, "<li><b>{}</b> <span class=\"mono\">{}</span></li>", risk.reason.as_str(), Safe(&risk.detail))?;
    }
    writeln!(out, "</ul>")
}
