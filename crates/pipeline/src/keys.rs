//! What tells whether two pieces of evidence are of one doing: where, who, and to what.

use rustc_hash::FxHashSet;
use watchbell_alerts::Triggered;
use watchbell_jobs::Job;
use watchbell_story::{Fact, Name, host_key, person, session_key};

/// Compared in lower case. Empty hosts are unknown ones, which agree with any.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    hosts: FxHashSet<String>,
    /// Accounts and sessions; never those that a system uses for itself.
    who: FxHashSet<String>,
    /// Jobs, what they run, the files that they stand in.
    what: FxHashSet<String>,
}

impl Keys {
    pub fn of_alert(alert: &Triggered) -> Self {
        let mut keys = Self::default();
        ["host", "target_host"].iter().filter_map(|name| alert.entity(name)).for_each(|host| keys.host(host));
        let user = alert.entity("login_user").or(alert.entity("user"));
        keys.account(user);
        keys.session(alert.entity("logon_id"), user);
        ["file", "table"].iter().filter_map(|name| alert.entity(name)).for_each(|file| keys.thing("file", file));
        ["job", "name"].iter().filter_map(|name| alert.entity(name)).for_each(|job| keys.thing("job", job));
        keys.correlation(alert.entity("correlation"));
        alert.job.as_deref().into_iter().for_each(|job| keys.job(job));
        keys
    }

    pub fn of_fact(fact: &Fact) -> Self {
        let mut keys = Self::default();
        fact.host.as_deref().into_iter().chain(fact.get(Name::TargetHost)).for_each(|host| keys.host(host));
        let user = fact.get(Name::LoginUser).or(fact.get(Name::User));
        keys.account(user.filter(|_| !fact.routine));
        keys.session(fact.get(Name::Logon), user);
        keys.session(fact.get(Name::TargetLogon), user);
        fact.get(Name::File).into_iter().for_each(|file| keys.thing("file", file));
        fact.get(Name::JobName).into_iter().for_each(|job| keys.thing("job", job));
        fact.get(Name::Action).into_iter().for_each(|action| keys.thing("action", action));
        keys.correlation(fact.get(Name::Correlation));
        fact.job.as_deref().into_iter().for_each(|job| keys.job(job));
        keys
    }

    pub fn hosts(&self) -> impl Iterator<Item = &str> {
        self.hosts.iter().map(String::as_str)
    }

    /// What another knows of the same deed.
    pub fn learn(&mut self, other: &Self) {
        self.what.extend(other.what.iter().cloned());
    }

    pub fn add(&mut self, other: Self) {
        self.hosts.extend(other.hosts);
        self.who.extend(other.who);
        self.what.extend(other.what);
    }

    /// The keys by which evidence is looked up.
    pub fn each(&self) -> impl Iterator<Item = &str> {
        self.who.iter().chain(&self.what).map(String::as_str)
    }

    /// Who did it, and where: the account, else the session.
    pub fn actor(&self) -> Option<String> {
        let least = |kind: &str| self.who.iter().filter(|who| who.starts_with(kind)).min();
        let who = least("user ").or_else(|| least("session "))?;
        Some(format!("{} {who}", self.hosts.iter().min().map_or("", String::as_str)))
    }

    /// Accounts, sessions and correlations.
    pub fn who(&self) -> impl Iterator<Item = &str> {
        self.who.iter().map(String::as_str)
    }

    /// What jobs run.
    pub fn actions(&self) -> impl Iterator<Item = &str> {
        self.what.iter().filter(|what| what.starts_with("action ")).map(String::as_str)
    }

    /// The keys of jobs and of the files that they stand in.
    pub fn things(&self) -> impl Iterator<Item = &str> {
        self.what.iter().filter(|what| !what.starts_with("action ")).map(String::as_str)
    }

    pub fn same_host(&self, other: &Self) -> bool {
        self.hosts.is_empty() || other.hosts.is_empty() || !self.hosts.is_disjoint(&other.hosts)
    }

    /// Whether both are of one actor and about one thing: the same job or file where both name one, else the same action.
    pub fn same_deed(&self, other: &Self) -> bool {
        self.same_host(other) && !self.who.is_disjoint(&other.who) && self.same_thing(other)
    }

    fn same_thing(&self, other: &Self) -> bool {
        let named = self.things().next().is_some() && other.things().next().is_some();
        if named { self.things().any(|thing| other.what.contains(thing)) } else { !self.what.is_disjoint(&other.what) }
    }

    fn host(&mut self, host: &str) {
        self.hosts.insert(host_key(host));
    }

    fn account(&mut self, user: Option<&str>) {
        self.who.extend(user.and_then(person).map(|user| format!("user {user}")));
    }

    /// Audit sessions are small numbers, given again at each boot: they count with their owner.
    fn session(&mut self, session: Option<&str>, user: Option<&str>) {
        let Some(session) = session.and_then(session_key) else { return };
        let small = session.bytes().all(|b| b.is_ascii_digit());
        let owner = user.filter(|_| small).map(str::to_lowercase).unwrap_or_default();
        self.who.insert(format!("session {session} {owner}"));
    }

    fn correlation(&mut self, id: Option<&str>) {
        self.who.extend(id.map(|id| format!("correlation {}", id.to_lowercase())));
    }

    fn job(&mut self, job: &Job) {
        job.name.as_deref().into_iter().for_each(|name| self.thing(if name.starts_with('/') { "file" } else { "job" }, name));
        job.action().into_iter().for_each(|action| self.thing("action", &action));
    }

    fn thing(&mut self, kind: &str, name: &str) {
        let name = name.trim().trim_start_matches('\\').to_lowercase();
        if !name.is_empty() && name != "-" {
            self.what.insert(format!("{kind} {name}"));
        }
    }
}
