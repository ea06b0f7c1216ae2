//! What a story is told of: a triggered alert, as plain values.

use crate::keys::host_key;
use crate::{Fact, Gap, Name};
use std::sync::Arc;
use watchbell_jobs::Job;
use watchbell_model::{EventId, Outcome, Timestamp};

/// A triggered alert. What is not known is none or empty.
#[derive(Clone, Debug)]
pub struct Subject {
    pub id: EventId,
    /// The alert's name and title.
    pub alert: String,
    pub title: String,
    pub host: Option<String>,
    pub target_host: Option<String>,
    pub user: Option<String>,
    pub login_user: Option<String>,
    /// Name and value: `process`, `logon_id`, `file`, `correlation` and the like are used as keys.
    pub entities: Vec<(String, String)>,
    pub time: Option<Timestamp>,
    pub last: Option<Timestamp>,
    pub outcome: Outcome,
    /// The alert's one sentence.
    pub summary: String,
    pub events: Vec<OwnEvent>,
    pub job: Option<Arc<Job>>,
    /// When it runs next, as a sentence: `It runs next at 07:51 UTC, in 41 s, as root.`
    pub next: Option<String>,
    /// What is known to be missing from the logs of its host.
    pub coverage: Vec<Gap>,
}

/// An event of the alert.
#[derive(Clone, Debug)]
pub struct OwnEvent {
    pub id: EventId,
    pub time: Option<Timestamp>,
    /// Said where no fact of the event has a sentence.
    pub text: String,
}

impl Subject {
    /// The alert's own values as a fact of no kind: joins start from it as from its events.
    pub(crate) fn anchor(&self) -> Fact {
        let mut values: Vec<(Name, Box<str>)> = Vec::new();
        let mut put = |name: Name, value: &str| {
            if !value.is_empty() && value != "-" && values.iter().all(|(n, _)| *n != name) {
                values.push((name, value.into()));
            }
        };
        self.user.iter().for_each(|user| put(Name::User, user));
        self.login_user.iter().for_each(|user| put(Name::LoginUser, user));
        self.target_host.iter().for_each(|host| put(Name::TargetHost, host));
        self.entities.iter().filter_map(|(name, value)| Some((entity(name)?, value))).for_each(|(name, value)| put(name, value));
        Fact {
            id: self.id,
            kind: u16::MAX,
            time: self.time,
            host: self.host.as_deref().map(Into::into),
            outcome: self.outcome,
            values,
            job: self.job.clone(),
            routine: false,
        }
    }

    /// Another host that the deed reaches.
    pub(crate) fn target(&self) -> Option<String> {
        let target = host_key(self.target_host.as_deref()?.trim_start_matches('\\'));
        (!target.is_empty() && self.host.as_deref().map(host_key) != Some(target.clone())).then_some(target)
    }
}

/// The value that an alert's entity is.
fn entity(name: &str) -> Option<Name> {
    Some(match name {
        "logon_id" | "session" | "ses" => Name::Logon,
        "process" => Name::Image,
        "process_id" => Name::Pid,
        "parent_process" => Name::ParentImage,
        "source_ip" => Name::Address,
        "job" => Name::JobName,
        "table" => Name::File,
        "correlation_id" => Name::Correlation,
        other => Name::parse(other)?,
    })
}
