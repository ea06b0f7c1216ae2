//! Where schedulers read their files: what a path under them means.

use super::crontab::CronTable;

/// What a file at a path would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A table, and whose it is if the name tells.
    Table {
        table: CronTable,
        user: Option<String>,
        stands: bool,
    },
    /// A script that runs every so often.
    Script {
        schedule: &'static str,
    },
    AtSpool,
    Timer,
    /// A unit that a timer may start.
    Service,
    LaunchItem,
}

const SCRIPTS: &[(&str, &str)] = &[
    ("/etc/cron.hourly/", "every hour"),
    ("/etc/cron.daily/", "every day"),
    ("/etc/cron.weekly/", "every week"),
    ("/etc/cron.monthly/", "every month"),
    ("/etc/cron.yearly/", "every year"),
    ("/etc/periodic/15min/", "every 15 minutes"),
    ("/etc/periodic/hourly/", "every hour"),
    ("/etc/periodic/daily/", "every day"),
    ("/etc/periodic/weekly/", "every week"),
    ("/etc/periodic/monthly/", "every month"),
    ("/usr/local/etc/periodic/daily/", "every day"),
    ("/usr/local/etc/periodic/weekly/", "every week"),
    ("/usr/local/etc/periodic/monthly/", "every month"),
];

const TABLES_OF_USERS: &[&str] = &[
    "/var/spool/cron/crontabs/",
    "/var/spool/cron/tabs/",
    "/usr/lib/cron/tabs/",
    "/var/at/tabs/",
    "/private/var/at/tabs/",
    "/var/spool/cron/",
    "/var/cron/tabs/",
    "/etc/crontabs/",
];

const AT_SPOOLS: &[&str] =
    &["/var/spool/cron/atjobs/", "/var/spool/cron/atspool/", "/var/spool/at/", "/var/spool/atjobs/", "/var/at/jobs/", "/private/var/at/jobs/"];

/// When Debian's own table runs a folder of scripts; another table may say another time.
pub fn usual(path: &str) -> Option<&'static str> {
    let usual = [("hourly", "17 * * * *"), ("daily", "25 6 * * *"), ("weekly", "47 6 * * 7"), ("monthly", "52 6 1 * *")];
    let folder = path.strip_prefix("/etc/cron.")?.split('/').next()?;
    usual.iter().find(|(name, _)| *name == folder).map(|(_, expression)| *expression)
}

/// What a file at `path` (made plain by [`plain`]) would be to a scheduler.
pub fn place(path: &str) -> Option<Place> {
    let below = |folder: &&str| path.strip_prefix(*folder).is_some_and(|name| !name.is_empty());
    if path == "/etc/crontab" {
        return Some(Place::Table { table: CronTable::System, user: None, stands: true });
    }
    if path == "/etc/anacrontab" {
        return Some(Place::Table { table: CronTable::Anacron, user: None, stands: true });
    }
    if below(&"/etc/cron.d/") {
        return Some(Place::Table { table: CronTable::System, user: None, stands: false });
    }
    if let Some((_, schedule)) = SCRIPTS.iter().find(|(folder, _)| below(folder)) {
        return Some(Place::Script { schedule });
    }
    if AT_SPOOLS.iter().any(below) {
        return Some(Place::AtSpool);
    }
    let user = TABLES_OF_USERS.iter().find_map(|folder| path.strip_prefix(folder)).filter(|name| !name.is_empty() && !name.contains('/'));
    user.map(|name| Place::Table { table: CronTable::User, user: Some(name.to_owned()), stands: false }).or_else(|| unit(path))
}

fn unit(path: &str) -> Option<Place> {
    let extension = path.rsplit('.').next();
    let systemd = path.contains("/systemd/") || path.contains("systemd/user/");
    if systemd && extension == Some("timer") {
        return Some(Place::Timer);
    }
    if systemd && extension == Some("service") {
        return Some(Place::Service);
    }
    let launch = (path.contains("/LaunchAgents/") || path.contains("/LaunchDaemons/")) && extension == Some("plist");
    launch.then_some(Place::LaunchItem)
}

/// A path without doubled slashes, dots and detours through `/proc/self/root`.
pub fn plain(path: &str) -> String {
    let path = path.trim_matches(['"', '\'']);
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    if parts.len() > 3 && parts[0] == "proc" && parts[2] == "root" {
        parts.drain(..3);
    }
    let slash = if path.ends_with('/') && !parts.is_empty() { "/" } else { "" };
    format!("{}{}{slash}", if path.starts_with('/') { "/" } else { "" }, parts.join("/"))
}
