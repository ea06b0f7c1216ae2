//! A report in one file: no network, no script, readable on a phone, on paper, and by night.

mod about;
mod gaps;
mod job;
mod ladder;
mod safe;
mod timeline;
mod tree;
mod with;

use super::groups::{Group, counted, groups};
use super::words;
use crate::Triggered;
use safe::Safe;
use std::cmp::Reverse;
use std::io::{self, Write};
use watchbell_model::Priority;
use watchbell_story::Gap;

const STYLE: &str = include_str!("page.css");

pub fn html(alerts: &[Triggered], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">")?;
    writeln!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
    writeln!(out, "<title>Watchbell: {} triggered alerts</title>\n<style>\n{STYLE}</style>\n</head>\n<body>", alerts.len())?;
    let mut groups = groups(alerts);
    groups.sort_by_key(|group| (Reverse(alerts[group.lead].priority), group.lead));
    head(alerts, &groups, out)?;
    overview(alerts, out)?;
    writeln!(out, "<h2>Worst first</h2>")?;
    groups.iter().try_for_each(|group| article(group, alerts, out))?;
    writeln!(out, "</body>\n</html>")
}

fn head(alerts: &[Triggered], groups: &[Group], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<header><h1>Triggered alerts</h1>")?;
    let times = || alerts.iter().filter_map(|a| a.time);
    match (times().min(), alerts.iter().filter_map(|a| a.last).max()) {
        (Some(first), Some(last)) => writeln!(out, "<p class=\"dim\">{first} to {last}, times in UTC</p>")?,
        _ => writeln!(out, "<p class=\"dim\">{}</p>", if alerts.is_empty() { "Nothing was found." } else { "No event tells its time." })?,
    }
    if groups.len() < alerts.len() {
        writeln!(out, "<p class=\"dim\">{}</p>", counted(groups))?;
    }
    writeln!(out, "<ul class=\"tiles\">")?;
    for priority in Priority::ALL.into_iter().rev() {
        let n = groups.iter().filter(|group| alerts[group.lead].priority == priority).count();
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
        let with = if alert.leads() { "" } else { " with" };
        writeln!(out, "<li class=\"p{priority}{with}\"><span class=\"dim mono\">{time}</span><a href=\"#a{at}\">{summary}</a></li>")?;
    }
    writeln!(out, "</ol>")
}

/// The alert that leads in full, and below it what else climbed the same ladder.
fn article(group: &Group, alerts: &[Triggered], out: &mut dyn Write) -> io::Result<()> {
    let (at, alert) = (group.lead, &alerts[group.lead]);
    writeln!(out, "<article id=\"a{at}\" class=\"p{}\">\n<h3>{}</h3>", alert.priority.number(), Safe(&alert.definition.title))?;
    about::tags(alert, out)?;
    let together = group.together(alerts);
    let next = together.next.and_then(|(next, whose)| words::others_next(next, whose?));
    sentences(alert, next, out)?;
    if let Some(background) = &alert.background {
        ladder::ladder(&background.ladder, out)?;
    }
    with::with(group, alerts, out)?;
    told(alert, &together.gaps, out)?;
    writeln!(out, "</article>")
}

/// How it came about, the job, what could not be seen, what to do.
fn told(alert: &Triggered, gaps: &[&Gap], out: &mut dyn Write) -> io::Result<()> {
    if let Some(background) = &alert.background {
        timeline::timeline(&background.story, out)?;
        tree::tree(&background.story.processes, out)?;
    }
    job::job(alert, out)?;
    gaps::gaps(gaps, out)?;
    about::about(alert, out)
}

/// What, by whom, whether it was done, and when it runs next.
fn sentences(alert: &Triggered, next: Option<String>, out: &mut dyn Write) -> io::Result<()> {
    let told = alert.background.as_ref().map(|background| &background.story.summary).filter(|summary| !summary.is_empty());
    let summary = [alert.summary()];
    let sentences = told.map_or(&summary[..], |told| &told[..]);
    writeln!(out, "<div class=\"told\">")?;
    for sentence in sentences {
        let class = if words::tells_next(sentence) { " class=\"next\"" } else { "" };
        writeln!(out, "<p{class}>{}</p>", Safe(sentence))?;
    }
    next.map_or(Ok(()), |next| writeln!(out, "<p class=\"next\">{}</p>", Safe(next)))?;
    writeln!(out, "</div>")
}
