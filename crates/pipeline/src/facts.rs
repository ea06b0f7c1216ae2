//! From the matches of a recipe's rules to facts: what stories are told from.

use crate::definitions::{Active, Definitions};
use crate::found::{Found, Occurrence, Role};
use crate::identity;
use std::sync::Arc;
use watchbell_story::{Fact, Name};

/// Facts of all threads, each event's copies once. The definitions are a recipe's: an alert stands for each kind of fact,
/// in the recipe's order, its entities are the fact's values, its one exception tells what is routine.
pub fn facts(definitions: &Definitions, found: Found) -> Vec<Fact> {
    let Found { events, occurrences, .. } = found;
    let ids = identity::identify(&events);
    let first = identity::first_copies(&events, &ids);
    let hosts: Vec<Option<Arc<str>>> = events.iter().map(|event| event.identity.host.as_deref().map(Arc::from)).collect();
    let fact = |o: Occurrence| {
        let at = o.event as usize;
        Fact {
            id: ids[at],
            kind: o.alert as u16,
            time: events[at].identity.time,
            host: hosts[at].clone(),
            outcome: o.outcome,
            values: values(&definitions.alerts[o.alert as usize], o.entities),
            job: o.job,
            routine: o.excepted.is_some(),
        }
    };
    occurrences.into_iter().filter(|o| o.role == Role::Fires && first.contains(&o.event)).map(fact).collect()
}

fn values(kind: &Active, entities: Vec<(u32, String)>) -> Vec<(Name, Box<str>)> {
    let named = |(n, value): (u32, String)| Some((Name::parse(&kind.entities[n as usize].name)?, value.into_boxed_str()));
    entities.into_iter().filter_map(named).collect()
}
