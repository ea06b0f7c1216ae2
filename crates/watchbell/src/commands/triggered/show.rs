//! One triggered alert, as it stands.

use super::handle::whole;
use crate::cli::TriggeredShowArgs;
use crate::client::Client;
use crate::exit::Exit;
use crate::terminal::{colours, width};
use anyhow::Result;
use std::io::Write;

pub fn show(client: &Client, args: &TriggeredShowArgs) -> Result<Exit> {
    let id = whole(client, &args.id)?;
    let mut out = std::io::stdout().lock();
    if args.json {
        writeln!(out, "{}", client.get(&format!("/triggered-alerts/{id}"), &[])?)?;
        return Ok(Exit::Found);
    }
    let told = client.get(&format!("/triggered-alerts/{id}/text"), &[("width", width().to_string()), ("colours", colours().to_string())])?;
    writeln!(out, "{}", told["text"].as_str().unwrap_or_default())?;
    for comment in told["comments"].as_array().into_iter().flatten() {
        let text = |key: &str| comment[key].as_str().unwrap_or_default();
        writeln!(out, "  {} {}: {}", text("at"), text("author"), text("text"))?;
    }
    let handled = |key: &str| told[key].as_str().filter(|text| !text.is_empty()).map(|text| format!("{key} {text}"));
    let state: Vec<String> = ["status", "assignee", "acknowledged_by"].into_iter().filter_map(handled).collect();
    if !state.is_empty() {
        writeln!(out, "  {}", state.join(", "))?;
    }
    Ok(Exit::Found)
}
