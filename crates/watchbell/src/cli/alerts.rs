//! What commands about alerts, and what they triggered, take.

use super::{Format, ServerArgs};
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct AlertArgs {
    #[command(flatten)]
    pub server: ServerArgs,
    #[command(subcommand)]
    pub command: AlertCommand,
}

#[derive(Debug, Subcommand)]
pub enum AlertCommand {
    /// List alerts, and which are active
    List(AlertListArgs),
    /// Switch alerts on
    Activate(SwitchArgs),
    /// Switch alerts off
    Deactivate(SwitchArgs),
}

#[derive(Debug, Args)]
pub struct AlertListArgs {
    /// Of this pack
    #[arg(long)]
    pub pack: Option<String>,
    /// Of this category
    #[arg(long)]
    pub category: Option<String>,
    /// With this in their name
    #[arg(long)]
    pub name: Option<String>,
    /// Only active ones
    #[arg(long = "active")]
    pub only_active: bool,
    /// Only inactive ones
    #[arg(long, conflicts_with = "only_active")]
    pub inactive: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

impl AlertListArgs {
    pub fn active(&self) -> Option<bool> {
        if self.only_active { Some(true) } else { self.inactive.then_some(false) }
    }
}

#[derive(Debug, Args)]
pub struct SwitchArgs {
    /// Names or ids
    #[arg(value_name = "ALERT")]
    pub alerts: Vec<String>,
    /// All of this pack
    #[arg(long)]
    pub pack: Option<String>,
    /// All of this category
    #[arg(long)]
    pub category: Option<String>,
    /// All alerts
    #[arg(long)]
    pub all: bool,
}

#[derive(Debug, Args)]
pub struct TriggeredArgs {
    #[command(flatten)]
    pub server: ServerArgs,
    #[command(subcommand)]
    pub command: TriggeredCommand,
}

#[derive(Debug, Subcommand)]
pub enum TriggeredCommand {
    /// List what was triggered, newest first
    List(TriggeredListArgs),
    /// Follow what is triggered, as it comes
    Tail(TriggeredListArgs),
    /// Show one, with what led to it
    Show(TriggeredShowArgs),
    /// Say that you have seen it and are at it
    Ack(HandleArgs),
    /// Say that it is done with
    Close(HandleArgs),
    /// Add a comment
    Comment(CommentArgs),
}

#[derive(Debug, Args)]
pub struct TriggeredListArgs {
    /// unread, updated, watched, closed, `false positive`, …; several with commas
    #[arg(long)]
    pub status: Option<String>,
    /// The least priority: 0, 3, 5, 7, 10
    #[arg(long, value_name = "N")]
    pub priority: Option<u8>,
    /// Of this alert
    #[arg(long, value_name = "NAME")]
    pub alert: Option<String>,
    /// On this host
    #[arg(long)]
    pub host: Option<String>,
    /// By this user
    #[arg(long)]
    pub user: Option<String>,
    /// With this anywhere in it
    #[arg(long)]
    pub text: Option<String>,
    /// Not before this time
    #[arg(long, value_name = "T")]
    pub from: Option<String>,
    /// Before this time
    #[arg(long, value_name = "T")]
    pub to: Option<String>,
    /// At most so many
    #[arg(long, default_value_t = 50, value_name = "N")]
    pub limit: usize,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

impl TriggeredListArgs {
    pub fn query(&self) -> Vec<(&'static str, String)> {
        let texts = [
            ("status", &self.status),
            ("alert", &self.alert),
            ("host", &self.host),
            ("user", &self.user),
            ("text", &self.text),
            ("from", &self.from),
            ("to", &self.to),
        ];
        let mut query: Vec<_> = texts.into_iter().filter_map(|(key, value)| Some((key, value.clone()?))).collect();
        query.extend(self.priority.map(|priority| ("priority", priority.to_string())));
        query
    }
}

#[derive(Debug, Args)]
pub struct TriggeredShowArgs {
    /// Its id, or how that begins
    pub id: String,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct HandleArgs {
    /// Ids, or how they begin
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub comment: Option<String>,
    /// It was no attack
    #[arg(long)]
    pub false_positive: bool,
}

#[derive(Debug, Args)]
pub struct CommentArgs {
    /// Its id, or how that begins
    pub id: String,
    pub text: String,
}

#[derive(Debug, Args)]
pub struct SearchArgs {
    /// SQL that begins with SELECT, WITH or EXPLAIN; or terms that all hold: a word or "some words" anywhere in the event,
    /// name=value and name!=value of a column or field with * for anything, -term for its opposite, last=2h, from=, to=
    #[arg(required = true, value_name = "SEARCH")]
    pub search: Vec<String>,
    /// How to print; a table on a terminal, ndjson in a pipe
    #[arg(long, value_enum)]
    pub format: Option<RowFormat>,
    /// At most so many rows
    #[arg(long, default_value_t = 100, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub limit: u32,
    /// Tell on stderr how long the server took; a table does
    #[arg(long)]
    pub time: bool,
    /// Give up after so many seconds
    #[arg(long, default_value_t = 60, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=600))]
    pub seconds: u32,
    #[command(flatten)]
    pub server: ServerArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RowFormat {
    Table,
    Ndjson,
    Json,
    Csv,
}

#[derive(Debug, Args)]
pub struct HuntArgs {
    /// Name or id of an installed alert
    #[arg(required_unless_present = "rule", value_name = "ALERT")]
    pub alert: Option<String>,
    /// Instead of an installed one: an alert's file, or one of Sigma rules
    #[arg(long, value_name = "FILE", conflicts_with = "alert")]
    pub rule: Option<PathBuf>,
    /// So far back from now: 12h, 30d [default: everything that is kept]
    #[arg(long, value_name = "D", conflicts_with = "from")]
    pub last: Option<String>,
    /// Only what happened from this time on (RFC 3339, or a date)
    #[arg(long, value_name = "T")]
    pub from: Option<String>,
    /// Only what happened before this time
    #[arg(long, value_name = "T")]
    pub to: Option<String>,
    /// Keep what is caught as triggered alerts; nobody is sent a message for them
    #[arg(long)]
    pub store: bool,
    /// How to print; a table on a terminal, ndjson in a pipe
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// Give up after so many seconds
    #[arg(long, default_value_t = 3600, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub seconds: u32,
    #[command(flatten)]
    pub server: ServerArgs,
}
