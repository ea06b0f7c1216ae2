//! Jobs for a person to read: labels at the left, wrapped texts beside them, nothing wider than the terminal.

use jiff::tz::TimeZone;
use std::io::{Result, Write};
use watchbell_model::Timestamp;

/// Where it is written, and how wide.
pub struct Page<'a> {
    pub width: usize,
    pub colours: bool,
    pub out: &'a mut dyn Write,
}

/// The labels' column.
const LEFT: usize = 11;
/// Lines of one text; what an attacker pads is no reason to scroll.
const LINES: usize = 24;

impl Page<'_> {
    pub fn blank(&mut self) -> Result<()> {
        writeln!(self.out)
    }

    pub fn title(&mut self, text: &str) -> Result<()> {
        wrapped(text, self.room(0)).iter().try_for_each(|line| writeln!(self.out, "{}", paint(self.colours, "1", line)))
    }

    /// One line, as it is.
    pub fn line(&mut self, code: &str, text: &str) -> Result<()> {
        writeln!(self.out, "{}", paint(self.colours, code, text))
    }

    /// A label with texts, one below the other. Nothing, if there are none.
    pub fn rows(&mut self, label: &str, texts: impl IntoIterator<Item = String>) -> Result<()> {
        self.painted(label, texts, "")
    }

    pub fn quiet(&mut self, label: &str, texts: impl IntoIterator<Item = String>) -> Result<()> {
        self.painted(label, texts, "2")
    }

    pub fn alarming(&mut self, label: &str, texts: impl IntoIterator<Item = String>) -> Result<()> {
        self.painted(label, texts, "33")
    }

    fn painted(&mut self, label: &str, texts: impl IntoIterator<Item = String>, code: &str) -> Result<()> {
        let room = self.room(LEFT + 2);
        let lines = texts.into_iter().flat_map(|text| indented(wrapped(&text, room)));
        for (at, line) in lines.enumerate() {
            let label = if at == 0 { label } else { "" };
            writeln!(self.out, "  {label:<8} {}", paint(self.colours, code, &line))?;
        }
        Ok(())
    }

    /// Columns right of `left`.
    pub fn room(&self, left: usize) -> usize {
        self.width.max(40) - left
    }
}

/// The second line of a text stands further in, so that texts can be told apart.
fn indented(lines: Vec<String>) -> impl Iterator<Item = String> {
    lines.into_iter().enumerate().map(|(at, line)| if at == 0 { line } else { format!("  {line}") })
}

pub fn paint(colours: bool, code: &str, text: &str) -> String {
    if colours && !code.is_empty() { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
}

/// Lines of at most `width`, broken at blanks where there are any; no control characters.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = text.lines().flat_map(|line| folded(line, width.max(10))).take(LINES + 1).collect();
    if lines.len() > LINES {
        lines.truncate(LINES);
        lines.push("…".to_owned());
    }
    lines
}

fn folded(line: &str, width: usize) -> Vec<String> {
    let mut rest: Vec<char> = line.trim_end().chars().map(safe).take(width * (LINES + 1)).collect();
    let mut lines = Vec::new();
    while rest.len() > width {
        let blank = rest[..=width].iter().rposition(|c| *c == ' ').filter(|at| *at > width / 2);
        let (end, next) = blank.map_or((width, width), |at| (at, at + 1));
        lines.push(rest[..end].iter().collect());
        rest.drain(..next);
    }
    lines.push(rest.into_iter().collect());
    lines
}

pub fn safe(c: char) -> char {
    match c {
        '\t' => ' ',
        c if c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}

/// At most `width` characters of one line.
pub fn clip(text: &str, width: usize) -> String {
    let indent = text.len() - text.trim_start_matches(' ').len();
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text: String = std::iter::repeat_n(' ', indent).chain(words.chars().map(safe)).collect();
    if text.chars().count() <= width { text } else { text.chars().take(width.saturating_sub(1)).chain(['…']).collect() }
}

/// `Thu 2026-11-26 09:00 +01:00 (08:00 UTC)`, seconds only where they matter.
pub fn clock_of(time: Timestamp, zone: &TimeZone) -> String {
    let instant = jiff::Timestamp::from_second(time.seconds()).unwrap_or_default();
    let form = if time.seconds() % 60 == 0 { "%H:%M" } else { "%H:%M:%S" };
    let utc = TimeZone::UTC.to_datetime(instant);
    if *zone == TimeZone::UTC {
        return format!("{} UTC", utc.strftime(&format!("%a %Y-%m-%d {form}")));
    }
    let offset = zone.to_offset(instant);
    let local = offset.to_datetime(instant).strftime(&format!("%a %Y-%m-%d {form}")).to_string();
    let (sign, minutes) = (if offset.is_negative() { '-' } else { '+' }, offset.seconds().abs() / 60);
    format!("{local} {sign}{:02}:{:02} ({} UTC)", minutes / 60, minutes % 60, utc.strftime(form))
}

/// `in 8 h 12 min`.
pub fn wait(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("in {seconds} s"),
        (0, 0, minutes) => format!("in {minutes} min"),
        (0, hours, 0) => format!("in {hours} h"),
        (0, hours, minutes) => format!("in {hours} h {minutes} min"),
        (1, ..) => format!("in 1 day {hours} h"),
        (days, ..) => format!("in {days} days"),
    }
}
