//! A scheduled job as alerts show it, and its derived fields (`Job.Command` and the like) as rules ask for them.

use crate::Trigger;
use crate::trigger::MOST;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A scheduled job, or a deed done to one. What the evidence does not tell is absent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    pub kind: Kind,
    pub verb: Verb,
    /// The program or interface that did it: `schtasks`, `crontab`, `powershell`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arguments: Option<String>,
    /// What stands encoded in the command and its arguments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decoded: Option<String>,
    /// When it runs, one phrase for each trigger.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub schedule: Vec<String>,
    /// The same, typed, for its next runs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub triggers: Vec<Trigger>,
    /// Whom it runs as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_level: Option<RunLevel>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_host: Option<String>,
    /// The account that was named on the command line (`crontab -u`, `/ru`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_user: Option<String>,
    /// The file that the definition was read from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub xml_path: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub force: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logon_type: Option<String>,
    /// The working folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What runs after the first command.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub more_actions: Vec<Action>,
}

/// One thing that a job runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    pub command: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arguments: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    WindowsTask,
    Cron,
    At,
    SystemdTimer,
    SystemdRun,
    Launchd,
    AzureSchedule,
    AzureWebhook,
    AzureRunbook,
    #[serde(rename = "cronjob")]
    CronJob,
    K8sJob,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    Create,
    Change,
    Run,
    Stop,
    Delete,
    Query,
    Enable,
    Disable,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunLevel {
    Highest,
    Least,
}

impl Kind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WindowsTask => "windows_task",
            Self::Cron => "cron",
            Self::At => "at",
            Self::SystemdTimer => "systemd_timer",
            Self::SystemdRun => "systemd_run",
            Self::Launchd => "launchd",
            Self::AzureSchedule => "azure_schedule",
            Self::AzureWebhook => "azure_webhook",
            Self::AzureRunbook => "azure_runbook",
            Self::CronJob => "cronjob",
            Self::K8sJob => "k8s_job",
        }
    }
}

impl Verb {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Change => "change",
            Self::Run => "run",
            Self::Stop => "stop",
            Self::Delete => "delete",
            Self::Query => "query",
            Self::Enable => "enable",
            Self::Disable => "disable",
        }
    }
}

impl RunLevel {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Highest => "highest",
            Self::Least => "least",
        }
    }
}

impl Job {
    /// A job of which nothing more is known.
    pub fn new(kind: Kind, verb: Verb) -> Self {
        Self {
            kind,
            verb,
            tool: None,
            name: None,
            command: None,
            arguments: None,
            decoded: None,
            schedule: Vec::new(),
            triggers: Vec::new(),
            principal: None,
            run_level: None,
            hidden: None,
            enabled: None,
            target_host: None,
            target_user: None,
            xml_path: None,
            force: None,
            author: None,
            logon_type: None,
            folder: None,
            description: None,
            more_actions: Vec::new(),
        }
    }

    /// The derived fields with their values, in the order of `Job`'s own. A field with several values comes several times.
    pub fn fields(&self) -> impl Iterator<Item = (&'static str, Cow<'_, str>)> {
        let one = [
            ("Job.Kind", Some(Cow::Borrowed(self.kind.as_str()))),
            ("Job.Verb", Some(Cow::Borrowed(self.verb.as_str()))),
            ("Job.Tool", text(self.tool.as_ref())),
            ("Job.Name", text(self.name.as_ref())),
            ("Job.Command", text(self.command.as_ref())),
            ("Job.Arguments", text(self.arguments.as_ref())),
            ("Job.Decoded", text(self.decoded.as_ref())),
            ("Job.Action", self.action().map(Cow::Owned)),
            ("Job.Principal", text(self.principal.as_ref())),
            ("Job.RunLevel", self.run_level.map(|l| Cow::Borrowed(l.as_str()))),
            ("Job.Hidden", flag(self.hidden)),
            ("Job.Enabled", flag(self.enabled)),
            ("Job.Author", text(self.author.as_ref())),
            ("Job.TargetHost", text(self.target_host.as_ref())),
            ("Job.TargetUser", text(self.target_user.as_ref())),
            ("Job.XmlPath", text(self.xml_path.as_ref())),
            ("Job.Force", flag(self.force)),
            ("Job.LogonType", text(self.logon_type.as_ref())),
            ("Job.Folder", text(self.folder.as_ref())),
            ("Job.Description", text(self.description.as_ref())),
        ];
        let schedule = self.schedule.iter().map(|phrase| ("Job.Schedule", Cow::Borrowed(phrase.as_str())));
        one.into_iter().filter_map(|(name, value)| Some((name, value?))).chain(schedule).chain(self.more_actions.iter().flat_map(Action::fields))
    }

    /// Everything that runs, in one text: commands, arguments, and what was encoded in them.
    pub fn action(&self) -> Option<String> {
        let more = self.more_actions.iter().flat_map(|a| [Some(&a.command), a.arguments.as_ref()]);
        let parts: Vec<&str> =
            [self.command.as_ref(), self.arguments.as_ref()].into_iter().chain(more).chain([self.decoded.as_ref()]).flatten().map(String::as_str).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }

    /// Undoes what stands encoded in what runs.
    pub(crate) fn decode(mut self) -> Self {
        if self.decoded.is_none() {
            self.decoded = self.action().and_then(|action| crate::decode::undo(&action));
        }
        self
    }

    /// Adds something that runs: the first is the job's command, later ones stand in `more_actions`.
    pub(crate) fn push_action(&mut self, action: Action) {
        if self.command.is_some() {
            self.more_actions.push(action);
            return;
        }
        self.command = Some(action.command);
        self.arguments = action.arguments;
        self.folder = action.folder;
    }

    /// Adds what starts it, up to the bound.
    pub(crate) fn start_by(&mut self, triggers: impl IntoIterator<Item = Trigger>) {
        let room = MOST.saturating_sub(self.triggers.len());
        self.triggers.extend(triggers.into_iter().take(room));
    }

    pub(crate) fn by(mut self, tool: &str) -> Self {
        self.tool = Some(tool.to_owned());
        self
    }

    pub(crate) fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }
}

/// A command that cron has started.
pub fn ran_by_cron(command: &str) -> Job {
    Job { command: Some(command.to_owned()), ..Job::new(Kind::Cron, Verb::Run) }.by("cron").decode()
}

impl Action {
    fn fields(&self) -> impl Iterator<Item = (&'static str, Cow<'_, str>)> {
        let arguments = self.arguments.as_ref().map(|a| ("Job.Arguments", Cow::Borrowed(a.as_str())));
        [("Job.Command", Cow::Borrowed(self.command.as_str()))].into_iter().chain(arguments)
    }
}

fn text(value: Option<&String>) -> Option<Cow<'_, str>> {
    value.map(|v| Cow::Borrowed(v.as_str()))
}

fn flag(value: Option<bool>) -> Option<Cow<'static, str>> {
    value.map(|v| Cow::Borrowed(if v { "true" } else { "false" }))
}
