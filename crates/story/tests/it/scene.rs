//! Scenes: facts written in one line each, an alert about some of them, and what its story must hold.

use crate::recipe::{place, recipe};
use std::sync::Arc;
use watchbell_jobs::{Job, Kind, Verb};
use watchbell_model::{EventId, IdWriter, Outcome, Timestamp};
use watchbell_story::{Entry, Fact, Memory, Name, OwnEvent, Strength, Subject, Told, tell};

/// 2024-05-06T10:00:00Z; times of scenes are milliseconds after it.
const START: i64 = 1_714_989_600_000;

pub fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(START + millis)
}

pub fn id(label: &str) -> EventId {
    IdWriter::new(label).finish()
}

#[derive(Clone)]
pub struct Scene {
    pub facts: Vec<Fact>,
    pub subject: Subject,
}

impl Scene {
    pub fn new() -> Self {
        let subject = Subject {
            id: id("alert"),
            alert: "TestJobCreated".to_owned(),
            title: "A job was created".to_owned(),
            host: None,
            target_host: None,
            user: None,
            login_user: None,
            entities: Vec::new(),
            time: None,
            last: None,
            outcome: Outcome::Done,
            summary: "A job was created".to_owned(),
            events: Vec::new(),
            job: None,
            next: None,
            coverage: Vec::new(),
        };
        Self { facts: Vec::new(), subject }
    }

    /// `label` names the event (several facts may share one); values are `name=value` between ` | `.
    pub fn fact(mut self, label: &str, kind: &str, millis: i64, host: &str, values: &str) -> Self {
        self.facts.push(fact(label, kind, millis, host, values));
        self
    }

    /// The last fact tells of this job.
    pub fn with_job(mut self, job: &Job) -> Self {
        self.facts.last_mut().expect("a fact").job = Some(Arc::new(job.clone()));
        self
    }

    pub fn failed(mut self) -> Self {
        self.facts.last_mut().expect("a fact").outcome = Outcome::Failed;
        self
    }

    /// The alert is about the event of that label, which is a fact already.
    pub fn alert(mut self, label: &str, user: &str, job: Option<Job>) -> Self {
        let fact = self.facts.iter().find(|fact| fact.id == id(label)).expect("the alert's event");
        self.subject.time = fact.time;
        self.subject.last = fact.time;
        self.subject.host = fact.host.as_deref().map(str::to_owned);
        self.subject.user = Some(user.to_owned());
        self.subject.outcome = fact.outcome;
        self.subject.job = job.map(Arc::new);
        self.subject.events = vec![OwnEvent { id: fact.id, time: fact.time, text: "the event itself".to_owned() }];
        self
    }

    pub fn tell(&self) -> Told {
        tell(&self.subject, &Memory::new(self.facts.clone()), &recipe())
    }
}

pub fn fact(label: &str, kind: &str, millis: i64, host: &str, values: &str) -> Fact {
    let pair = |text: &str| {
        let (name, value) = text.split_once('=').expect("name=value");
        (Name::parse(name).unwrap_or_else(|| panic!("no name {name}")), value.into())
    };
    let values = values.split(" | ").filter(|text| !text.is_empty()).map(pair).collect();
    let host = (!host.is_empty()).then(|| host.into());
    Fact { id: id(label), kind: place(kind), time: Some(at(millis)), host, outcome: Outcome::Done, values, job: None, routine: false }
}

pub fn job(kind: Kind, name: &str, command: &str, arguments: Option<&str>) -> Job {
    Job {
        name: (!name.is_empty()).then(|| name.to_owned()),
        command: Some(command.to_owned()),
        arguments: arguments.map(str::to_owned),
        ..Job::new(kind, Verb::Create)
    }
}

/// Asks for entries by the labels of their events; `None` wants it weak or absent.
pub fn check(told: &Told, wanted: &[(&str, Option<Strength>)]) {
    for (label, strength) in wanted {
        let entry = entry(told, label);
        let got = entry.map(|entry| entry.join.strength);
        let right = match strength {
            None => got.is_none_or(|got| got == Strength::Weak),
            Some(_) => got == *strength,
        };
        assert!(right, "{label}: wanted {strength:?}, got {got:?}\n{}", shown(told));
    }
    assert!(told.story.entries.iter().is_sorted_by_key(|entry| (entry.time, entry.event)));
    assert!((1..=3).contains(&told.story.summary.len()), "{:?}", told.story.summary);
}

pub fn entry<'a>(told: &'a Told, label: &str) -> Option<&'a Entry> {
    told.story.entries.iter().find(|entry| entry.event == id(label))
}

/// The whole story as text, for messages and for stories that must be the same.
pub fn shown(told: &Told) -> String {
    let entries = told.story.entries.iter().map(|e| {
        format!("{:?} {} {} [{:?} {}: {}]", e.chapter, e.time.map(|t| t.to_string()).unwrap_or_default(), e.text, e.join.strength, e.join.by, e.join.reason)
    });
    let processes = told.story.processes.iter().map(|p| format!("process {:?} {} {:?} own={}", p.parent, p.image, p.event, p.own));
    let gaps = told.gaps.iter().map(|g| format!("gap {:?} {:?}..{:?} {}", g.kind, g.from, g.to, g.text));
    told.story.summary.iter().cloned().chain(entries).chain(processes).chain(gaps).collect::<Vec<_>>().join("\n")
}
