//! `watchbell quarantine …`: what could not be read, through a running server.

use crate::cli::{QuarantineArgs, QuarantineChoiceArgs, QuarantineCommand, QuarantineListArgs, QuarantineReplayArgs, QuarantineShowArgs};
use crate::client::Client;
use crate::columns::{columns, cut};
use crate::exit::Exit;
use crate::terminal::{complain, width};
use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};
use std::io::Write;

pub fn run(args: &QuarantineArgs) -> Result<Exit> {
    let client = Client::new(&args.server)?;
    match &args.command {
        QuarantineCommand::List(args) => list(&client, args),
        QuarantineCommand::Show(args) => show(&client, args),
        QuarantineCommand::Replay(args) => replay(&client, args),
        QuarantineCommand::Delete(args) => delete(&client, args),
    }
}

fn list(client: &Client, args: &QuarantineListArgs) -> Result<Exit> {
    let given = [("source", args.source.clone()), ("reason", args.reason.clone()), ("replayed", args.replayed.map(|yes| yes.to_string()))];
    let query: Vec<_> = given.into_iter().filter_map(|(key, value)| Some((key, value?))).collect();
    let rows = client.list("/quarantine", &query, args.limit)?;
    let mut out = std::io::stdout().lock();
    if args.json {
        rows.iter().try_for_each(|row| writeln!(out, "{row}"))?;
    } else if rows.is_empty() {
        complain("nothing is in the quarantine");
    } else {
        columns(["ID", "TIME", "SOURCE", "REASON", "BYTES", "REPLAYED", "FROM"], &rows.iter().map(row).collect::<Vec<_>>(), width(), &mut out)?;
    }
    Ok(Exit::Clean)
}

fn row(row: &Value) -> [String; 7] {
    let replayed = if row["replayed"].is_null() { "" } else { "yes" };
    [row["id"].to_string(), time(row, "at"), text(row, "source"), text(row, "reason"), row["length"].to_string(), replayed.to_owned(), text(row, "peer")]
}

/// Lines of the bytes that a person is shown.
const LINES: usize = 200;

fn show(client: &Client, args: &QuarantineShowArgs) -> Result<Exit> {
    let row = client.get(&format!("/quarantine/{}", args.id), &[])?;
    let mut out = std::io::stdout().lock();
    if args.json {
        writeln!(out, "{row}")?;
        return Ok(Exit::Clean);
    }
    if args.raw {
        out.write_all(&STANDARD.decode(text(&row, "base64")).context("the server's answer cannot be read")?)?;
        return Ok(Exit::Clean);
    }
    for (name, value) in [
        ("reason", text(&row, "reason")),
        ("source", text(&row, "source")),
        ("from", text(&row, "peer")),
        ("stream", text(&row, "stream")),
        ("format", text(&row, "format")),
        ("received", time(&row, "at")),
        ("replayed", time(&row, "replayed")),
        ("place", text(&row, "place")),
        ("bytes", row["length"].to_string()),
    ] {
        if !value.is_empty() {
            writeln!(out, "{name:<9} {}", cut(&value, 400))?;
        }
    }
    writeln!(out)?;
    let shown = text(&row, "text");
    shown.lines().take(LINES).try_for_each(|line| writeln!(out, "{}", cut(line, 4000)))?;
    if shown.lines().nth(LINES).is_some() || row["kept"] != row["length"] {
        complain(&format!("{} of {} bytes are kept; --raw writes them all", row["kept"], row["length"]));
    }
    Ok(Exit::Clean)
}

fn replay(client: &Client, args: &QuarantineReplayArgs) -> Result<Exit> {
    let (mut replayed, mut problems) = (0, 0);
    loop {
        let mut body = choice(&args.which);
        body["format"] = json!(args.format);
        let told = client.send(Method::POST, "/quarantine/replay", Some(&body))?;
        for problem in told["problems"].as_array().into_iter().flatten() {
            complain(&format!("{}: {}", problem["id"], text(problem, "why")));
            problems += 1;
        }
        let done = told["replayed"].as_u64().unwrap_or(0);
        replayed += done;
        if told["more"] != true || done == 0 {
            break;
        }
    }
    complain(&format!("{replayed} sent in again"));
    Ok(if problems == 0 { Exit::Clean } else { Exit::Content })
}

fn delete(client: &Client, args: &QuarantineChoiceArgs) -> Result<Exit> {
    let mut deleted = 0;
    loop {
        let told = client.send(Method::POST, "/quarantine/delete", Some(&choice(args)))?;
        deleted += told["deleted"].as_u64().unwrap_or(0);
        if told["more"] != true {
            break;
        }
    }
    complain(&format!("{deleted} deleted"));
    Ok(Exit::Clean)
}

fn choice(args: &QuarantineChoiceArgs) -> Value {
    json!({"ids": args.ids, "source": args.source, "reason": args.reason, "all": args.all})
}

fn text(row: &Value, key: &str) -> String {
    row[key].as_str().unwrap_or_default().to_owned()
}

fn time(row: &Value, key: &str) -> String {
    text(row, key).get(..19).unwrap_or_default().replace('T', " ")
}
