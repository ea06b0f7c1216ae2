//! What kind of definition a text is, told by its content, and the jobs in it.

use super::cloud;
use watchbell_jobs::{CronTable, Job, Kind, at_job, command_line, crontab, crontab_line, powershell, task_xml, timer_unit};

/// What is known besides the text.
pub struct Hint<'a> {
    pub path: Option<&'a str>,
    /// Whose crontab it is.
    pub user: Option<&'a str>,
    /// The service of a timer.
    pub beside: Option<&'a str>,
}

#[derive(Default)]
pub struct Recognised {
    pub jobs: Vec<Job>,
    pub problems: Vec<String>,
}

/// Lines of a table that are named as wrong.
const NAMED: usize = 20;
/// Lines of a table that are looked at for what kind it is and what is wrong.
const LINES: usize = 10_000;

pub fn recognise(text: &str, hint: &Hint<'_>) -> Recognised {
    let start = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    if start.starts_with('<') || start.starts_with("&lt;") {
        return xml(start);
    }
    if let Some(jobs) = cloud::jobs(start) {
        return Recognised { jobs, problems: Vec::new() };
    }
    if is_timer(start) {
        return timer(start, hint);
    }
    if start.contains("# atrun uid=") {
        let name = base(hint.path);
        return one(at_job(name.unwrap_or_default(), start).map(|job| Job { name: name.map(str::to_owned), ..job }));
    }
    table(text, hint).unwrap_or_else(|| Recognised { jobs: script(text), problems: Vec::new() })
}

fn one(job: Result<Job, watchbell_jobs::JobError>) -> Recognised {
    match job {
        Ok(job) => Recognised { jobs: vec![job], problems: Vec::new() },
        Err(error) => Recognised { jobs: Vec::new(), problems: vec![error.to_string()] },
    }
}

fn xml(text: &str) -> Recognised {
    one(task_xml(text))
}

fn is_timer(text: &str) -> bool {
    let setting = |line: &str| {
        ["OnCalendar=", "OnBootSec=", "OnUnitActiveSec=", "OnActiveSec=", "OnStartupSec=", "OnUnitInactiveSec="].iter().any(|key| line.starts_with(key))
    };
    text.lines().map(str::trim).any(|line| line == "[Timer]" || setting(line))
}

fn timer(text: &str, hint: &Hint<'_>) -> Recognised {
    let (own, name) = (text.contains("[Service]").then_some(text), base(hint.path));
    one(timer_unit(name.unwrap_or_default(), text, own.or(hint.beside)).map(|job| Job { name: name.map(str::to_owned), ..job }))
}

fn base(path: Option<&str>) -> Option<&str> {
    path?.rsplit(['/', '\\']).next().filter(|name| *name != "-")
}

/// A crontab: its first entry reads as one. Lines that do not are told.
fn table(text: &str, hint: &Hint<'_>) -> Option<Recognised> {
    let kind = kind_of_table(text, hint);
    let entry = |line: &&str| !matches!(crontab_line(line, kind), Ok(None));
    text.lines().find(entry).filter(|line| crontab_line(line, kind).is_ok())?;
    let wrong = (1..).zip(text.lines().take(LINES)).filter(|(_, line)| crontab_line(line, kind).is_err());
    let problems =
        wrong.take(NAMED).map(|(number, line)| format!("line {number} is no line of a crontab: {}", line.chars().take(60).collect::<String>())).collect();
    let jobs = crontab(text, kind).into_iter().map(|job| Job { principal: job.principal.or_else(|| hint.user.map(str::to_owned)), ..job });
    Some(Recognised { jobs: jobs.collect(), problems })
}

fn kind_of_table(text: &str, hint: &Hint<'_>) -> CronTable {
    let path = hint.path.unwrap_or_default();
    if hint.user.is_some() || path.contains("spool/cron") {
        CronTable::User
    } else if path.ends_with("anacrontab") || (text.contains("START_HOURS_RANGE") && text.contains("cron.daily")) {
        CronTable::Anacron
    } else if path.contains("cron.d/") || path.ends_with("etc/crontab") || names_users(text) {
        CronTable::System
    } else {
        CronTable::User
    }
}

/// Words that commands begin with, though they would do as a user's name.
const COMMANDS: &[&str] = &[
    "bash",
    "cat",
    "cd",
    "certbot",
    "cp",
    "curl",
    "docker",
    "echo",
    "env",
    "find",
    "flock",
    "git",
    "java",
    "kill",
    "logger",
    "mv",
    "mysqldump",
    "nc",
    "ncat",
    "nice",
    "node",
    "perl",
    "php",
    "podman",
    "ps",
    "python",
    "python3",
    "python2",
    "restic",
    "rm",
    "rsync",
    "ruby",
    "run-parts",
    "scp",
    "sh",
    "sleep",
    "socat",
    "ssh",
    "sudo",
    "tar",
    "test",
    "timeout",
    "touch",
    "wget",
    "zsh",
    "nohup",
    "export",
    "true",
    "date",
    "kubectl",
    "systemctl",
    "openssl",
];

/// Whether every entry has a user before its command: a plain word that is no command, and something behind it.
fn names_users(text: &str) -> bool {
    let commands: Vec<String> = text.lines().take(LINES).filter_map(|line| crontab_line(line, CronTable::User).ok().flatten()?.command).collect();
    let user = |command: &String| {
        let (word, rest) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
        let plain = word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-'));
        let plain = plain && word.starts_with(|c: char| c.is_ascii_lowercase() || c == '_') && word.len() <= 32;
        plain && !COMMANDS.contains(&word) && !rest.trim_start().is_empty() && !rest.trim_start().starts_with('-')
    };
    !commands.is_empty() && commands.iter().all(user)
}

/// Command lines of any shell; a script of PowerShell may hold what no command line does.
fn script(text: &str) -> Vec<Job> {
    let found = command_line(text.trim());
    let found = if found.is_empty() { powershell(text) } else { found };
    if found.is_empty() { text.lines().flat_map(command_line).take(256).collect() } else { found }
}

/// Kinds as one says them.
pub fn kind_words(kind: Kind) -> &'static str {
    match kind {
        Kind::WindowsTask => "Windows task",
        Kind::Cron => "cron job",
        Kind::At => "at job",
        Kind::SystemdTimer => "systemd timer",
        Kind::SystemdRun => "transient unit",
        Kind::Launchd => "launchd job",
        Kind::AzureSchedule => "Azure schedule",
        Kind::AzureWebhook => "Azure webhook",
        Kind::AzureRunbook => "Azure runbook",
        Kind::CronJob => "CronJob",
        Kind::K8sJob => "Kubernetes job",
    }
}
