//! `watchbell hunt ALERT`: an alert run over what a server keeps, through the server.

use crate::cli::{Format, HuntArgs};
use crate::client::Client;
use crate::commands::scan::render;
use crate::exit::Exit;
use crate::terminal::complain;
use anyhow::{Context, Result, anyhow, bail};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};
use std::io::{BufWriter, IsTerminal, Write};
use std::time::Duration;
use watchbell_alerts::Triggered;
use watchbell_input::read_bounded_text;

/// The most bytes of a file with a rule.
const RULE: u64 = 512 << 10;
const COMING: u64 = 60;

pub fn run(args: &HuntArgs) -> Result<Exit> {
    let rule = args.rule.as_deref().map(|file| read_bounded_text(file, RULE).with_context(|| format!("cannot read {}", file.display()))).transpose()?;
    let whole = |time: &Option<String>| time.as_ref().map(|time| if time.len() == 10 { format!("{time}T00:00:00Z") } else { time.clone() });
    let body = json!({
        "alert": args.alert, "rule": rule, "last": args.last, "from": whole(&args.from), "to": whole(&args.to), "store": args.store, "seconds": args.seconds,
    });
    let client = Client::new(&args.server)?;
    let (bar, mut alerts, mut done) = (bar(), Vec::new(), Value::Null);
    let asked = client.lines("/hunts", &body, Duration::from_secs(u64::from(args.seconds) + COMING), |mut line| {
        if let Some(progress) = line.get("progress") {
            bar.set_length(progress["of"].as_u64().unwrap_or(0));
            bar.set_position(progress["rows"].as_u64().unwrap_or(0));
        } else if let Some(document) = line.get("triggered") {
            alerts.push(Triggered::kept(&document.to_string(), None).context("the server's answer cannot be read")?);
        } else if let Some(problem) = line.get("problem") {
            let text = |key: &str| problem[key].as_str().unwrap_or_default().to_owned();
            bail!("{}: {}", text("code"), text("detail"));
        } else {
            done = line["done"].take();
        }
        Ok(())
    });
    bar.finish_and_clear();
    match asked {
        // A rule that is wrong is bad content, not bad usage.
        Err(error) if error.to_string().starts_with("hunt/rule") => {
            complain(&format!("error: {error:#}"));
            return Ok(Exit::Content);
        }
        asked => asked?,
    }
    if done.is_null() {
        return Err(anyhow!("the server ended before the hunt did"));
    }
    print(args, &alerts)?;
    told(&done);
    Ok(Exit::found(!alerts.is_empty()))
}

fn print(args: &HuntArgs, alerts: &[Triggered]) -> Result<()> {
    let to_terminal = std::io::stdout().is_terminal();
    let format = args.format.unwrap_or(if to_terminal { Format::Table } else { Format::Ndjson });
    let mut out = BufWriter::new(std::io::stdout().lock());
    render(alerts, format, to_terminal, &mut out)?;
    Ok(out.flush()?)
}

fn told(done: &Value) {
    let number = |key: &str| done[key].as_u64().unwrap_or(0);
    let stored = done["stored"].as_u64().map(|new| format!("; {new} of them are new and stored")).unwrap_or_default();
    complain(&format!("{} events read, {} triggered{stored}", number("rows"), number("triggered")));
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::new(0);
    bar.set_draw_target(if std::io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() });
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {human_pos} of {human_len} events, {per_sec}") {
        bar.set_style(style);
    }
    bar
}
