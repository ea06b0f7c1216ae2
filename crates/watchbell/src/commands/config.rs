//! `watchbell config …`: what a server would run with, where it is read from, and what may stand in it.

use crate::cli::{ConfigArgs, ConfigCommand};
use crate::commands::serve::{environment, layers};
use crate::exit::Exit;
use crate::terminal::complain;
use anyhow::{Context, Result, bail};
use std::io::Write;
use watchbell_server::config::{paths, read, schema, show};

/// What `init` writes: the defaults that people change first, each with a word of why.
const BEGIN: &str = "\
# Everything that is kept: the journal of what came in, and control data.
data: /var/lib/watchbell
# The API. An address that others can reach wants `tls: {certificate: FILE, key: FILE}`.
listen: 127.0.0.1:8753
# Time zone of hosts whose logs do not tell theirs.
zone: UTC
# Where logs come from, each by a name of yours; docs/guide/sources.md has one for each shipper.
sources:
  host:
    kind: files
    paths: [/var/log/audit/audit.log, /var/log/syslog]
";

pub fn run(args: &ConfigArgs) -> Result<Exit> {
    let mut out = std::io::stdout().lock();
    match &args.command {
        ConfigCommand::Init { file } => {
            let mut new = std::fs::OpenOptions::new().write(true).create_new(true).open(file).with_context(|| format!("cannot make {}", file.display()))?;
            new.write_all(BEGIN.as_bytes())?;
            complain(&format!("{} is written; `watchbell serve --config {0}` runs with it", file.display()));
        }
        ConfigCommand::Show(args) => write!(out, "{}", show(&read(&layers(args))?.0))?,
        ConfigCommand::Validate(args) => {
            let (config, file) = read(&layers(args))?;
            let place = file.map_or_else(|| "no file, only defaults".to_owned(), |file| file.display().to_string());
            complain(&format!("{place}: good, {} sources", config.sources.len()));
        }
        ConfigCommand::Path => match paths(&environment()).into_iter().find(|path| path.is_file()) {
            Some(path) => writeln!(out, "{}", path.display())?,
            None => bail!(
                "there is none; it is looked for at {}",
                paths(&environment()).iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
            ),
        },
        ConfigCommand::Schema => writeln!(out, "{}", serde_json::to_string_pretty(&schema())?)?,
    }
    Ok(Exit::Clean)
}
