//! What commands about packs and rules take.

use super::{ListArgs, ServerArgs};
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

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
