//! A report in one file: no network, no script, readable on a phone, on paper, and by night.

mod about;
mod gaps;
mod job;
mod ladder;
mod safe;
mod timeline;
mod tree;

use super::words;
use crate::Triggered;
use safe::Safe;
use std::io::{self, Write};
use watchbell_model::Priority;

const STYLE: &str = include_str!("page.css");

pub fn html(alerts: &[Triggered], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">")?;
    writeln!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
    writeln!(out, "<title>Watchbell: {} triggered alerts</title>\n<style>\n{STYLE}</style>\n</head>\n<body>", alerts.len())?;
    head(alerts, out)?;
    overview(alerts, out)?;
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
        let none = if n == 0 { " none" } else { "" };
        writeln!(out, "<li class=\"p{}{none}\"><b>{n}</b>{}</li>", priority.number(), priority.word())?;
    }
    writeln!(out, "</ul></header>")
}

/// All alerts in order of time, each a link to what is told of it.
fn overview(alerts: &[Triggered], out: &mut dyn Write) -> io::Result<()> {
    if alerts.is_empty() {
        return Ok(());
    }
    writeln!(out, "<h2>In order of time</h2>\n<ol class=\"overview\">")?;
    for (at, alert) in alerts.iter().enumerate() {
        let time = alert.time.map_or_else(|| "no time".to_owned(), |t| t.to_string());
        let (priority, summary) = (alert.priority.number(), Safe(alert.summary()));
        writeln!(out, "<li class=\"p{priority}\"><span class=\"dim mono\">{time}</span><a href=\"#a{at}\">{summary}</a></li>")?;
    }
    writeln!(out, "</ol>")
}

fn article(at: usize, alert: &Triggered, out: &mut dyn Write) -> io::Result<()> {
    let about = &alert.definition;
    writeln!(out, "<article id=\"a{at}\" class=\"p{}\">\n<h3>{}</h3>", alert.priority.number(), Safe(&about.title))?;
    about::tags(alert, out)?;
    sentences(alert, out)?;
    if let Some(background) = &alert.background {
        ladder::ladder(&background.ladder, out)?;
        timeline::timeline(&background.story, out)?;
        tree::tree(&background.story.processes, out)?;
    }
    job::job(alert, out)?;
    if let Some(background) = &alert.background {
        gaps::gaps(&background.gaps, out)?;
    }
    about::about(alert, out)?;
    writeln!(out, "</article>")
}

/// What, by whom, whether it was done, and when it runs next.
fn sentences(alert: &Triggered, out: &mut dyn Write) -> io::Result<()> {
    let told = alert.background.as_ref().map(|background| &background.story.summary).filter(|summary| !summary.is_empty());
    let summary = [alert.summary()];
    let sentences = told.map_or(&summary[..], |told| &told[..]);
    writeln!(out, "<div class=\"told\">")?;
    for sentence in sentences {
        let class = if words::tells_next(sentence) { " class=\"next\"" } else { "" };
        writeln!(out, "<p{class}>{}</p>", Safe(sentence))?;
    }
    writeln!(out, "</div>")
}
