//! The entries of a story in order of time: the date once, the host where it changes, and why each belongs to it.

use super::page::Page;
use crate::render::text::clip;
use crate::render::words;
use std::io;
use watchbell_model::Outcome;
use watchbell_story::{Entry, Story, Strength};

/// Columns of the lane's name with the blanks around it.
const LANE: usize = 2 + 7 + 2;

pub fn timeline(story: &Story, page: &mut Page<'_>) -> io::Result<()> {
    if story.entries.is_empty() {
        return Ok(());
    }
    page.heading("What happened (times in UTC)")?;
    // Hosts log with and without fractions; the column is as wide as the widest needs.
    let clock = story.entries.iter().filter_map(|entry| entry.time).map(|time| words::fine_clock(time).len()).max().unwrap_or(8);
    let mut last: Option<&Entry> = None;
    let mut host = None;
    for entry in &story.entries {
        let place = words::place(last, entry, &mut host);
        if let Some(pause) = words::pause(last.and_then(|last| last.time), entry.time) {
            page.line(&format!("  {}", page.paint.dim(&format!("… {pause}"))))?;
        }
        if let Some((day, host)) = place {
            let host = page.paint.bold(&clip(host, page.width - 14));
            page.line(&format!("  {day:10}  {host}"))?;
        }
        last = Some(entry);
        told(entry, clock, page)?;
    }
    match story.left_out {
        0 => Ok(()),
        more => page.dimmed(2, &format!("and {more} more that found no room here")),
    }
}

fn told(entry: &Entry, clock: usize, page: &mut Page<'_>) -> io::Result<()> {
    let time = entry.time.map(words::fine_clock).unwrap_or_default();
    let mark = if entry.own { '>' } else { ' ' };
    let first = format!("{mark} {time:<clock$}  {:<7}  ", words::lane(entry.lane));
    let indent = 2 + clock + LANE;
    let text = if entry.outcome == Outcome::Done { entry.text.clone() } else { format!("[{}] {}", entry.outcome.word(), entry.text) };
    page.led(&first, indent, &text, |paint, line| match entry.join.strength {
        _ if entry.own => paint.bold(line),
        Strength::Weak => paint.dim(line),
        _ => paint.outcome(entry.outcome, line),
    })?;
    if entry.own {
        return page.dimmed(indent, "the alert's own event");
    }
    page.dimmed(indent, &format!("{}: {}", words::strength(entry.join.strength), entry.join.reason))
}
