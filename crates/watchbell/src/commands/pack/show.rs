//! `pack show PACK [ALERT]`: what a pack detects, or everything about one alert.

use crate::cli::ShowArgs;
use crate::exit::Exit;
use anyhow::{Result, bail};
use std::io::Write;
use watchbell_rules::pack::{Alert, Pack};

pub fn run(args: &ShowArgs) -> Result<Exit> {
    let pack = super::shown(&args.pack)?;
    let mut out = std::io::stdout().lock();
    match &args.alert {
        None if args.json => pack.alerts.iter().try_for_each(|alert| Ok::<(), anyhow::Error>(writeln!(out, "{}", serde_json::to_string(alert)?)?))?,
        None => alerts(&pack, &mut out)?,
        Some(name) => match pack.alerts.iter().find(|alert| alert.name.eq_ignore_ascii_case(name)) {
            Some(alert) if args.json => writeln!(out, "{}", serde_json::to_string(alert)?)?,
            Some(alert) => one(alert, &mut out)?,
            None => bail!("no alert is named `{name}`; `watchbell pack show {}` lists the names", args.pack),
        },
    }
    Ok(Exit::Clean)
}

fn alerts(pack: &Pack, out: &mut dyn Write) -> Result<()> {
    writeln!(out, "{} {}: {}\n{}\n", pack.about.name, pack.about.version, pack.about.summary.trim(), pack.about.description.trim())?;
    for alert in &pack.alerts {
        let technique = alert.attack.first().map_or("", String::as_str);
        writeln!(out, "{:<10} {technique:<10} {}\n{:21} {}", alert.priority.word(), alert.name, "", alert.title)?;
    }
    Ok(())
}

fn one(alert: &Alert, out: &mut dyn Write) -> Result<()> {
    writeln!(out, "{}: {}\n{} · {} · {}\n", alert.name, alert.title, alert.priority.word(), alert.attack.join(", "), alert.category)?;
    writeln!(out, "{}\n", alert.description.trim())?;
    writeln!(out, "Why this priority\n  {}\n", alert.priority_reason.trim())?;
    list("Questions to answer, in order", &alert.triage, out)?;
    list("When it is harmless", &alert.false_positives, out)?;
    list("Ready to run", &alert.respond, out)?;
    for need in &alert.needs {
        let word = if need.required { "needs" } else { "better with" };
        list(&format!("{word} {}, switched on by", need.source), &need.enable, out)?;
    }
    for exception in &alert.exceptions {
        let state = if exception.default { "on" } else { "off" };
        writeln!(out, "Exception {} ({state})\n  {}\n", exception.id, exception.reason.trim())?;
    }
    list("References", &alert.references, out)
}

fn list(title: &str, items: &[String], out: &mut dyn Write) -> Result<()> {
    if !items.is_empty() {
        writeln!(out, "{title}")?;
        items.iter().try_for_each(|item| writeln!(out, "  - {}", item.trim()))?;
        writeln!(out)?;
    }
    Ok(())
}
