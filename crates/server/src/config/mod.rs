//! The configuration: what it may hold, where it is read from, and what is wrong with it.

mod read;

pub use crate::deliver::{DeliveryConfig, MethodConfig};
pub use read::{ConfigError, Layers, paths, read, show};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// Everything that an installation may set.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Folder that everything is kept in.
    pub data: PathBuf,
    /// Address of the API and the console.
    pub listen: SocketAddr,
    /// Certificate of that address.
    pub tls: Option<Certificate>,
    /// Listen on other addresses than this machine's own without TLS, for instance behind a proxy that has it.
    pub plain: bool,
    /// Time zone of hosts whose logs do not tell theirs, `Europe/Berlin`.
    pub zone: String,
    /// Seconds that events may be late before windows close without them.
    pub lateness: u64,
    /// Threads that detect; 0 is as many as there are cores.
    pub threads: usize,
    pub journal: JournalConfig,
    pub lake: LakeConfig,
    /// By a name of your own: what logs come from.
    pub sources: BTreeMap<String, SourceConfig>,
    /// By what people are told.
    pub delivery: DeliveryConfig,
    /// How people reach this server, `https://watchbell.example.org`: links in messages begin with it.
    pub public_url: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// The certificate and those that it is signed by, in PEM.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// What came in, as it came.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct JournalConfig {
    /// MiB of a segment; whole segments are let go of.
    pub segment_mib: u64,
    /// GiB on disk from which senders are told to wait.
    pub most_gib: u64,
    /// GiB that are kept though everything in them was worked off.
    pub keep_gib: u64,
}

/// Events that are kept, to be searched.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LakeConfig {
    /// Days after which events go; 0 keeps them as long as there is room.
    pub keep_days: u64,
    /// GiB on disk; past it the oldest events go.
    pub most_gib: u64,
    /// MiB of the newest events in memory, before they go into files.
    pub memory_mib: u64,
}

/// A source of one kind, with the keys of that kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SourceConfig {
    pub kind: String,
    #[serde(flatten)]
    pub settings: Map<String, Value>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: PathBuf::from("/var/lib/watchbell"),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8753)),
            tls: None,
            plain: false,
            zone: "UTC".to_owned(),
            lateness: 60,
            threads: 0,
            journal: JournalConfig::default(),
            lake: LakeConfig::default(),
            sources: BTreeMap::new(),
            delivery: DeliveryConfig::default(),
            public_url: String::new(),
        }
    }
}

impl Default for JournalConfig {
    fn default() -> Self {
        Self { segment_mib: 128, most_gib: 20, keep_gib: 0 }
    }
}

impl Default for LakeConfig {
    fn default() -> Self {
        Self { keep_days: 90, most_gib: 100, memory_mib: 64 }
    }
}

/// The JSON schema of the configuration.
pub fn schema() -> Value {
    serde_json::to_value(schemars::schema_for!(Config)).unwrap_or_default()
}
