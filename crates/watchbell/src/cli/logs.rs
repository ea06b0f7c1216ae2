//! What scans and stories of files take.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args, Default)]
pub struct ScanArgs {
    /// Files, folders (recursive), `-` for stdin
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub what: WhatArgs,
    /// How to print; a table on a terminal, ndjson in a pipe
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// Where to print [default: stdout]
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Write one JSON object of statistics at the end (`-` for stderr)
    #[arg(long, value_name = "FILE")]
    pub stats: Option<PathBuf>,
    /// Threads [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Only events from this time on (RFC 3339, or a date)
    #[arg(long, value_name = "T")]
    pub from: Option<String>,
    /// Only events before this time
    #[arg(long, value_name = "T")]
    pub to: Option<String>,
    /// Leave alerts of lower priority out
    #[arg(long, value_enum, value_name = "P")]
    pub min_priority: Option<PriorityArg>,
    /// Partial trouble (a rejected rule, an unreadable file) is an error
    #[arg(long)]
    pub strict: bool,
    /// Tell what led to each alert, how far it got and when its job runs next [default: for alerts of packs]
    #[arg(long)]
    pub story: bool,
    /// Tell no stories: the logs are read once
    #[arg(long, conflicts_with = "story")]
    pub no_story: bool,
    /// Count next runs from this time [default: the end of the logs]
    #[arg(long, value_name = "T")]
    pub now: Option<String>,
    #[command(flatten)]
    pub silent: SilentArgs,
    /// Also print what exceptions held back
    #[arg(long)]
    pub show_excepted: bool,
    /// Follow symbolic links inside folders
    #[arg(long)]
    pub follow: bool,
}

#[derive(Debug, Args)]
pub struct StoryArgs {
    /// Files, folders (recursive), `-` for stdin
    #[arg(required = true, value_name = "FILE")]
    pub paths: Vec<PathBuf>,
    /// Only these triggered alerts: the beginning of an id, or an alert's name
    #[arg(long, value_name = "ID|NAME")]
    pub alert: Vec<String>,
    /// Ask all alerts of this pack [default: every pack inside the binary]
    #[arg(long, value_name = "NAME|DIR")]
    pub pack: Vec<String>,
    /// How to print
    #[arg(long, value_enum, default_value = "text")]
    pub format: StoryFormat,
    /// Count next runs from this time [default: the end of the logs]
    #[arg(long, value_name = "T")]
    pub now: Option<String>,
    #[command(flatten)]
    pub silent: SilentArgs,
    /// Partial trouble (a rejected rule, an unreadable file) is an error
    #[arg(long)]
    pub strict: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StoryFormat {
    /// For a terminal
    Text,
    /// One JSON object a line, as `scan` gives them
    #[value(alias = "json")]
    Ndjson,
    /// One file to hand on
    Html,
}

/// Which alerts are asked.
#[derive(Debug, Args, Default)]
pub struct WhatArgs {
    /// Apply all alerts of this pack [default: every pack inside the binary]
    #[arg(long, value_name = "NAME|DIR")]
    pub pack: Vec<String>,
    /// Only this alert
    #[arg(long, value_name = "NAME")]
    pub alert: Vec<String>,
    /// Apply Sigma rules as alerts: a file or a folder
    #[arg(long, value_name = "PATH")]
    pub rules: Vec<PathBuf>,
}

/// For logs that do not say.
#[derive(Clone, Debug, Args, Default)]
pub struct SilentArgs {
    /// Host of records that name none
    #[arg(long, value_name = "H")]
    pub host: Option<String>,
    /// Time zone of records that name none [default: UTC]
    #[arg(long, value_name = "Z")]
    pub tz: Option<String>,
    /// Year of records that name none [default: the nearest dated neighbour, else the file's time]
    #[arg(long, value_name = "Y", value_parser = clap::value_parser!(i16).range(1970..=9999))]
    pub year: Option<i16>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Table,
    Ndjson,
    Json,
    Html,
    Ocsf,
    None,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PriorityArg {
    VeryLow,
    Low,
    Normal,
    High,
    VeryHigh,
}

impl From<PriorityArg> for watchbell_model::Priority {
    fn from(word: PriorityArg) -> Self {
        Self::ALL[word as usize]
    }
}
