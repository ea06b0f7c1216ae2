//! `watchbell alert …`: the alerts of installed packs, listed and switched on and off, through a running server.

use crate::cli::{AlertArgs, AlertCommand, AlertListArgs, SwitchArgs};
use crate::client::Client;
use crate::columns::columns;
use crate::exit::Exit;
use crate::terminal::{complain, width};
use anyhow::{Result, bail};
use reqwest::Method;
use serde_json::{Value, json};
use std::io::Write;

pub fn run(args: &AlertArgs) -> Result<Exit> {
    let client = Client::new(&args.server)?;
    match &args.command {
        AlertCommand::List(args) => list(&client, args),
        AlertCommand::Activate(args) => switch(&client, args, true),
        AlertCommand::Deactivate(args) => switch(&client, args, false),
    }
}

/// Rows that a list shows at most.
const MOST: usize = 100_000;

fn list(client: &Client, args: &AlertListArgs) -> Result<Exit> {
    let mut query = Vec::new();
    query.extend(args.pack.clone().map(|pack| ("pack", pack)));
    query.extend(args.category.clone().map(|category| ("category", category)));
    query.extend(args.name.clone().map(|name| ("name", name)));
    query.extend(args.active().map(|active| ("active", active.to_string())));
    let mut rows = client.list("/alerts", &query, MOST)?;
    rows.sort_by_key(|row| (text(row, "pack"), text(row, "name")));
    let mut out = std::io::stdout().lock();
    if args.json {
        rows.iter().try_for_each(|row| writeln!(out, "{row}"))?;
        return Ok(Exit::Clean);
    }
    let row = |row: &Value| [if row["active"] == true { "on" } else { "off" }.to_owned(), text(row, "name"), text(row, "category")];
    columns(["", "ALERT", "CATEGORY"], &rows.iter().map(row).collect::<Vec<_>>(), width(), &mut out)?;
    writeln!(out, "{} alerts, {} active", rows.len(), rows.iter().filter(|row| row["active"] == true).count())?;
    Ok(Exit::Clean)
}

fn switch(client: &Client, args: &SwitchArgs, active: bool) -> Result<Exit> {
    if args.alerts.is_empty() && !args.all && args.pack.is_none() && args.category.is_none() {
        bail!("name alerts, a --pack, a --category, or say --all");
    }
    let body = json!({"active": active, "alerts": args.alerts, "pack": args.pack, "category": args.category, "all": args.alerts.is_empty()});
    let done = client.send(Method::POST, "/alerts/activation", Some(&body))?;
    let changed = done["changed"].as_array().map_or(0, Vec::len);
    let word = if active { "activated" } else { "deactivated" };
    complain(&format!("{changed} {} {word}", if changed == 1 { "alert" } else { "alerts" }));
    Ok(Exit::Clean)
}

fn text(row: &Value, key: &str) -> String {
    row[key].as_str().unwrap_or_default().to_owned()
}
