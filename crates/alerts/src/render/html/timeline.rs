//! The story as lanes from top to bottom: a dot for each entry in its lane, a thread through what is joined exactly or
//! strongly, and beside it what happened and why it belongs to the story.

use super::Safe;
use crate::render::words;
use std::io::{self, Write};
use watchbell_model::Outcome;
use watchbell_story::{Chapter, Entry, Lane, Story, Strength};

pub fn timeline(story: &Story, out: &mut dyn Write) -> io::Result<()> {
    if story.entries.is_empty() {
        return Ok(());
    }
    let lanes: Vec<Lane> = words::LANES.into_iter().filter(|lane| story.entries.iter().any(|entry| entry.lane == *lane)).collect();
    writeln!(out, "<h4>What happened, times in UTC</h4>\n<ol class=\"story\" style=\"--lanes:{}\">", lanes.len())?;
    write!(out, "<li class=\"names\"><span class=\"rails\">")?;
    lanes.iter().try_for_each(|lane| write!(out, "<i>{}</i>", words::lane(*lane)))?;
    writeln!(out, "</span></li>")?;
    let mut thread = Thread::new(story, lanes);
    let (mut last, mut host) = (None, None);
    for entry in &story.entries {
        let place = words::place(last, entry, &mut host);
        breaks(words::pause(last.and_then(|last: &Entry| last.time), entry.time), place, &thread, out)?;
        row(entry, last, &mut thread, out)?;
        last = Some(entry);
    }
    writeln!(out, "</ol>")?;
    legend(story, out)
}

/// Where the thread of a story stands.
struct Thread {
    lanes: Vec<Lane>,
    at: Option<usize>,
    /// Entries still to come on it.
    left: usize,
}

impl Thread {
    fn new(story: &Story, lanes: Vec<Lane>) -> Self {
        Self { lanes, at: None, left: story.entries.iter().filter(|entry| on_thread(entry)).count() }
    }

    fn column(&self, lane: Lane) -> usize {
        self.lanes.iter().position(|other| *other == lane).unwrap_or(0)
    }

    /// Straight through a row that is no entry of it.
    fn passing(&self) -> String {
        self.at.filter(|_| self.left > 0).map(|at| format!("<i class=\"pass\" style=\"--at:{at}\"></i>")).unwrap_or_default()
    }

    /// Into an entry, across to its lane, and on.
    fn through(&mut self, column: usize) -> String {
        self.left = self.left.saturating_sub(1);
        let from = self.at.replace(column);
        let into = from.map(|from| {
            let (left, wide) = (from.min(column), from.abs_diff(column));
            format!("<i class=\"in\" style=\"--at:{from}\"></i><i class=\"across\" style=\"--at:{left};--wide:{wide}\"></i>")
        });
        let on = (self.left > 0).then(|| format!("<i class=\"on\" style=\"--at:{column}\"></i>"));
        into.into_iter().chain(on).collect()
    }
}

fn on_thread(entry: &Entry) -> bool {
    entry.own || entry.join.strength > Strength::Weak
}

/// What stands between two entries: a pause, another day, another host.
fn breaks(pause: Option<String>, place: Option<(String, &str)>, thread: &Thread, out: &mut dyn Write) -> io::Result<()> {
    let pass = thread.passing();
    if let Some(pause) = pause {
        writeln!(out, "<li class=\"pause\"><span class=\"rails\">{pass}</span><span class=\"what\">{pause}</span></li>")?;
    }
    let Some((day, host)) = place else { return Ok(()) };
    writeln!(out, "<li class=\"place\"><b class=\"when\">{day}</b><span class=\"rails\">{pass}</span><b class=\"what\">{}</b></li>", Safe(host))
}

fn row(entry: &Entry, last: Option<&Entry>, thread: &mut Thread, out: &mut dyn Write) -> io::Result<()> {
    let column = thread.column(entry.lane);
    let lines = if on_thread(entry) { thread.through(column) } else { thread.passing() };
    let strength = words::strength(entry.join.strength);
    let own = if entry.own { " own" } else { "" };
    let unseen = if entry.chapter == Chapter::Unseen { " unseen" } else { "" };
    writeln!(out, "<li class=\"{strength} {}{own}{unseen}\">", entry.outcome.word())?;
    let time = entry.time.map(|time| format!("<time datetime=\"{time}\">{}</time>", words::fine_clock(time))).unwrap_or_default();
    let chapter = if last.is_none_or(|last| last.chapter != entry.chapter) { words::chapter(entry.chapter) } else { "" };
    writeln!(out, "<div class=\"when\">{time}<span>{chapter}</span></div>")?;
    writeln!(out, "<span class=\"rails\">{lines}<i class=\"dot\" style=\"--at:{column}\"></i></span>")?;
    let tag = if entry.outcome == Outcome::Done { String::new() } else { format!("<span class=\"tag {0}\">{0}</span> ", entry.outcome.word()) };
    let why = if entry.own { "<b>the alert's own event</b>".to_owned() } else { format!("<b>{strength}</b> {}", Safe(&entry.join.reason)) };
    let lane = words::lane(entry.lane);
    writeln!(out, "<div class=\"what\"><p>{tag}{}</p><p class=\"why\"><span class=\"lane\">{lane}</span> {why}</p></div></li>", Safe(&entry.text))
}

fn legend(story: &Story, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<p class=\"legend\">")?;
    for (class, means) in [
        ("own", "the alert's own event"),
        ("exact", "exact: the same session, process or id"),
        ("strong", "strong: the same account or job, seconds apart"),
        ("weak", "weak: near it, not shown to belong"),
    ] {
        writeln!(out, "<span><i class=\"dot {class}\"></i>{means}</span>")?;
    }
    if story.left_out > 0 {
        writeln!(out, "<span>{} more found no room here</span>", story.left_out)?;
    }
    writeln!(out, "</p>")
}
