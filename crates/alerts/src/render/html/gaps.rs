//! What could not be seen: over a gap nothing is clean, only unknown.

use super::Safe;
use crate::render::words;
use std::io::{self, Write};
use watchbell_story::Gap;

pub fn gaps(gaps: &[&Gap], out: &mut dyn Write) -> io::Result<()> {
    if gaps.is_empty() {
        return Ok(());
    }
    writeln!(out, "<h4>What could not be seen</h4>\n<ul class=\"gaps\">")?;
    for gap in gaps {
        writeln!(out, "<li><p>{}</p><p class=\"why\"><b>{}</b> {}</p></li>", Safe(&gap.text), words::gap(gap.kind), words::gap_span(gap))?;
    }
    writeln!(out, "</ul>")
}
