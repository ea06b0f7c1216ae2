//! What the questions of one story share: the alert, its window, and facts asked for within it.

use crate::keys::{host_key, person};
use crate::process::Sure;
use crate::{Fact, Facts, Kind, Name, Recipe, Role, Subject, value_key};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use watchbell_model::Timestamp;

/// A name, the key of a value, and the roles as bits.
type Asked = (Name, String, u32);

pub(crate) struct Case<'a> {
    pub subject: &'a Subject,
    pub recipe: &'a Recipe,
    facts: &'a dyn Facts,
    /// The alert's own values.
    pub anchor: &'a Fact,
    /// The facts of its events.
    pub own: Vec<&'a Fact>,
    /// Its first and last event's time.
    span: Option<(Timestamp, Timestamp)>,
    pids: RefCell<BTreeMap<String, Rc<[&'a Fact]>>>,
    answers: RefCell<BTreeMap<Asked, Vec<&'a Fact>>>,
    boots: RefCell<BTreeMap<Option<String>, Rc<[i64]>>>,
    /// What was worked out of each fact's process: who did it, and who started it.
    pub sure: RefCell<BTreeMap<(*const Fact, bool), Option<Sure<'a>>>>,
}

/// Answers longer than this are cut to what is nearest to the alert.
const MOST: usize = 500;

impl<'a> Case<'a> {
    pub fn new(subject: &'a Subject, anchor: &'a Fact, facts: &'a dyn Facts, recipe: &'a Recipe) -> Self {
        let own: Vec<&Fact> = subject.events.iter().flat_map(|event| facts.by_id(event.id)).collect();
        let times = subject.events.iter().filter_map(|event| event.time).chain(subject.time).chain(subject.last);
        let (first, last) = (times.clone().min_by_key(|time| time.nanos), times.max_by_key(|time| time.nanos));
        Self {
            subject,
            recipe,
            facts,
            anchor,
            own,
            span: first.zip(last),
            pids: RefCell::default(),
            answers: RefCell::default(),
            boots: RefCell::default(),
            sure: RefCell::default(),
        }
    }

    pub fn kind(&self, fact: &Fact) -> Option<&'a Kind> {
        self.recipe.kinds.get(usize::from(fact.kind))
    }

    pub fn role(&self, fact: &Fact) -> Option<Role> {
        self.kind(fact).map(|kind| kind.role)
    }

    pub fn start(&self) -> Option<Timestamp> {
        self.span.map(|(first, _)| first)
    }

    /// Facts with a value and one of the roles, each within its kind's window, by (time, id). Asked again and again of one value.
    pub fn by(&self, name: Name, value: &str, roles: &[Role]) -> Vec<&'a Fact> {
        let mask = roles.iter().fold(0, |mask, role| mask | 1_u32 << *role as u32);
        self.answers.borrow_mut().entry((name, value_key(name, value), mask)).or_insert_with(|| self.ask(name, value, roles)).clone()
    }

    fn ask(&self, name: Name, value: &str, roles: &[Role]) -> Vec<&'a Fact> {
        let Some(window) = self.window() else { return Vec::new() };
        let mut facts = self.facts.by_value(name, value, window);
        facts.retain(|fact| self.role(fact).is_some_and(|role| roles.contains(&role)));
        self.nearest(facts)
    }

    /// The same of an account: what is routine joins nothing by account.
    pub fn by_account(&self, name: Name, account: &str, roles: &[Role]) -> Vec<&'a Fact> {
        let mut facts = self.by(name, account, roles);
        facts.retain(|fact| !fact.routine);
        facts
    }

    /// Starts and ends of processes of a pid; asked again and again.
    pub fn of_pid(&self, pid: &str) -> Rc<[&'a Fact]> {
        let of_pid = || self.by(Name::Pid, pid, &[Role::Process, Role::ProcessEnd]).into();
        Rc::clone(self.pids.borrow_mut().entry(value_key(Name::Pid, pid)).or_insert_with(of_pid))
    }

    /// Facts of a host with these roles, by kind and (time, id).
    pub fn of_roles(&self, host: Option<&str>, roles: &[Role]) -> Vec<&'a Fact> {
        let Some(window) = self.window() else { return Vec::new() };
        let kinds = (0..).zip(&self.recipe.kinds).filter(|(_, kind)| roles.contains(&kind.role));
        kinds.flat_map(|(at, _)| self.nearest(self.facts.of_kind(host, at, window))).collect()
    }

    /// The widest window of all kinds.
    pub fn window(&self) -> Option<(Timestamp, Timestamp)> {
        let (first, last) = self.span?;
        let widest = |side: fn(&Kind) -> i64| self.recipe.kinds.iter().map(side).max().unwrap_or(0);
        Some((shift(first, -widest(|kind| kind.before)), shift(last, widest(|kind| kind.after))))
    }

    fn within(&self, fact: &Fact) -> bool {
        let (Some((first, last)), Some(time), Some(kind)) = (self.span, fact.time, self.kind(fact)) else { return false };
        shift(first, -kind.before).nanos <= time.nanos && time.nanos <= shift(last, kind.after).nanos
    }

    fn nearest(&self, mut facts: Vec<&'a Fact>) -> Vec<&'a Fact> {
        facts.retain(|fact| self.within(fact));
        if facts.len() > MOST {
            facts.sort_by_key(|fact| (self.distance(fact), fact.time, fact.id));
            facts.truncate(MOST);
            facts.sort_by_key(|fact| (fact.time, fact.id, fact.kind));
        }
        facts
    }

    /// Nanoseconds between a fact and the alert.
    pub fn distance(&self, fact: &Fact) -> u64 {
        let (Some((first, last)), Some(time)) = (self.span, fact.time) else { return u64::MAX };
        if time.nanos < first.nanos { first.nanos.abs_diff(time.nanos) } else { time.nanos.saturating_sub(last.nanos).max(0).unsigned_abs() }
    }

    /// Whether it is after the alert's first event.
    pub fn is_after(&self, fact: &Fact) -> bool {
        fact.time.zip(self.start()).is_some_and(|(time, start)| time.nanos > start.nanos)
    }

    /// Whether it is at the alert's first event or after it: many logs write whole seconds.
    pub fn not_before(&self, fact: &Fact) -> bool {
        fact.time.zip(self.start()).is_some_and(|(time, start)| time.nanos >= start.nanos)
    }

    pub fn is_own(&self, fact: &Fact) -> bool {
        self.subject.events.iter().any(|event| event.id == fact.id)
    }

    /// Who did it: who logged in, else the account, if it is a person's.
    pub fn actor(&self) -> Option<String> {
        [self.subject.login_user.as_deref(), self.subject.user.as_deref()].into_iter().flatten().find_map(person)
    }

    /// The name of an account that the audit log only numbers, where a logon tells both.
    pub fn called(&self, account: &str) -> Option<&'a str> {
        let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !number(account) {
            return None;
        }
        let logons = self.by(Name::LoginUser, account, &[Role::Logon]).into_iter().filter(|logon| may_be_same_host(logon, self.anchor));
        let mut names = logons.filter_map(|logon| logon.get(Name::User)).filter(|name| !number(name) && person(name).is_some());
        let name = names.next()?;
        names.all(|other| other == name).then_some(name)
    }

    /// A sentence with the names of such accounts, where it speaks of them.
    pub fn with_names(&self, text: String, accounts: [Option<&str>; 2]) -> String {
        accounts.into_iter().flatten().filter_map(|account| Some((account, self.called(account)?))).fold(text, |text, (account, name)| {
            let text = text.strip_prefix(account).filter(|rest| rest.starts_with([' ', ',', '\''])).map_or(text.clone(), |rest| format!("{name}{rest}"));
            [(" as ", " "), (" as ", ","), (" of ", " "), (" of ", ","), (" table ", " ")]
                .iter()
                .fold(text, |text, (before, after)| text.replace(&format!("{before}{account}{after}"), &format!("{before}{name}{after}")))
        })
    }

    /// Whether the host started between two moments.
    pub fn booted_between(&self, one: &Fact, other: &Fact) -> bool {
        let boots = self.boots_of(one.host.as_deref());
        let (Some(a), Some(b)) = (one.time, other.time) else { return false };
        let (from, to) = (a.nanos.min(b.nanos), a.nanos.max(b.nanos));
        boots.iter().any(|time| from < *time && *time <= to)
    }

    fn boots_of(&self, host: Option<&str>) -> Rc<[i64]> {
        let boots = || self.of_roles(host, &[Role::Boot]).iter().filter_map(|boot| boot.time).map(|time| time.nanos).collect();
        Rc::clone(self.boots.borrow_mut().entry(host.map(host_key)).or_insert_with(boots))
    }
}

pub(crate) fn same_host(one: &Fact, other: &Fact) -> bool {
    one.host == other.host || one.host.as_deref().map(host_key) == other.host.as_deref().map(host_key)
}

/// The same, or one of them tells none.
pub(crate) fn may_be_same_host(one: &Fact, other: &Fact) -> bool {
    one.host.is_none() || other.host.is_none() || same_host(one, other)
}

/// Whether `fact` is at most so many seconds before, and so many after, `around`.
pub(crate) fn near(fact: &Fact, around: &Fact, before: i64, after: i64) -> bool {
    let (Some(time), Some(around)) = (fact.time, around.time) else { return false };
    shift(around, -before).nanos <= time.nanos && time.nanos <= shift(around, after).nanos
}

fn shift(time: Timestamp, seconds: i64) -> Timestamp {
    Timestamp { nanos: time.nanos.saturating_add(seconds.saturating_mul(1_000_000_000)), digits: time.digits }
}
