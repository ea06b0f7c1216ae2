//! A report in one file: no network, no script, readable on a phone, on paper, and by night.

use crate::Triggered;
use std::fmt::{self, Display};
use std::io::{self, Write};
use watchbell_model::Priority;

const STYLE: &str = include_str!("html.css");
/// Events shown for each alert.
const EVENTS: usize = 25;

pub fn html(alerts: &[Triggered], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">")?;
    writeln!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
    writeln!(out, "<title>Watchbell: {} triggered alerts</title>\n<style>\n{STYLE}</style>\n</head>\n<body>", alerts.len())?;
    head(alerts, out)?;
    timeline(alerts, out)?;
    writeln!(out, "<h2>Alerts, worst first</h2>")?;
    let mut worst: Vec<(usize, &Triggered)> = alerts.iter().enumerate().collect();
    worst.sort_by_key(|(at, alert)| (std::cmp::Reverse(alert.priority), *at));
    for (at, alert) in worst {
        article(at, alert, out)?;
    }
    writeln!(out, "</body>\n</html>")
}

fn head(alerts: &[Triggered], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<header><h1>Triggered alerts</h1>")?;
    let times = || alerts.iter().filter_map(|a| a.time);
    match (times().min(), alerts.iter().filter_map(|a| a.last).max()) {
        (Some(first), Some(last)) => writeln!(out, "<p class=\"dim\">{first} to {last}, times in UTC</p>")?,
        _ => writeln!(out, "<p class=\"dim\">{}</p>", if alerts.is_empty() { "Nothing was found." } else { "No event tells its time." })?,
    }
    writeln!(out, "<ul class=\"tiles\">")?;
    for priority in Priority::ALL.into_iter().rev() {
        let n = alerts.iter().filter(|a| a.priority == priority).count();
        writeln!(out, "<li class=\"p{}\"><b>{n}</b>{}</li>", priority.number(), priority.word())?;
    }
    writeln!(out, "</ul></header>")
}

fn timeline(alerts: &[Triggered], out: &mut dyn Write) -> io::Result<()> {
    if alerts.is_empty() {
        return Ok(());
    }
    writeln!(out, "<h2>Timeline</h2>\n<ol class=\"timeline\">")?;
    for (at, alert) in alerts.iter().enumerate() {
        let time = alert.time.map_or_else(|| "no time".to_owned(), |t| t.to_string());
        let priority = alert.priority.number();
        let summary = alert.summary();
        writeln!(out, "<li class=\"p{priority}\"><span class=\"dim mono\">{time}</span><a href=\"#a{at}\">{}</a></li>", Safe(&summary))?;
    }
    writeln!(out, "</ol>")
}

fn article(at: usize, alert: &Triggered, out: &mut dyn Write) -> io::Result<()> {
    let about = &alert.definition;
    writeln!(out, "<article id=\"a{at}\" class=\"p{}\">\n<h3>{}</h3>", alert.priority.number(), Safe(&about.title))?;
    tags(alert, out)?;
    writeln!(out, "<p class=\"summary\">{}</p>", Safe(&alert.summary()))?;
    pairs("Who and what", alert.entities.iter().map(|(name, value)| (name.replace('_', " "), value.clone())), out)?;
    pairs("The job", job(alert), out)?;
    texts(alert, out)?;
    events(alert, out)?;
    writeln!(out, "</article>")
}

fn tags(alert: &Triggered, out: &mut dyn Write) -> io::Result<()> {
    let about = &alert.definition;
    write!(out, "<div class=\"tags\"><span class=\"tag priority\">{}</span><span class=\"tag\">{}</span>", alert.priority.word(), alert.outcome.word())?;
    about.attack.iter().try_for_each(|technique| write!(out, "<span class=\"tag\">{}</span>", Safe(technique)))?;
    if alert.count > 1 {
        write!(out, "<span class=\"tag\">{} times</span>", alert.count)?;
    }
    if let Some(excepted) = &alert.excepted {
        write!(out, "<span class=\"tag\">held back: {}</span>", Safe(excepted))?;
    }
    writeln!(out, "<span class=\"tag mono\">{}</span></div>", Safe(&about.name))
}

/// A list of names and values, left out if empty.
fn pairs(title: &str, pairs: impl Iterator<Item = (String, String)>, out: &mut dyn Write) -> io::Result<()> {
    let mut pairs = pairs.peekable();
    if pairs.peek().is_none() {
        return Ok(());
    }
    writeln!(out, "<h4>{title}</h4>\n<dl>")?;
    for (name, value) in pairs {
        writeln!(out, "<dt>{}</dt><dd class=\"mono\">{}</dd>", Safe(&name), Safe(&value))?;
    }
    writeln!(out, "</dl>")
}

fn job(alert: &Triggered) -> impl Iterator<Item = (String, String)> {
    let job = serde_json::to_value(alert.job.as_deref()).unwrap_or_default();
    let fields: Vec<(String, serde_json::Value)> = job.as_object().map(|map| map.clone().into_iter().collect()).unwrap_or_default();
    fields.into_iter().filter_map(|(name, value)| Some((name.replace('_', " "), crate::triggered::plain(&value)?)))
}

fn texts(alert: &Triggered, out: &mut dyn Write) -> io::Result<()> {
    let about = &alert.definition;
    if !about.description.is_empty() {
        writeln!(out, "<h4>What it means</h4>\n<p>{}</p>", Safe(about.description.trim()))?;
    }
    list("Questions to answer, in order", "ol", &about.triage, alert, out)?;
    if !about.respond.is_empty() {
        writeln!(out, "<h4>Ready to run</h4>")?;
        about.respond.iter().try_for_each(|command| writeln!(out, "<pre>{}</pre>", Safe(&alert.fill_command(command))))?;
    }
    list("When it is harmless", "ul", &about.false_positives, alert, out)
}

fn list(title: &str, tag: &str, items: &[String], alert: &Triggered, out: &mut dyn Write) -> io::Result<()> {
    if items.is_empty() {
        return Ok(());
    }
    writeln!(out, "<h4>{title}</h4>\n<{tag}>")?;
    items.iter().try_for_each(|item| writeln!(out, "<li>{}</li>", Safe(&alert.fill(item))))?;
    writeln!(out, "</{tag}>")
}

fn events(alert: &Triggered, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<h4>Evidence</h4>\n<table><thead><tr><th>time</th><th>log source</th><th>place</th></tr></thead><tbody>")?;
    for event in alert.events.iter().take(EVENTS) {
        let time = event.time.map(|t| t.to_string()).unwrap_or_default();
        let place = super::place(event);
        writeln!(out, "<tr><td class=\"mono\">{time}</td><td>{}</td><td class=\"mono\">{}</td></tr>", Safe(&event.source.to_string()), Safe(&place))?;
    }
    writeln!(out, "</tbody></table>")?;
    let rest = alert.count.saturating_sub(alert.events.len().min(EVENTS) as u64);
    if rest > 0 { writeln!(out, "<p class=\"dim\">and {rest} more</p>") } else { Ok(()) }
}

/// Text from a log, harmless in HTML.
struct Safe<'a>(&'a str);

impl Display for Safe<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '&' => f.write_str("&amp;"),
            '"' => f.write_str("&quot;"),
            '\'' => f.write_str("&#39;"),
            '\n' => f.write_str("\n"),
            c if c.is_control() => f.write_str("\u{FFFD}"),
            c => write!(f, "{c}"),
        })
    }
}
