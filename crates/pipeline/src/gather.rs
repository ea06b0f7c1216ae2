//! From the matches of all threads to triggered alerts: identify, drop copies, fold, correlate. The order of arrival does not show.

use crate::attempts::attempts;
use crate::definitions::Definitions;
use crate::found::{Found, Occurrence, Role};
use crate::keys::Keys;
use crate::settle::settle;
use crate::trigger::Scene;
use crate::{counted, fold, identity, windows};
use std::collections::BTreeMap;
use watchbell_alerts::Triggered;
use watchbell_model::Timestamp;

/// What a scan comes to.
#[derive(Debug, Default)]
pub struct Outcomes {
    /// By (time, id).
    pub alerts: Vec<Triggered>,
    /// Matched events that were the same as one matched before.
    pub duplicates: u64,
    /// Occurrences held back, by `alert/exception`.
    pub excepted: BTreeMap<String, u64>,
    /// Matches that the windows of correlations and triggers had no room for.
    pub crowded_out: u64,
}

/// What to give out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Selection {
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
    /// Also what exceptions held back.
    pub show_excepted: bool,
}

pub fn gather(definitions: &Definitions, found: Found, selection: &Selection) -> Outcomes {
    let Found { events, mut occurrences, span } = found;
    let ids = identity::identify(&events);
    let first = identity::first_copies(&events, &ids);
    occurrences.retain(|o| first.contains(&o.event) && selection.admits(events[o.event as usize].identity.time));
    occurrences.sort_by_key(|o| (events[o.event as usize].identity.time, ids[o.event as usize], o.alert, o.role));
    let excepted = excepted(definitions, &occurrences);
    let (fires, mut feeds): (Vec<Occurrence>, Vec<Occurrence>) = occurrences.into_iter().partition(|o| o.role == Role::Fires);
    feeds.retain(|o| o.excepted.is_none());
    let (counts, fires): (Vec<Occurrence>, Vec<Occurrence>) =
        fires.into_iter().partition(|o| o.excepted.is_none() && definitions.alerts[o.alert as usize].trigger.counts());
    let scene = Scene { definitions, events: &events, ids: &ids };
    let shown = fires.into_iter().filter(|o| selection.show_excepted || o.excepted.is_none());
    let mut alerts = fold::fold(&scene, shown);
    let (correlated, crowded_out) = windows::correlate(&scene, &feeds);
    alerts.extend(correlated);
    alerts.sort_by_key(|alert| (alert.time, alert.id));
    if !definitions.ladders.alerts.is_empty() {
        let keys: Vec<Keys> = alerts.iter().map(Keys::of_alert).collect();
        settle(&mut alerts, &keys);
        alerts.extend(attempts(definitions, &alerts, &keys));
        alerts.sort_by_key(|alert| (alert.time, alert.id));
    }
    // They are no deeds of their own, and take no part in what deeds make of each other.
    let (counted, dropped) = counted::gather(&scene, &counts, selection.within(span));
    alerts.extend(counted);
    alerts.sort_by_key(|alert| (alert.time, alert.id));
    Outcomes { alerts, duplicates: (events.len() - first.len()) as u64, excepted, crowded_out: crowded_out + dropped }
}

impl Selection {
    /// What of an input's span is selected.
    fn within(&self, span: Option<(i64, i64)>) -> Option<(i64, i64)> {
        let (first, last) = span?;
        let first = self.from.map_or(first, |from| first.max(from.nanos));
        let last = self.to.map_or(last, |to| last.min(to.nanos.saturating_sub(1)));
        (first <= last).then_some((first, last))
    }

    fn admits(&self, time: Option<Timestamp>) -> bool {
        let after = self.from.is_none_or(|from| time.is_some_and(|t| t.nanos >= from.nanos));
        after && self.to.is_none_or(|to| time.is_some_and(|t| t.nanos < to.nanos))
    }
}

fn excepted(definitions: &Definitions, occurrences: &[Occurrence]) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for occurrence in occurrences {
        let alert = &definitions.alerts[occurrence.alert as usize];
        if let Some(exception) = occurrence.excepted.and_then(|n| alert.exceptions.get(n as usize)) {
            *counts.entry(format!("{}/{}", alert.definition.name, exception.id)).or_default() += 1;
        }
    }
    counts
}
