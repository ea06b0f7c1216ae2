//! Alerts that climb one ladder, put together: the one that leads, and what came with it.

use super::text::plural;
use crate::Triggered;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use watchbell_jobs::Next;
use watchbell_model::{EventId, Outcome};
use watchbell_story::Gap;

/// Places among the alerts.
pub struct Group {
    pub lead: usize,
    /// The others, by time.
    pub with: Vec<usize>,
}

/// In the order of their first alerts. Of a ladder whose leading alert is not there, the most urgent stands for it.
pub fn groups(alerts: &[Triggered]) -> Vec<Group> {
    let (mut known, mut all): (HashMap<EventId, usize>, Vec<Vec<usize>>) = (HashMap::new(), Vec::new());
    for (at, alert) in alerts.iter().enumerate() {
        let new = all.len();
        let group = alert.scope().map_or(new, |scope| *known.entry(scope.id).or_insert(new));
        if group == new {
            all.push(Vec::new());
        }
        all[group].push(at);
    }
    all.into_iter().map(|places| led(alerts, places)).collect()
}

fn led(alerts: &[Triggered], mut with: Vec<usize>) -> Group {
    let rank = |at: &usize| (alerts[*at].leads(), alerts[*at].priority, Reverse(*at));
    let lead = with.iter().copied().max_by_key(rank).unwrap_or_default();
    with.retain(|at| *at != lead);
    with.sort_by_key(|at| (alerts[*at].time, alerts[*at].id));
    Group { lead, with }
}

/// `7 alerts in 2 ladders`; only how many alerts where each stands alone.
pub fn counted(groups: &[Group]) -> String {
    let alerts: usize = groups.iter().map(|group| 1 + group.with.len()).sum();
    let all = plural(alerts, "alert");
    if groups.len() == alerts { all } else { format!("{all} in {}", plural(groups.len(), "ladder")) }
}

/// What is known of the jobs of a ladder, and not seen of it: the leading alert's own first.
pub struct Together<'a> {
    /// With whose job it is, where it is another's.
    pub next: Option<(&'a Next, Option<&'a Triggered>)>,
    pub risks: Vec<&'a str>,
    pub gaps: Vec<&'a Gap>,
}

impl Group {
    pub fn together<'a>(&self, alerts: &'a [Triggered]) -> Together<'a> {
        let all =
            || [self.lead].into_iter().chain(self.with.iter().copied()).map(|at| &alerts[at]).filter_map(|alert| Some((alert, alert.background.as_deref()?)));
        let told = |next: &&Next| !next.runs.is_empty() || next.when != "not known";
        let own = alerts[self.lead].background.as_ref().and_then(|background| background.next.as_ref()).filter(told);
        let others = all().filter_map(|(alert, background)| Some((background.next.as_ref()?, Some(alert)))).filter(|(next, _)| !next.runs.is_empty());
        let next = own.map(|next| (next, None)).or_else(|| others.min_by_key(|(next, _)| next.runs[0].at));
        let (mut risks, mut gaps): (Vec<&str>, Vec<&Gap>) = (Vec::new(), Vec::new());
        let (mut known_risks, mut known_gaps) = (HashSet::new(), HashSet::new());
        for (_, background) in all() {
            risks.extend(background.risk.iter().map(|risk| risk.reason.as_str()).filter(|reason| known_risks.insert(*reason)));
            gaps.extend(background.gaps.iter().filter(|gap| known_gaps.insert((gap.from, gap.to, &gap.text))));
        }
        Together { next, risks, gaps }
    }
}

/// Alerts of one name, outcome and host that came with another.
pub struct Mates<'a> {
    pub first: &'a Triggered,
    pub alerts: usize,
    pub count: u64,
}

/// The most urgent ones, by time, and how many alerts found no room. An alert that names no host is of the leading one's.
pub fn mates<'a>(alerts: &'a [Triggered], group: &Group, most: usize) -> (Vec<Mates<'a>>, usize) {
    let home = alerts[group.lead].entity("host");
    let mut known: HashMap<(&str, Outcome, Option<&str>), usize> = HashMap::new();
    let mut all: Vec<Mates<'_>> = Vec::new();
    for first in group.with.iter().map(|at| &alerts[*at]) {
        let new = all.len();
        let place = *known.entry((&first.definition.name, first.outcome, first.entity("host").or(home))).or_insert(new);
        if place == new {
            all.push(Mates { first, alerts: 0, count: 0 });
        }
        all[place].alerts += 1;
        all[place].count += first.count;
    }
    all.sort_by_key(|mates| (Reverse(mates.first.priority), Reverse(mates.first.outcome), mates.first.time));
    let left_out = all.iter().skip(most).map(|mates| mates.alerts).sum();
    all.truncate(most);
    all.sort_by_key(|mates| (mates.first.time, mates.first.id));
    (all, left_out)
}
