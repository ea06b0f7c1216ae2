//! The six steps as a strip: what was done is filled, what was tried or failed is outlined, what was not seen is faint.

use crate::render::words;
use std::io::{self, Write};
use watchbell_model::{Ladder, Outcome};

pub fn ladder(ladder: &Ladder, out: &mut dyn Write) -> io::Result<()> {
    if ladder.steps.is_empty() {
        return Ok(());
    }
    writeln!(out, "<h4>How far it got</h4>\n<ol class=\"ladder\">")?;
    for (step, seen) in words::steps(ladder) {
        let (class, mark) = match seen.map(|(outcome, _)| outcome) {
            Some(Outcome::Done) => ("done", "✓ done"),
            Some(Outcome::Failed) => ("failed", "✗ failed"),
            Some(Outcome::Tried) => ("tried", "? tried"),
            None => ("none", "not seen"),
        };
        let time = seen.and_then(|(_, time)| time);
        let time = time.map(|time| format!("<time datetime=\"{time}\">{}</time>", words::clock(time))).unwrap_or_default();
        writeln!(out, "<li class=\"{class}\" title=\"{}\"><b>{}</b><span>{mark}</span>{time}</li>", words::step_means(step), words::step(step))?;
    }
    writeln!(out, "</ol>\n<p class=\"dim\">{}</p>", words::how_far(ladder))
}
