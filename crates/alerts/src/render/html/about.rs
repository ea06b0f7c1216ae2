//! What is said of every alert: tags, who and what, the commands, the questions, the evidence.

use super::Safe;
use crate::Triggered;
use crate::render::place;
use std::io::{self, Write};

/// Events shown for each alert.
const EVENTS: usize = 25;

pub fn tags(alert: &Triggered, out: &mut dyn Write) -> io::Result<()> {
    let about = &alert.definition;
    let outcome = alert.outcome.word();
    write!(out, "<div class=\"tags\"><span class=\"tag priority\">{}</span><span class=\"tag {outcome}\">{outcome}</span>", alert.priority.word())?;
    about.attack.iter().try_for_each(|technique| write!(out, "<span class=\"tag\">{}</span>", Safe(technique)))?;
    if alert.count > 1 {
        write!(out, "<span class=\"tag\">{} times</span>", alert.count)?;
    }
    if let Some(excepted) = &alert.excepted {
        write!(out, "<span class=\"tag\">held back: {}</span>", Safe(excepted))?;
    }
    writeln!(out, "<span class=\"tag mono\">{}</span></div>", Safe(&about.name))
}

pub fn about(alert: &Triggered, out: &mut dyn Write) -> io::Result<()> {
    let about = &alert.definition;
    if !about.respond.is_empty() {
        writeln!(out, "<h4>Ready to run</h4>")?;
        about.respond.iter().try_for_each(|command| writeln!(out, "<pre>{}</pre>", Safe(alert.fill_command(command))))?;
    }
    list("Questions to answer, in order", "ol", &about.triage, alert, out)?;
    if !about.description.is_empty() {
        writeln!(out, "<h4>What it means</h4>\n<p>{}</p>", Safe(about.description.trim()))?;
    }
    list("When it is harmless", "ul", &about.false_positives, alert, out)?;
    entities(alert, out)?;
    events(alert, out)
}

fn list(title: &str, tag: &str, items: &[String], alert: &Triggered, out: &mut dyn Write) -> io::Result<()> {
    if items.is_empty() {
        return Ok(());
    }
    writeln!(out, "<h4>{title}</h4>\n<{tag}>")?;
    items.iter().try_for_each(|item| writeln!(out, "<li>{}</li>", Safe(alert.fill(item))))?;
    writeln!(out, "</{tag}>")
}

fn entities(alert: &Triggered, out: &mut dyn Write) -> io::Result<()> {
    if alert.entities.is_empty() {
        return Ok(());
    }
    writeln!(out, "<h4>Who and what</h4>\n<dl>")?;
    for (name, value) in &alert.entities {
        writeln!(out, "<dt>{}</dt><dd class=\"mono\">{}</dd>", Safe(name.replace('_', " ")), Safe(value))?;
    }
    writeln!(out, "</dl>")
}

fn events(alert: &Triggered, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<h4>Evidence</h4>\n<table><thead><tr><th>time</th><th>log source</th><th>place</th></tr></thead><tbody>")?;
    for event in alert.events.iter().take(EVENTS) {
        let time = event.time.map(|t| t.to_string()).unwrap_or_default();
        let (source, place) = (Safe(event.source.to_string()), Safe(place(event)));
        writeln!(out, "<tr><td class=\"mono\">{time}</td><td>{source}</td><td class=\"mono\">{place}</td></tr>")?;
    }
    writeln!(out, "</tbody></table>")?;
    let rest = alert.count.saturating_sub(alert.events.len().min(EVENTS) as u64);
    if rest > 0 { writeln!(out, "<p class=\"dim\">and {rest} more</p>") } else { Ok(()) }
}
