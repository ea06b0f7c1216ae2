//! What may be typed.

mod alerts;
mod content;
mod logs;
mod people;
mod server;

pub use alerts::*;
pub use content::*;
pub use logs::*;
pub use people::*;
pub use server::*;

use crate::commands::job::args::JobArgs;
use clap::{Args, Parser, Subcommand};

/// Finds who sets up scheduled jobs to run malicious code (MITRE ATT&CK T1053), in any pile of logs.
#[derive(Debug, Parser)]
#[command(name = "watchbell", version, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Scan logs: files, folders, `-` for stdin; plain, gz, zst, bz2, xz or zip
    Scan(Box<ScanArgs>),
    /// What led to each alert, how far it got, and when its job runs next: a timeline
    Story(StoryArgs),
    /// Packs: list, show, check and test them
    Pack(PackArgs),
    /// Sigma rules: check and explain them
    Rules(RulesArgs),
    /// Scheduled jobs: what they would run, when, and how risky they are
    Job(JobArgs),
    /// See it work: a server in a temporary folder, recorded logs, each alert told as it comes
    Demo(DemoArgs),
    /// Serve: take logs in, detect, keep, tell
    Serve(ServeArgs),
    /// The server's configuration: begin one, show, check
    Config(ConfigArgs),
    /// Alerts of installed packs: list, activate, deactivate
    Alert(AlertArgs),
    /// What was triggered: list, follow, show, acknowledge, close, comment
    Triggered(TriggeredArgs),
    /// Search what a server keeps: SQL, or `host=dc1 user=bob schtasks last=1h`
    Search(SearchArgs),
    /// Run an alert, active or not, over what a server keeps
    Hunt(HuntArgs),
    /// People who may ask a server: list and make them
    User(UserArgs),
    /// What could not be read: list it, look at it, send it in again, throw it away
    Quarantine(QuarantineArgs),
    /// Tokens of programs that ask a server: list, make and revoke them
    Token(TokenArgs),
    /// Make a backup of a running server: what people set, what was triggered, and events if you say so
    Backup(BackupArgs),
    /// Put a backup into an empty data folder
    Restore(RestoreArgs),
    /// Look for what may be wrong with an installation, and say what to do
    Doctor(DoctorArgs),
    /// Print what the API is: OpenAPI 3.1, or a table of routes and who may
    Api(ApiArgs),
    /// Print completions for a shell
    Completions(CompletionsArgs),
    /// Print the version
    Version,
}

#[derive(Debug, Args)]
pub struct ListArgs {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct CompletionsArgs {
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}
