//! A table for a person: by host, worst first, readable at 80 columns.

use crate::Triggered;
use std::collections::BTreeMap;
use std::io::{self, Write};
use watchbell_model::{Outcome, Priority};

/// Columns before the summary: priority, time, outcome.
const LEFT: usize = 11 + 21 + 8;

pub fn table(alerts: &[Triggered], width: usize, colours: bool, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint(colours);
    for (host, mut of_host) in by_host(alerts) {
        of_host.sort_by_key(|a| (std::cmp::Reverse(a.priority), a.time, a.id));
        writeln!(out, "{}", paint.bold(&format!("{host} ({})", plural(of_host.len(), "alert"))))?;
        for alert in of_host {
            row(alert, width.max(LEFT + 20), &paint, out)?;
        }
        writeln!(out)?;
    }
    totals(alerts, out)
}

/// Hosts with the worst alert first.
fn by_host(alerts: &[Triggered]) -> Vec<(&str, Vec<&Triggered>)> {
    let mut hosts: BTreeMap<&str, Vec<&Triggered>> = BTreeMap::new();
    for alert in alerts {
        hosts.entry(alert.entity("host").unwrap_or("(no host)")).or_default().push(alert);
    }
    let mut hosts: Vec<_> = hosts.into_iter().collect();
    hosts.sort_by_key(|(_, alerts)| std::cmp::Reverse(alerts.iter().map(|a| a.priority).max()));
    hosts
}

fn row(alert: &Triggered, width: usize, paint: &Paint, out: &mut dyn Write) -> io::Result<()> {
    let about = &alert.definition;
    let time = alert.time.map_or_else(|| "no time".to_owned(), |t| seconds(&t.to_string()));
    let count = if alert.count > 1 { format!(" x{}", alert.count) } else { String::new() };
    let held = alert.excepted.as_ref().map_or_else(String::new, |id| format!(" [held back: {id}]"));
    let head = format!("{}{count}{held}", about.name);
    writeln!(
        out,
        "  {} {:<20} {:<7} {}",
        paint.priority(alert.priority, &format!("{:<10}", alert.priority.word())),
        time,
        paint.outcome(alert.outcome, alert.outcome.word()),
        paint.bold(&clip(&head, width - LEFT - 2))
    )?;
    for line in wrapped(&alert.summary(), width - 6) {
        writeln!(out, "      {line}")?;
    }
    if let Some(event) = alert.events.first() {
        let technique = about.attack.first().map_or("", String::as_str);
        let place = clip_left(&super::place(event), width.saturating_sub(7 + technique.len()));
        writeln!(out, "      {}", paint.dim(format!("{technique} {place}").trim_start()))?;
    }
    Ok(())
}

fn totals(alerts: &[Triggered], out: &mut dyn Write) -> io::Result<()> {
    if alerts.is_empty() {
        return writeln!(out, "nothing found");
    }
    let mut counts: BTreeMap<std::cmp::Reverse<Priority>, usize> = BTreeMap::new();
    for alert in alerts {
        *counts.entry(std::cmp::Reverse(alert.priority)).or_default() += 1;
    }
    let words: Vec<String> = counts.iter().map(|(priority, n)| format!("{n} {}", priority.0.word())).collect();
    writeln!(out, "{}: {}", plural(alerts.len(), "alert"), words.join(", "))
}

fn plural(n: usize, word: &str) -> String {
    if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") }
}

/// Without the fraction of the second.
fn seconds(time: &str) -> String {
    time.split_once('.').map_or_else(|| time.to_owned(), |(whole, _)| format!("{whole}Z"))
}

/// A text fit for a terminal: no control characters, at most `lines` worth of `width`.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let mut word: String = word.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect();
        loop {
            let line = lines.last_mut().map_or(0, |line| line.chars().count());
            let length = word.chars().count();
            if line > 0 && line + 1 + length > width {
                lines.push(String::new());
            } else if length > width {
                let rest = word.chars().skip(width).collect();
                let first: String = word.chars().take(width).collect();
                lines.last_mut().into_iter().for_each(|line| line.push_str(&first));
                lines.push(String::new());
                word = rest;
            } else {
                lines.last_mut().into_iter().for_each(|l| l.extend((line > 0).then_some(" ").into_iter().chain([word.as_str()])));
                break;
            }
        }
    }
    if lines.len() > LINES {
        lines.truncate(LINES);
        lines.last_mut().into_iter().for_each(|line| line.push('…'));
    }
    lines
}

/// Lines that a summary may take.
const LINES: usize = 4;

fn clip(text: &str, width: usize) -> String {
    if text.chars().count() <= width { text.to_owned() } else { text.chars().take(width.saturating_sub(1)).chain(['…']).collect() }
}

/// Keeps the end, where a file's name and line stand.
fn clip_left(text: &str, width: usize) -> String {
    let length = text.chars().count();
    if length <= width { text.to_owned() } else { ['…'].into_iter().chain(text.chars().skip(length + 1 - width)).collect() }
}

struct Paint(bool);

impl Paint {
    fn with(&self, code: &str, text: &str) -> String {
        if self.0 { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    fn bold(&self, text: &str) -> String {
        self.with("1", text)
    }

    fn dim(&self, text: &str) -> String {
        self.with("2", text)
    }

    fn priority(&self, priority: Priority, text: &str) -> String {
        match priority {
            Priority::VeryHigh => self.with("1;31", text),
            Priority::High => self.with("31", text),
            Priority::Normal => self.with("33", text),
            Priority::Low => self.with("36", text),
            Priority::VeryLow => self.with("2", text),
        }
    }

    fn outcome(&self, outcome: Outcome, text: &str) -> String {
        let padded = format!("{text:<7}");
        if outcome == Outcome::Failed { self.with("32", &padded) } else { padded }
    }
}
