//! `pack list`: the packs inside the binary.

use crate::cli::ListArgs;
use crate::exit::Exit;
use crate::packs::names;
use anyhow::Result;
use serde_json::json;
use std::io::Write;

pub fn run(args: &ListArgs) -> Result<Exit> {
    let mut out = std::io::stdout().lock();
    for name in names() {
        let pack = super::shown(name)?;
        let about = &pack.about;
        if args.json {
            writeln!(out, "{}", json!({"id": about.id, "name": about.name, "version": about.version, "alerts": pack.alerts.len(), "summary": about.summary}))?;
        } else {
            writeln!(out, "{} {} ({} alerts)\n  {}", about.id, about.version, pack.alerts.len(), about.summary.trim())?;
        }
    }
    Ok(Exit::Clean)
}
