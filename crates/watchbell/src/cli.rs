//! What may be typed.

use crate::commands::job::args::JobArgs;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

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

#[derive(Debug, Args, Default)]
pub struct DemoArgs {
    /// Leave the server running until Ctrl-C
    #[arg(long)]
    pub keep: bool,
    /// Port to listen on, on this machine only; 0 is any
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub port: u16,
}

#[derive(Debug, Args, Default)]
pub struct ServeArgs {
    /// Configuration file [default: $XDG_CONFIG_HOME/watchbell/config.yaml, else /etc/watchbell/config.yaml]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Set a key of the configuration, `journal.most_gib=5`; over file and environment
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
}

#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub server: ServerArgs,
}

#[derive(Debug, Args)]
pub struct BackupArgs {
    /// Archive to write; it must not be there yet
    pub file: PathBuf,
    /// The events that are kept too
    #[arg(long)]
    pub events: bool,
    #[command(flatten)]
    pub server: ServerArgs,
}

#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// Archive that `watchbell backup` wrote
    pub file: PathBuf,
    /// Data folder, empty or not there
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
}

#[derive(Debug, Args)]
pub struct ConfigArgs {
    #[command(subcommand)]
    pub command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Write a file to begin with
    Init {
        /// Where; a file that is there is left alone
        #[arg(default_value = "/etc/watchbell/config.yaml", value_name = "FILE")]
        file: PathBuf,
    },
    /// Print what a server would run with: defaults, file, environment and options together
    Show(ServeArgs),
    /// Say what is wrong with it
    Validate(ServeArgs),
    /// Print which file is read
    Path,
    /// Print its JSON schema, for editors
    Schema,
}

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

#[derive(Debug, Args)]
pub struct PackArgs {
    #[command(subcommand)]
    pub command: PackCommand,
}

#[derive(Debug, Subcommand)]
pub enum PackCommand {
    /// The packs inside the binary
    List(ListArgs),
    /// A pack's alerts, or one alert in full
    Show(ShowArgs),
    /// Check a pack's files
    Lint(PackPath),
    /// Run a pack's samples, and their mutations
    Test(TestArgs),
    /// Print the JSON schema of a pack's files, for editors
    Schema(SchemaArgs),
    /// Make a pack of a folder of Sigma rules
    Import(ImportArgs),
    /// Make one signed archive of a pack
    Build(BuildArgs),
    /// Install a pack in a running server; its alerts arrive deactivated
    Install(InstallArgs),
    /// Uninstall a pack from a running server; what it triggered stays
    Uninstall(InstallArgs),
}

#[derive(Debug, Args)]
pub struct InstallArgs {
    /// A pack's name or folder
    pub pack: String,
    #[command(flatten)]
    pub server: ServerArgs,
}

#[derive(Debug, Args)]
pub struct ListArgs {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct ShowArgs {
    /// A pack's name or folder
    pub pack: String,
    /// One of its alerts
    pub alert: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct PackPath {
    /// A pack's name or folder
    pub pack: String,
}

#[derive(Debug, Args)]
pub struct TestArgs {
    /// A pack's name or folder
    pub pack: String,
    /// Write the results as JUnit XML
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Name every mutation that stays silent
    #[arg(long)]
    pub verbose: bool,
    /// A mutation that stays silent is a failure
    #[arg(long)]
    pub strict_mutations: bool,
}

#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// Which file's
    #[arg(value_enum, default_value = "alert")]
    pub document: SchemaOf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    Alert,
    Pack,
    Expect,
    Story,
    Ladder,
}

#[derive(Debug, Args)]
pub struct ImportArgs {
    /// A folder of Sigma rules, as SigmaHQ lays them out
    pub rules: PathBuf,
    /// The new pack's name
    #[arg(long)]
    pub name: String,
    /// Where to put it [default: ./NAME]
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct BuildArgs {
    /// A pack's name or folder
    pub pack: String,
    /// File with the ed25519 key that signs: 32 bytes in hex
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// Where to put it [default: ./NAME-VERSION.wbpack]
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct RulesArgs {
    #[command(subcommand)]
    pub command: RulesCommand,
}

#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// Check Sigma rules, and say what is wrong where
    Check(CheckArgs),
    /// Why a rule holds for an event, or does not
    Explain(ExplainArgs),
    /// Which rules are slow, and why
    ExplainCost(CheckArgs),
}

#[derive(Debug, Args)]
pub struct CheckArgs {
    /// A file or a folder
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A file with the rule
    pub rule: PathBuf,
    /// A file with the event, or `-`
    pub event: PathBuf,
}

#[derive(Debug, Args)]
pub struct CompletionsArgs {
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// Which running server: the one on this machine's data folder, or another.
#[derive(Debug, Args, Clone, Default)]
pub struct ServerArgs {
    /// A server elsewhere, `https://watchbell.example`; its token stands in WATCHBELL_TOKEN or a file
    #[arg(long, global = true, value_name = "URL")]
    pub server: Option<String>,
    /// File with an API token
    #[arg(long, global = true, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// Data folder of the server on this machine [default: the configuration's]
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Configuration file of the server on this machine
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

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

#[derive(Debug, Args)]
pub struct ApiArgs {
    #[arg(value_enum, default_value = "routes")]
    pub document: ApiDocument,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ApiDocument {
    /// A table: every route, and the least role that may
    Routes,
    /// OpenAPI 3.1
    Openapi,
}
