//! What a line writes into files, and the jobs that such files are.

use crate::trigger::{Anchor, Dialect, Trigger};
use crate::unix::crontab::{CronTable, crontab};
use crate::unix::place::{Place, place, plain, usual};
use crate::unix::timer::timer_unit;
use crate::{Job, Kind, Verb};

const MAX_FILES: usize = 256;
const MAX_CONTENT: usize = 64 * 1024;

/// The files that a line wrote, in its order.
#[derive(Default)]
pub struct Files {
    written: Vec<Written>,
}

/// A file as the line leaves it.
pub struct Written {
    path: String,
    /// What is known to stand in it.
    content: String,
    source: Option<String>,
    verb: Verb,
    tool: String,
    /// How many jobs had been found before.
    pub position: usize,
}

/// One write.
pub struct Deed<'a> {
    pub path: &'a str,
    pub content: &'a str,
    /// Where the content came from.
    pub source: Option<&'a str>,
    pub verb: Verb,
    pub tool: &'a str,
}

impl Files {
    /// Notes a write, or what else was done to a file.
    pub fn note(&mut self, deed: &Deed<'_>, position: usize) {
        let path = plain(deed.path);
        let content: String = deed.content.chars().take(MAX_CONTENT).collect();
        match self.written.iter().position(|w| w.path == path && w.verb != Verb::Delete) {
            Some(at) if deed.verb == Verb::Change => self.written[at].append(&content),
            Some(at) if self.written[at].verb == deed.verb => self.written[at].content = content,
            _ if self.written.len() < MAX_FILES => {
                self.written.push(Written { path, content, source: deed.source.map(str::to_owned), verb: deed.verb, tool: deed.tool.to_owned(), position });
            }
            _ => {}
        }
    }

    pub fn count(&self) -> usize {
        self.written.len()
    }

    /// What stands in a file, where the line wrote it.
    pub fn content(&self, path: &str) -> Option<&str> {
        let path = plain(path);
        self.written.iter().rev().find(|w| w.path == path && w.verb != Verb::Delete).map(|w| w.content.as_str())
    }

    /// The jobs, each with the position at which it belongs.
    pub fn into_jobs(self) -> Vec<(usize, Job)> {
        self.written.iter().flat_map(|w| self.jobs_of(w).into_iter().map(|job| (w.position, job))).collect()
    }

    fn jobs_of(&self, written: &Written) -> Vec<Job> {
        let mut jobs = match place(&written.path) {
            Some(Place::Table { table, user, stands }) => written.table(table, user.as_deref(), stands),
            Some(Place::Script { schedule }) => vec![written.script(Kind::Cron, Some(schedule))],
            Some(Place::AtSpool) => vec![written.script(Kind::At, None)],
            Some(Place::Timer) => vec![self.timer(written)],
            Some(Place::LaunchItem) => vec![written.script(Kind::Launchd, None)],
            Some(Place::Service) | None => Vec::new(),
        };
        jobs.truncate(16);
        for job in &mut jobs {
            job.xml_path.clone_from(&written.source);
        }
        jobs
    }

    /// A timer, with what the service of the same name runs.
    fn timer(&self, written: &Written) -> Job {
        let name = written.path.rsplit('/').next().unwrap_or(&written.path);
        let service = self.content(&format!("{}.service", written.path.trim_end_matches(".timer")));
        let decoded = timer_unit(name, &written.content, service).ok();
        let mut job = decoded.unwrap_or_else(|| Job::new(Kind::SystemdTimer, written.verb).named(name));
        job.verb = written.verb;
        job.by(&written.tool)
    }
}

impl Written {
    fn append(&mut self, content: &str) {
        if self.content.len() + content.len() <= MAX_CONTENT {
            self.content.push_str(content);
        }
    }

    fn table(&self, table: CronTable, user: Option<&str>, stands: bool) -> Vec<Job> {
        let mut jobs = crontab(&self.content, table);
        if jobs.is_empty() {
            jobs.push(self.script(Kind::Cron, None));
        }
        let verb = if stands && self.verb == Verb::Create { Verb::Change } else { self.verb };
        jobs.into_iter().map(|job| Job { verb, principal: job.principal.or_else(|| user.map(str::to_owned)), ..job }.by(&self.tool).named(&self.path)).collect()
    }

    fn script(&self, kind: Kind, schedule: Option<&str>) -> Job {
        let mut job = Job::new(kind, self.verb).by(&self.tool).named(&self.path);
        job.command = Some(self.content.trim_end().to_owned()).filter(|c| !c.is_empty());
        job.schedule = schedule.map(str::to_owned).into_iter().collect();
        let usual = usual(&self.path).and_then(|expression| Trigger::cron(expression, Dialect::Vixie)).map(Trigger::guess);
        job.start_by(usual.or_else(|| schedule.map(|_| Trigger::on(Anchor::Unknown))));
        job
    }
}
