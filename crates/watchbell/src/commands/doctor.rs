//! `watchbell doctor`: what may be wrong with an installation, and what to do about it.

use crate::cli::DoctorArgs;
use crate::client::Client;
use crate::columns::columns;
use crate::commands::serve::{environment, layers_of};
use crate::exit::Exit;
use crate::terminal::width;
use anyhow::Result;
use serde_json::{Value, json};
use std::io::Write;
use watchbell_server::config::read;
use watchbell_server::doctor::{State, examine, runs};

pub fn run(args: &DoctorArgs) -> Result<Exit> {
    let (config, _) = read(&layers_of(args.server.config.as_deref(), args.server.data.as_deref(), environment()))?;
    let running = runs(&config);
    let mut rows: Vec<Value> = examine(&config, running).iter().filter_map(|check| serde_json::to_value(check).ok()).collect();
    if running {
        rows.extend(asked(&Client::new(&args.server)?.get("/status", &[])?));
    }
    let mut out = std::io::stdout().lock();
    if args.json {
        rows.iter().try_for_each(|row| writeln!(out, "{row}"))?;
    } else {
        let row = |row: &Value| ["state", "check", "what", "advice"].map(|key| row[key].as_str().unwrap_or_default().to_owned());
        columns(["STATE", "CHECK", "WHAT", "TO DO"], &rows.iter().map(row).collect::<Vec<_>>(), width(), &mut out)?;
    }
    let bad = serde_json::to_value(State::Bad)?;
    Ok(Exit::found(rows.iter().any(|row| row["state"] == bad)))
}

/// What the running server says of itself.
fn asked(status: &Value) -> Vec<Value> {
    let list = |key: &str| status[key].as_array().cloned().unwrap_or_default();
    let failing = list("failing").into_iter().map(|failing| json!({"check": failing["check"], "state": "bad", "what": failing["why"], "advice": ""}));
    let troubles = list("troubles").into_iter().map(|trouble| json!({"check": "trouble", "state": "warn", "what": trouble, "advice": ""}));
    failing.chain(troubles).collect()
}
