//! What may be typed behind `watchbell job`.

use crate::cli::SilentArgs;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct JobArgs {
    #[command(subcommand)]
    pub command: JobCommand,
}

#[derive(Debug, Subcommand)]
pub enum JobCommand {
    /// What a definition or a command line would run, as whom, when, and how risky that is
    Decode(DecodeArgs),
    /// Every job that logs tell of: who made it, what it runs, when, how often it ran
    List(ListArgs),
    /// Everything that logs tell of a job
    Show(ShowArgs),
    /// What runs next, soonest first
    Next(NextArgs),
}

#[derive(Debug, Args)]
pub struct ListArgs {
    /// Only jobs that something makes risky
    #[arg(long)]
    pub risky: bool,
    #[command(flatten)]
    pub logs: LogArgs,
}

#[derive(Debug, Args)]
pub struct ShowArgs {
    /// Its name, or the last part of it
    pub name: String,
    #[command(flatten)]
    pub logs: LogArgs,
}

#[derive(Debug, Args)]
pub struct NextArgs {
    /// How many runs
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub count: usize,
    #[command(flatten)]
    pub logs: LogArgs,
}

/// Which logs are read, and how the result is printed.
#[derive(Debug, Args)]
pub struct LogArgs {
    /// Files, folders (recursive), `-` for stdin
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Ask this pack what in logs makes, changes and runs jobs [default: every pack inside the binary]
    #[arg(long, value_name = "NAME|DIR")]
    pub pack: Vec<String>,
    /// Count next runs from this time (RFC 3339, or a date) [default: the end of the logs]
    #[arg(long, value_name = "T")]
    pub now: Option<String>,
    #[command(flatten)]
    pub silent: SilentArgs,
    /// How to print; a table on a terminal, ndjson in a pipe
    #[arg(long, value_enum)]
    pub format: Option<JobFormat>,
}

#[derive(Debug, Args)]
pub struct DecodeArgs {
    /// A task's XML, a crontab, a timer unit, an at job, an Azure schedule, a CronJob, or a command line: as text, file, folder or `-`
    #[arg(value_name = "TEXT|FILE|-")]
    pub input: String,
    /// Read a crontab as this user's own, without a column of users
    #[arg(long, value_name = "NAME")]
    pub user: Option<String>,
    #[command(flatten)]
    pub when: WhenArgs,
    /// How to print; a table on a terminal, ndjson in a pipe
    #[arg(long, value_enum)]
    pub format: Option<JobFormat>,
}

/// From when on, and on which clock, runs are told.
#[derive(Debug, Args)]
pub struct WhenArgs {
    /// Count next runs from this time (RFC 3339, or a date)
    #[arg(long, value_name = "T")]
    pub now: Option<String>,
    /// Time zone of the host's clock: Europe/Berlin, or as Windows names it [default: UTC]
    #[arg(long, value_name = "Z")]
    pub tz: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum JobFormat {
    Table,
    Ndjson,
    Json,
}
