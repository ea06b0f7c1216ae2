//! `watchbell token …`: tokens of programs that ask a server, through the server.

use crate::cli::{ListArgs, TokenAddArgs, TokenArgs, TokenCommand};
use crate::client::Client;
use crate::columns::columns;
use crate::exit::Exit;
use crate::terminal::{complain, width};
use anyhow::Result;
use reqwest::Method;
use serde_json::{Value, json};
use std::io::Write;

pub fn run(args: &TokenArgs) -> Result<Exit> {
    let client = Client::new(&args.server)?;
    match &args.command {
        TokenCommand::Add(args) => add(&client, args),
        TokenCommand::List(args) => list(&client, args),
        TokenCommand::Revoke(args) => {
            client.send(Method::DELETE, &format!("/tokens/{}", args.id), None)?;
            complain(&format!("{} is revoked", args.id));
            Ok(Exit::Clean)
        }
    }
}

/// Rows that a list shows at most.
const MOST: usize = 100_000;

/// The secret alone goes to stdout, so that it can be put into a file.
fn add(client: &Client, args: &TokenAddArgs) -> Result<Exit> {
    let mut scopes: Vec<String> = args.source.iter().map(|source| format!("ingest:{source}")).collect();
    scopes.extend(args.read_only.then(|| "read".to_owned()));
    let body = json!({"name": args.name, "role": args.role, "days": args.days, "scopes": scopes});
    let made = client.send(Method::POST, "/tokens", Some(&body))?;
    complain(&format!("token {} ({}) until {}; its secret is told this once:", args.name, text(&made, "id"), text(&made, "expires")));
    writeln!(std::io::stdout().lock(), "{}", text(&made, "secret"))?;
    Ok(Exit::Clean)
}

fn list(client: &Client, args: &ListArgs) -> Result<Exit> {
    let rows = client.list("/tokens", &[], MOST)?;
    let mut out = std::io::stdout().lock();
    if args.json {
        rows.iter().try_for_each(|row| writeln!(out, "{row}"))?;
        return Ok(Exit::Clean);
    }
    let end = |row: &Value| if row["revoked"].is_null() { text(row, "expires") } else { "revoked".to_owned() };
    let row = |row: &Value| [text(row, "name"), text(row, "role"), end(row), text(row, "used"), text(row, "id")];
    columns(["NAME", "ROLE", "EXPIRES", "LAST USED", "ID"], &rows.iter().map(row).collect::<Vec<_>>(), width(), &mut out)?;
    Ok(Exit::Clean)
}

fn text(row: &Value, key: &str) -> String {
    row[key].as_str().unwrap_or_default().to_owned()
}
