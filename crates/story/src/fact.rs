//! A fact: what one event told, under names that mean the same whatever log it stands in.

use serde::{Deserialize, Serialize};
use std::sync::Arc;
use watchbell_jobs::Job;
use watchbell_model::{EventId, Outcome, Timestamp};

/// What stories need of one event.
#[derive(Clone, Debug)]
pub struct Fact {
    pub id: EventId,
    /// Which kind of the recipe it is, by its place there.
    pub kind: u16,
    /// None where the record tells none: such a fact joins nothing by time.
    pub time: Option<Timestamp>,
    /// As the record writes it; none is none.
    pub host: Option<Arc<str>>,
    pub outcome: Outcome,
    /// By name, each once.
    pub values: Vec<(Name, Box<str>)>,
    pub job: Option<Arc<Job>>,
    /// The system's own doing (a service, cron's own session): it joins nothing by account.
    pub routine: bool,
}

/// What a value is. Recipes fill them from the fields of their log source; joins compare them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Name {
    /// The account that did it, `DOMAIN\name` or `name`.
    User,
    /// Linux: the account that logged in, whatever it has become since.
    LoginUser,
    /// The account that it was done to, or that something will run as.
    TargetUser,
    /// Windows: the logon session; Linux: the audit session.
    Logon,
    /// A second logon session that the event ties to the first (the new one of 4624, the linked one).
    TargetLogon,
    LogonType,
    /// Where it came from or went to.
    Address,
    Port,
    Workstation,
    TargetHost,
    /// The process that did it.
    ProcessGuid,
    Pid,
    ParentGuid,
    ParentPid,
    Image,
    Command,
    ParentImage,
    ParentCommand,
    File,
    SourceFile,
    /// A registry key or value.
    Key,
    Share,
    Pipe,
    Url,
    JobName,
    /// What a job runs, where the event says it.
    Action,
    Result,
    Correlation,
    Resource,
    Operation,
    Agent,
    Service,
    Channel,
    Record,
    Message,
    Syscall,
    Terminal,
}

impl Fact {
    pub fn get(&self, name: Name) -> Option<&str> {
        self.values.iter().find(|(n, _)| *n == name).map(|(_, value)| &**value)
    }
}

impl Name {
    /// Every name, as recipes write it.
    pub const ALL: [(&'static str, Self); 37] = [
        ("user", Self::User),
        ("login_user", Self::LoginUser),
        ("target_user", Self::TargetUser),
        ("logon", Self::Logon),
        ("target_logon", Self::TargetLogon),
        ("logon_type", Self::LogonType),
        ("address", Self::Address),
        ("port", Self::Port),
        ("workstation", Self::Workstation),
        ("target_host", Self::TargetHost),
        ("process_guid", Self::ProcessGuid),
        ("pid", Self::Pid),
        ("parent_guid", Self::ParentGuid),
        ("parent_pid", Self::ParentPid),
        ("image", Self::Image),
        ("command", Self::Command),
        ("parent_image", Self::ParentImage),
        ("parent_command", Self::ParentCommand),
        ("file", Self::File),
        ("source_file", Self::SourceFile),
        ("key", Self::Key),
        ("share", Self::Share),
        ("pipe", Self::Pipe),
        ("url", Self::Url),
        ("job_name", Self::JobName),
        ("action", Self::Action),
        ("result", Self::Result),
        ("correlation", Self::Correlation),
        ("resource", Self::Resource),
        ("operation", Self::Operation),
        ("agent", Self::Agent),
        ("service", Self::Service),
        ("channel", Self::Channel),
        ("record", Self::Record),
        ("message", Self::Message),
        ("syscall", Self::Syscall),
        ("terminal", Self::Terminal),
    ];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(name, _)| *name == text).map(|(_, name)| *name)
    }

    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(_, name)| *name == self).map_or("", |(text, _)| text)
    }
}
