//! `watchbell search …`: what a server keeps, by SQL or by the simple form, through the server.

mod csv;
mod told;
mod words;

use crate::cli::{RowFormat, SearchArgs};
use crate::client::Client;
use crate::columns::cut;
use crate::exit::Exit;
use crate::terminal::{complain, width};
use anyhow::Result;
use reqwest::Method;
use serde_json::{Map, Value, json};
use std::io::{BufWriter, IsTerminal, Write};
use std::time::Duration;
use words::{Asked, asked};

/// The answer of a search.
struct Found {
    columns: Vec<String>,
    rows: Vec<Vec<Value>>,
}

/// Columns are no wider than this, but the last.
const WIDEST: usize = 40;
/// How much longer than the search itself its answer may take to come.
const COMING: u64 = 30;

pub fn run(args: &SearchArgs) -> Result<Exit> {
    let (asked, mut body) = (asked(&args.search), json!({"limit": args.limit, "seconds": args.seconds}));
    match &asked {
        Asked::Sql(sql) => body["sql"] = json!(sql),
        Asked::Form(form) => body["form"] = json!(form),
    }
    let patience = Duration::from_secs(u64::from(args.seconds) + COMING);
    let answer = Client::new(&args.server)?.send_patiently(Method::POST, "/search", &body, patience)?;
    let more = answer["more"] == true;
    let found = Found { columns: serde_json::from_value(answer["columns"].clone())?, rows: serde_json::from_value(answer["rows"].clone())? };
    let to_terminal = std::io::stdout().is_terminal();
    let format = args.format.unwrap_or(if to_terminal { RowFormat::Table } else { RowFormat::Ndjson });
    let mut out = BufWriter::new(std::io::stdout().lock());
    match (format, asked) {
        (RowFormat::Table, Asked::Form(_)) => told::events(&found, width(), &mut out)?,
        (RowFormat::Table, Asked::Sql(_)) => table(&found, width(), &mut out)?,
        (RowFormat::Ndjson, _) => found.objects().try_for_each(|row| writeln!(out, "{}", Value::Object(row)))?,
        (RowFormat::Json, _) => writeln!(out, "{:#}", found.objects().collect::<Value>())?,
        (RowFormat::Csv, _) => csv::csv(&found, &mut out)?,
    }
    out.flush()?;
    if format == RowFormat::Table || args.time || more {
        let millis = answer["elapsed_millis"].as_u64().unwrap_or(0);
        let rows = found.rows.len();
        let rest = if more { "; there are more: --limit gives more of them, last=1h asks of less time" } else { "" };
        complain(&format!("{rows} {} in {:.3} s{rest}", if rows == 1 { "row" } else { "rows" }, millis as f64 / 1000.0));
    }
    Ok(Exit::found(!found.rows.is_empty()))
}

impl Found {
    /// Rows as objects. Of columns with one name the later ones are numbered.
    fn objects(&self) -> impl Iterator<Item = Map<String, Value>> {
        let mut names: Vec<String> = Vec::new();
        for name in &self.columns {
            let same = (2..).map(|n| format!("{name}_{n}"));
            names.push(std::iter::once(name.clone()).chain(same).find(|name| !names.contains(name)).unwrap_or_default());
        }
        self.rows.iter().map(move |row| names.iter().cloned().zip(row.iter().cloned()).collect())
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }
}

/// A value as a person reads it.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Whatever columns a query names.
fn table(found: &Found, width: usize, out: &mut dyn Write) -> Result<()> {
    let rows: Vec<Vec<String>> = found.rows.iter().map(|row| row.iter().map(|value| one_line(&shown(value))).collect()).collect();
    let last = found.columns.len().saturating_sub(1);
    let heads: Vec<String> = found.columns.iter().map(|name| name.to_uppercase()).collect();
    let widest = |at: usize| std::iter::once(&heads).chain(&rows).map(|row| row[at].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..heads.len()).map(|at| if at == last { 0 } else { widest(at).min(WIDEST) }).collect();
    for row in std::iter::once(&heads).chain(&rows) {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| if *width == 0 { cell.clone() } else { format!("{:<width$}", cut(cell, *width)) }).collect();
        writeln!(out, "{}", cut(cells.join("  ").trim_end(), width.max(40)))?;
    }
    Ok(())
}

/// Line breaks and runs of spaces are one space.
fn one_line(text: &str) -> String {
    if text.contains(['\n', '\r', '\t']) { text.split_whitespace().collect::<Vec<_>>().join(" ") } else { text.to_owned() }
}
