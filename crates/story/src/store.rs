//! Where facts are asked for: a small trait that a store implements, and the one that holds them in memory.

use crate::{Fact, Name, host_key, value_key};
use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use watchbell_model::{EventId, Timestamp};

/// A store of facts. Every answer is by (time, id, kind), and bounded by the asked window; of very many, it holds those
/// nearest to the window's middle.
pub trait Facts {
    /// Facts of a host (compared by [`host_key`]); `None` asks for those that name no host.
    fn of_host(&self, host: Option<&str>, window: (Timestamp, Timestamp)) -> Vec<&Fact>;
    /// Facts that have this value under this name (compared by [`value_key`]), whatever host they are of. A job's own name
    /// and command count as `JobName` and `Action`.
    fn by_value(&self, name: Name, value: &str, window: (Timestamp, Timestamp)) -> Vec<&Fact>;
    fn by_id(&self, id: EventId) -> Vec<&Fact>;

    /// Facts of a host and of a kind of the recipe.
    fn of_kind(&self, host: Option<&str>, kind: u16, window: (Timestamp, Timestamp)) -> Vec<&Fact> {
        let mut facts = self.of_host(host, window);
        facts.retain(|fact| fact.kind == kind);
        facts
    }
}

/// Facts in an answer at most.
const MOST: usize = 1000;

/// Facts in memory, by time.
#[derive(Default)]
pub struct Memory {
    /// By (time, id, kind).
    facts: Vec<Fact>,
    hosts: BTreeMap<Option<String>, Vec<u32>>,
    kinds: BTreeMap<(Option<String>, u16), Vec<u32>>,
    /// By the hash of the value's key: long command lines are not held twice.
    values: HashMap<(Name, u64), Vec<u32>>,
    ids: BTreeMap<EventId, Vec<u32>>,
}

impl Memory {
    pub fn new(mut facts: Vec<Fact>) -> Self {
        facts.sort_by(|a, b| (a.time, a.id, a.kind, &a.values, &a.host).cmp(&(b.time, b.id, b.kind, &b.values, &b.host)));
        let mut memory = Self::default();
        for (at, fact) in (0..).zip(&facts) {
            let host = fact.host.as_deref().map(host_key);
            memory.hosts.entry(host.clone()).or_default().push(at);
            memory.kinds.entry((host, fact.kind)).or_default().push(at);
            memory.ids.entry(fact.id).or_default().push(at);
            for (name, key) in keys_of(fact) {
                let places = memory.values.entry((name, hash(&key))).or_default();
                if places.last() != Some(&at) {
                    places.push(at);
                }
            }
        }
        memory.facts = facts;
        memory
    }

    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    fn between<'a>(&'a self, places: Option<&'a Vec<u32>>, (from, to): (Timestamp, Timestamp)) -> impl Iterator<Item = &'a Fact> {
        let places = places.map_or(&[][..], Vec::as_slice);
        let time = |at: &u32| self.facts[*at as usize].time;
        let before = |nanos: i64| places.partition_point(|at| time(at).is_none_or(|time| time.nanos < nanos));
        let (mut start, mut end) = (before(from.nanos), before(to.nanos.saturating_add(1)));
        let middle = i64::midpoint(from.nanos, to.nanos);
        if end - start > MOST {
            let here = before(middle).clamp(start, end);
            (start, end) = (here.saturating_sub(MOST / 2).max(start), (here + MOST / 2).min(end));
        }
        places[start..end].iter().map(|at| &self.facts[*at as usize])
    }
}

impl Facts for Memory {
    fn of_host(&self, host: Option<&str>, window: (Timestamp, Timestamp)) -> Vec<&Fact> {
        self.between(self.hosts.get(&host.map(host_key)), window).collect()
    }

    fn by_value(&self, name: Name, value: &str, window: (Timestamp, Timestamp)) -> Vec<&Fact> {
        let key = value_key(name, value);
        let places = self.values.get(&(name, hash(&key)));
        self.between(places, window).filter(|fact| fact.get(name) == Some(value) || has(fact, name, &key)).collect()
    }

    fn by_id(&self, id: EventId) -> Vec<&Fact> {
        self.ids.get(&id).into_iter().flatten().map(|at| &self.facts[*at as usize]).collect()
    }

    fn of_kind(&self, host: Option<&str>, kind: u16, window: (Timestamp, Timestamp)) -> Vec<&Fact> {
        self.between(self.kinds.get(&(host.map(host_key), kind)), window).collect()
    }
}

/// What a fact is found by.
fn keys_of(fact: &Fact) -> impl Iterator<Item = (Name, String)> {
    let job = fact.job.as_deref();
    let name = job.and_then(|job| job.name.as_deref()).map(|name| (Name::JobName, value_key(Name::JobName, name)));
    let actions = job.into_iter().flat_map(crate::jobs::commands).map(|line| (Name::Action, value_key(Name::Action, &line)));
    fact.values.iter().filter(|(name, _)| *name != Name::Message).map(|(name, value)| (*name, value_key(*name, value))).chain(name).chain(actions)
}

/// Two values may have one hash.
fn has(fact: &Fact, name: Name, key: &str) -> bool {
    let job = fact.job.as_deref().filter(|_| matches!(name, Name::JobName | Name::Action));
    fact.get(name).is_some_and(|value| value_key(name, value) == key) || job.is_some() && keys_of(fact).any(|(n, k)| n == name && k == key)
}

/// The same in every run, so that stores may keep it.
fn hash(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}
