//! What else climbed the ladder: a line each, which opens to all that is told of it.

use super::{Safe, about, sentences, told};
use crate::Triggered;
use crate::render::groups::Group;
use crate::render::text::plural;
use crate::render::words;
use std::io::{self, Write};
use watchbell_story::Gap;

/// Lines that are seen at once; the others are a click away.
const SEEN: usize = 12;

pub fn with(group: &Group, alerts: &[Triggered], out: &mut dyn Write) -> io::Result<()> {
    if group.with.is_empty() {
        return Ok(());
    }
    let lead = &alerts[group.lead];
    writeln!(out, "<h4>On the same ladder, {}</h4>", plural(group.with.len(), "more alert"))?;
    let (seen, rest) = group.with.split_at(group.with.len().min(SEEN));
    seen.iter().try_for_each(|at| mate(*at, &alerts[*at], lead, out))?;
    if rest.is_empty() {
        return Ok(());
    }
    writeln!(out, "<details class=\"rest\"><summary>and {} more</summary>", rest.len())?;
    rest.iter().try_for_each(|at| mate(*at, &alerts[*at], lead, out))?;
    writeln!(out, "</details>")
}

fn mate(at: usize, alert: &Triggered, lead: &Triggered, out: &mut dyn Write) -> io::Result<()> {
    let outcome = alert.outcome.word();
    writeln!(out, "<details class=\"with p{}\"><summary>", alert.priority.number())?;
    writeln!(out, "<span class=\"dim mono\">{}</span> <span class=\"tag {outcome}\">{outcome}</span>", words::moment(alert.time, lead.time))?;
    writeln!(out, "<span>{}</span></summary>", Safe(alert.summary()))?;
    writeln!(out, "<div id=\"a{at}\"><h3>{}</h3>", Safe(&alert.definition.title))?;
    about::tags(alert, out)?;
    sentences(alert, None, out)?;
    let gaps: Vec<&Gap> = alert.background.iter().flat_map(|background| &background.gaps).collect();
    told(alert, &gaps, out)?;
    writeln!(out, "</div></details>")
}
