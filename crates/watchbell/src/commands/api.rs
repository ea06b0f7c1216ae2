//! `watchbell api`: what the API of a server is, as a table or in OpenAPI.

use crate::cli::{ApiArgs, ApiDocument};
use crate::exit::Exit;
use anyhow::Result;
use std::io::Write;
use watchbell_server::api::{openapi, table};

pub fn run(args: &ApiArgs) -> Result<Exit> {
    let text = match args.document {
        ApiDocument::Routes => table(),
        ApiDocument::Openapi => serde_json::to_string_pretty(&openapi())? + "\n",
    };
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(Exit::Clean)
}
