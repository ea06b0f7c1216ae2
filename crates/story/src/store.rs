//! Where facts are asked for: a small trait that a store implements, and the one that holds them in memory.

use crate::{Fact, Name};
use std::collections::BTreeMap;
use watchbell_model::{EventId, Timestamp};

/// A store of facts. Every answer is by (time, id), and bounded by the asked window.
pub trait Facts {
    /// Facts of a host (compared by [`host_key`]); `None` asks for those that name no host.
    fn of_host(&self, host: Option<&str>, window: (Timestamp, Timestamp)) -> Vec<&Fact>;
    /// Facts that have this value under this name, whatever host they are of.
    fn by_value(&self, name: Name, value: &str, window: (Timestamp, Timestamp)) -> Vec<&Fact>;
    fn by_id(&self, id: EventId) -> Vec<&Fact>;
}

/// A host's name as joins compare it: its first label, in lower case (an address stays whole).
pub fn host_key(host: &str) -> String {
    let host = host.trim();
    if host.parse::<std::net::IpAddr>().is_ok() {
        return host.to_owned();
    }
    host.split('.').next().unwrap_or_default().to_lowercase()
}

/// Facts in memory, by time.
#[derive(Default)]
pub struct Memory {
    /// By (time, id, kind).
    facts: Vec<Fact>,
    hosts: BTreeMap<Option<String>, Vec<u32>>,
    values: BTreeMap<(Name, String), Vec<u32>>,
    ids: BTreeMap<EventId, Vec<u32>>,
}

impl Memory {
    pub fn new(mut facts: Vec<Fact>) -> Self {
        facts.sort_by_key(|fact| (fact.time, fact.id, fact.kind));
        let mut memory = Self::default();
        for (at, fact) in (0..).zip(&facts) {
            memory.hosts.entry(fact.host.as_deref().map(host_key)).or_default().push(at);
            memory.ids.entry(fact.id).or_default().push(at);
            for (name, value) in &fact.values {
                memory.values.entry((*name, value.to_lowercase())).or_default().push(at);
            }
        }
        memory.facts = facts;
        memory
    }

    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    fn between<'a>(&'a self, places: Option<&'a Vec<u32>>, (from, to): (Timestamp, Timestamp)) -> Vec<&'a Fact> {
        let places = places.map_or(&[][..], Vec::as_slice);
        let time = |at: &u32| self.facts[*at as usize].time;
        let start = places.partition_point(|at| time(at).is_none_or(|time| time.nanos < from.nanos));
        places[start..].iter().map(|at| &self.facts[*at as usize]).take_while(|fact| fact.time.is_some_and(|time| time.nanos <= to.nanos)).collect()
    }
}

impl Facts for Memory {
    fn of_host(&self, host: Option<&str>, window: (Timestamp, Timestamp)) -> Vec<&Fact> {
        self.between(self.hosts.get(&host.map(host_key)), window)
    }

    fn by_value(&self, name: Name, value: &str, window: (Timestamp, Timestamp)) -> Vec<&Fact> {
        self.between(self.values.get(&(name, value.to_lowercase())), window)
    }

    fn by_id(&self, id: EventId) -> Vec<&Fact> {
        self.ids.get(&id).into_iter().flatten().map(|at| &self.facts[*at as usize]).collect()
    }
}
