//! What commands that run or keep a server take.

use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

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
