//! `pack schema`: JSON schemas of a pack's files, for editors.

use crate::cli::{SchemaArgs, SchemaOf};
use crate::exit::Exit;
use anyhow::Result;
use std::io::Write;
use watchbell_rules::pack::{Which, json_schema};

pub fn run(args: &SchemaArgs) -> Result<Exit> {
    let which = match args.document {
        SchemaOf::Alert => Which::Alert,
        SchemaOf::Pack => Which::Pack,
        SchemaOf::Expect => Which::Sample,
        SchemaOf::Story => Which::Story,
        SchemaOf::Ladder => Which::Ladder,
    };
    writeln!(std::io::stdout(), "{}", serde_json::to_string_pretty(&json_schema(which))?)?;
    Ok(Exit::Clean)
}
