//! `watchbell triggered …`: what was triggered, listed, followed and handled, through a running server.

mod handle;
mod show;

use crate::cli::{TriggeredArgs, TriggeredCommand, TriggeredListArgs};
use crate::client::Client;
use crate::columns::{columns, cut};
use crate::exit::Exit;
use crate::terminal::width;
use anyhow::Result;
use serde_json::Value;
use std::io::Write;

pub fn run(args: &TriggeredArgs) -> Result<Exit> {
    let client = Client::new(&args.server)?;
    match &args.command {
        TriggeredCommand::List(args) => list(&client, args),
        TriggeredCommand::Tail(args) => tail(&client, args),
        TriggeredCommand::Show(args) => show::show(&client, args),
        TriggeredCommand::Ack(args) => handle::acknowledge(&client, args),
        TriggeredCommand::Close(args) => handle::close(&client, args),
        TriggeredCommand::Comment(args) => handle::comment(&client, args),
    }
}

fn list(client: &Client, args: &TriggeredListArgs) -> Result<Exit> {
    let rows = client.list("/triggered-alerts", &args.query(), args.limit)?;
    let mut out = std::io::stdout().lock();
    if args.json {
        rows.iter().try_for_each(|row| writeln!(out, "{row}"))?;
    } else {
        columns(["ID", "TIME", "PRIORITY", "STATUS", "OUTCOME", "SUMMARY"], &rows.iter().map(row).collect::<Vec<_>>(), width(), &mut out)?;
    }
    Ok(Exit::found(!rows.is_empty()))
}

/// Each as it comes and when it changes, until nobody reads any more.
fn tail(client: &Client, args: &TriggeredListArgs) -> Result<Exit> {
    let wide = width();
    client.follow("/triggered-alerts/stream", &args.query(), |event| {
        let mut out = std::io::stdout().lock();
        if args.json {
            writeln!(out, "{event}")?;
        } else {
            let [id, time, priority, status, outcome, summary] = row(event);
            let line = format!("{id}  {time}  {priority:<9}  {status:<8}  {outcome:<7}  {summary}");
            writeln!(out, "{}", cut(&line, wide.max(60)))?;
        }
        Ok(true)
    })?;
    Ok(Exit::Clean)
}

fn row(row: &Value) -> [String; 6] {
    let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let count = row["count"].as_u64().filter(|count| *count > 1).map(|count| format!(" x{count}")).unwrap_or_default();
    let priority = match row["priority"].as_u64() {
        Some(0) => "very low",
        Some(3) => "low",
        Some(7) => "high",
        Some(10) => "very high",
        _ => "normal",
    };
    let time = text("time").get(..19).unwrap_or_default().replace('T', " ");
    [text("id").get(..8).unwrap_or_default().to_owned(), time, priority.to_owned(), text("status"), text("outcome"), format!("{}{count}", text("summary"))]
}
