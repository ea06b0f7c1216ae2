//! `watchbell user …`: people who may ask a server, through the server.

use crate::cli::{ListArgs, UserAddArgs, UserArgs, UserCommand};
use crate::client::Client;
use crate::columns::columns;
use crate::exit::Exit;
use crate::terminal::{complain, width};
use anyhow::{Context, Result};
use reqwest::Method;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::path::Path;
use watchbell_input::read_bounded_text;

pub fn run(args: &UserArgs) -> Result<Exit> {
    let client = Client::new(&args.server)?;
    match &args.command {
        UserCommand::Add(args) => add(&client, args),
        UserCommand::List(args) => list(&client, args),
    }
}

/// Rows that a list shows at most.
const MOST: usize = 100_000;
/// The most bytes of a password's file.
const PASSWORD: u64 = 4096;

fn add(client: &Client, args: &UserAddArgs) -> Result<Exit> {
    let password = args.password_file.as_deref().map(password).transpose()?;
    let body = json!({"name": args.name, "role": args.role, "password": password, "email": args.email.as_deref().unwrap_or_default()});
    let made = client.send(Method::POST, "/users", Some(&body))?;
    complain(&format!("{} is there, as {} ({})", args.name, args.role, text(&made, "id")));
    Ok(Exit::Clean)
}

fn list(client: &Client, args: &ListArgs) -> Result<Exit> {
    let rows = client.list("/users", &[], MOST)?;
    let mut out = std::io::stdout().lock();
    if args.json {
        rows.iter().try_for_each(|row| writeln!(out, "{row}"))?;
        return Ok(Exit::Clean);
    }
    let state = |row: &Value| if row["disabled"] == true { "disabled" } else { "" }.to_owned();
    let row = |row: &Value| [text(row, "name"), text(row, "role"), text(row, "last_login"), state(row), text(row, "id")];
    columns(["NAME", "ROLE", "LAST LOGIN", "", "ID"], &rows.iter().map(row).collect::<Vec<_>>(), width(), &mut out)?;
    Ok(Exit::Clean)
}

/// Without the line end that editors add.
fn password(file: &Path) -> Result<String> {
    let text = if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().lock().take(PASSWORD).read_to_string(&mut text).context("cannot read the password from stdin")?;
        text
    } else {
        read_bounded_text(file, PASSWORD).with_context(|| format!("cannot read the password in {}", file.display()))?
    };
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

fn text(row: &Value, key: &str) -> String {
    row[key].as_str().unwrap_or_default().to_owned()
}
