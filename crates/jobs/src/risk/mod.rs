//! What makes a job risky, each with its reason and the words that show it.

mod action;
mod name;

use crate::{Job, Kind};
use serde::{Deserialize, Serialize};

/// One thing that makes a job risky.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Risk {
    pub reason: Reason,
    /// What shows it: the path, the program, the address.
    pub detail: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Reason {
    #[serde(rename = "hidden")]
    Hidden,
    #[serde(rename = "SYSTEM")]
    System,
    #[serde(rename = "user-writable path")]
    UserWritable,
    #[serde(rename = "LOLBin")]
    LolBin,
    #[serde(rename = "encoded")]
    Encoded,
    #[serde(rename = "fetches from the network")]
    Fetches,
    #[serde(rename = "random name")]
    RandomName,
    #[serde(rename = "deleted within a minute")]
    ShortLived,
    #[serde(rename = "written by a service account")]
    ByService,
}

/// What the caller knows of the job beyond its definition.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'a> {
    /// How many seconds passed between its creation and its deletion.
    pub lived_seconds: Option<u64>,
    /// The service account (web server, database, container) that wrote it.
    pub service_account: Option<&'a str>,
}

impl Reason {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hidden => "hidden",
            Self::System => "SYSTEM",
            Self::UserWritable => "user-writable path",
            Self::LolBin => "LOLBin",
            Self::Encoded => "encoded",
            Self::Fetches => "fetches from the network",
            Self::RandomName => "random name",
            Self::ShortLived => "deleted within a minute",
            Self::ByService => "written by a service account",
        }
    }
}

/// Details are cut here.
const LONGEST: usize = 160;
const MINUTE: u64 = 60;

/// The risks of a job, in the order of [`Reason`].
pub fn risk(job: &Job, context: &Context<'_>) -> Vec<Risk> {
    let action = action::Text::new(job);
    let found = [
        (Reason::Hidden, hidden(job)),
        (Reason::System, job.principal.as_deref().filter(|p| is_system(p)).map(str::to_owned)),
        (Reason::UserWritable, action.user_writable(job)),
        (Reason::LolBin, action.lol_bin()),
        (Reason::Encoded, action.encoded(job)),
        (Reason::Fetches, action.fetches()),
        (Reason::RandomName, drawn(job)),
        (Reason::ShortLived, context.lived_seconds.filter(|s| *s <= MINUTE).map(|s| format!("{s} seconds after it was made"))),
        (Reason::ByService, context.service_account.map(str::to_owned)),
    ];
    found.into_iter().filter_map(|(reason, detail)| Some(Risk { reason, detail: cut(&detail?) })).collect()
}

fn hidden(job: &Job) -> Option<String> {
    let dotted = job.name.as_deref().and_then(|name| name.rsplit('/').next()).filter(|base| base.len() > 1 && base.starts_with('.'));
    match (job.hidden, dotted) {
        (Some(true), _) => Some("not shown in the Task Scheduler's list".to_owned()),
        (_, Some(base)) if job.kind != Kind::WindowsTask => Some(base.to_owned()),
        _ => None,
    }
}

fn is_system(principal: &str) -> bool {
    let name = principal.rsplit('\\').next().unwrap_or(principal);
    ["SYSTEM", "LocalSystem", "S-1-5-18"].iter().any(|system| name.eq_ignore_ascii_case(system))
}

/// Below it Windows itself names tasks by GUIDs.
const GROUP_POLICY: &str = r"\Microsoft\Windows\GroupPolicy\";

/// Names that a person or an installer gives; the spool's numbers and the cloud's ids are drawn by nature.
fn drawn(job: &Job) -> Option<String> {
    let by_policy = |name: &&str| name.get(..GROUP_POLICY.len()).is_some_and(|folder| folder.eq_ignore_ascii_case(GROUP_POLICY));
    let given = matches!(job.kind, Kind::WindowsTask | Kind::Cron | Kind::SystemdTimer | Kind::SystemdRun | Kind::Launchd);
    job.name.as_deref().filter(|name| !by_policy(name)).filter(|name| given && name::is_drawn(name)).map(|name| name::base(name).to_owned())
}

fn cut(detail: &str) -> String {
    if detail.chars().count() <= LONGEST { detail.to_owned() } else { detail.chars().take(LONGEST - 1).chain(['…']).collect() }
}
