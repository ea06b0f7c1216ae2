//! What commands about people, tokens and the quarantine take.

use super::{ListArgs, ServerArgs};
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct UserArgs {
    #[command(flatten)]
    pub server: ServerArgs,
    #[command(subcommand)]
    pub command: UserCommand,
}

#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Make a user; without a password there is no login
    Add(UserAddArgs),
    /// List users
    List(ListArgs),
}

#[derive(Debug, Args)]
pub struct UserAddArgs {
    /// What one logs in with
    pub name: String,
    /// viewer, analyst, engineer, admin, ingest-only, or a role of your own
    #[arg(long, default_value = "viewer")]
    pub role: String,
    /// File with the password, `-` for stdin; at least twelve characters
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    #[arg(long)]
    pub email: Option<String>,
}

#[derive(Debug, Args)]
pub struct QuarantineArgs {
    #[command(flatten)]
    pub server: ServerArgs,
    #[command(subcommand)]
    pub command: QuarantineCommand,
}

#[derive(Debug, Subcommand)]
pub enum QuarantineCommand {
    /// List what could not be read, newest first
    List(QuarantineListArgs),
    /// Show one: why, where it came from, its bytes
    Show(QuarantineShowArgs),
    /// Send it in again, after a fix or as another format
    Replay(QuarantineReplayArgs),
    /// Throw it away, for good
    Delete(QuarantineChoiceArgs),
}

#[derive(Debug, Args)]
pub struct QuarantineListArgs {
    /// Of this source
    #[arg(long)]
    pub source: Option<String>,
    /// For this reason
    #[arg(long, value_name = "WORD")]
    pub reason: Option<String>,
    /// Only what was sent in again, or was not
    #[arg(long, value_name = "BOOL")]
    pub replayed: Option<bool>,
    /// At most so many
    #[arg(long, default_value_t = 50, value_name = "N")]
    pub limit: usize,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct QuarantineShowArgs {
    pub id: i64,
    /// Write the bytes themselves to stdout, and nothing else
    #[arg(long, conflicts_with = "json")]
    pub raw: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct QuarantineReplayArgs {
    #[command(flatten)]
    pub which: QuarantineChoiceArgs,
    /// Read it as this format; as before if none is given
    #[arg(long, value_name = "ID")]
    pub format: Option<String>,
}

#[derive(Debug, Args)]
pub struct QuarantineChoiceArgs {
    #[arg(value_name = "ID", conflicts_with_all = ["source", "reason", "all"])]
    pub ids: Vec<i64>,
    /// All of this source
    #[arg(long)]
    pub source: Option<String>,
    /// All for this reason
    #[arg(long, value_name = "WORD")]
    pub reason: Option<String>,
    /// All
    #[arg(long)]
    pub all: bool,
}

#[derive(Debug, Args)]
pub struct TokenArgs {
    #[command(flatten)]
    pub server: ServerArgs,
    #[command(subcommand)]
    pub command: TokenCommand,
}

#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Make a token and print its secret, this once
    Add(TokenAddArgs),
    /// List tokens
    List(ListArgs),
    /// Revoke a token, for good
    Revoke(RevokeArgs),
}

#[derive(Debug, Args)]
pub struct TokenAddArgs {
    /// What it is for
    pub name: String,
    /// viewer, analyst, engineer, admin, ingest-only (sends logs, and nothing else), or a role of your own
    #[arg(long, default_value = "viewer")]
    pub role: String,
    /// With the role ingest-only: opens this source alone, and not every one
    #[arg(long, value_name = "SOURCE")]
    pub source: Vec<String>,
    /// Days until it ends
    #[arg(long, value_name = "N", default_value_t = 365)]
    pub days: u32,
    /// Let it change nothing
    #[arg(long)]
    pub read_only: bool,
}

#[derive(Debug, Args)]
pub struct RevokeArgs {
    /// Id of a token
    pub id: String,
}
