//! Which evidence belongs to an alert's ladder: what was seen of its actor, session or job on its host, in time.

use crate::keys::Keys;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use watchbell_alerts::{EventRef, Triggered};
use watchbell_engine::ladder::Climb;
use watchbell_jobs::Verb;
use watchbell_model::{EventId, Ladder, Outcome, Priority, Step, Timestamp};
use watchbell_story::Fact;

/// What packs say of ladders.
#[derive(Clone, Debug, Default)]
pub struct LadderPlan {
    pub techniques: BTreeSet<String>,
    /// Evidence so many seconds from an alert counts.
    pub within: i64,
    pub alerts: FxHashMap<String, Step>,
    /// By kind of fact.
    pub facts: Vec<Option<Step>>,
    /// What a step, once done, raises an alert's priority to.
    pub priority: BTreeMap<Step, Priority>,
}

impl LadderPlan {
    /// Whether an alert is of a ladder: of a step, or of the technique. What an exception holds back is not.
    pub fn climbs(&self, alert: &Triggered) -> bool {
        let of = |id: &String| self.techniques.contains(id.split('.').next().unwrap_or(id));
        alert.excepted.is_none() && (self.alerts.contains_key(&alert.definition.name) || alert.definition.attack.iter().any(of))
    }

    pub fn raised(&self, priority: Priority, ladder: &Ladder) -> Priority {
        let done = ladder.steps.iter().filter(|(_, rung)| rung.outcome == Outcome::Done);
        done.filter_map(|(step, _)| self.priority.get(step).copied()).chain([priority]).max().unwrap_or(priority)
    }
}

/// All evidence of a scan, by what it can be found by.
pub struct Ladders<'p> {
    plan: &'p LadderPlan,
    /// By time.
    evidence: Vec<Evidence>,
    /// By host and key.
    by_key: FxHashMap<String, Kinds>,
}

/// Places of evidence by step and outcome; rising.
type Kinds = BTreeMap<(Step, Outcome), Vec<u32>>;

/// Evidence that names no host, and all that names one.
const UNKNOWN: &str = "?";
const ANY: &str = "*";

struct Evidence {
    step: Step,
    outcome: Outcome,
    time: Timestamp,
    event: EventId,
    keys: Arc<Keys>,
}

/// Events of one triggered alert that count as evidence.
const EVENTS: usize = 8;
/// Of more evidence of one kind, what is nearest to the alert on either side counts: a flood changes nothing in a ladder.
const NEAREST: usize = 64;

impl<'p> Ladders<'p> {
    /// `keys`: of the alerts, in their order. Evidence without a time counts for nobody else.
    pub fn new(plan: &'p LadderPlan, alerts: &[Triggered], keys: &[Keys], facts: &[Fact]) -> Self {
        let of_alerts = alerts.iter().zip(keys).filter_map(|(alert, keys)| Some((alert, keys, *plan.alerts.get(&alert.definition.name)?)));
        let of_alerts = of_alerts.flat_map(|(alert, keys, step)| {
            let (outcome, keys) = (alert.outcome, Arc::new(keys.clone()));
            let of_event = move |event: &EventRef| Some(Evidence { step, outcome, time: event.time?, event: event.id, keys: Arc::clone(&keys) });
            alert.events.iter().take(EVENTS).filter_map(of_event)
        });
        let of_facts = facts.iter().filter_map(|fact| {
            let step = (*plan.facts.get(fact.kind as usize)?)?;
            Some(Evidence { step, outcome: fact.outcome, time: fact.time?, event: fact.id, keys: Arc::new(Keys::of_fact(fact)) })
        });
        let mut evidence: Vec<Evidence> = of_alerts.chain(of_facts).collect();
        evidence.sort_by_key(|evidence| (evidence.time, evidence.event));
        let mut ladders = Self { plan, evidence: Vec::new(), by_key: FxHashMap::default() };
        for evidence in evidence {
            ladders.add(evidence);
        }
        ladders
    }

    /// The ladder of an alert with these keys. An alert of no step has that of its company.
    pub fn of(&self, alert: &Triggered, keys: &Keys) -> Climb {
        let mut climb = Climb::default();
        let own = self.plan.alerts.get(&alert.definition.name);
        own.into_iter().flat_map(|step| alert.events.iter().map(move |e| (*step, e))).for_each(|(step, e)| climb.add(step, alert.outcome, e.time, e.id));
        let Some(first) = alert.time else { return climb };
        let last = alert.last.unwrap_or(first).seconds() + self.plan.within;
        for places in keys.each().flat_map(|key| self.found(keys, key)).flat_map(BTreeMap::values) {
            let here = places.partition_point(|at| self.evidence[*at as usize].time < first);
            let near = &places[here.saturating_sub(NEAREST)..places.len().min(here + NEAREST)];
            let near = near.iter().map(|at| &self.evidence[*at as usize]);
            let in_time = |evidence: &&Evidence| (first.seconds() - self.plan.within..=last).contains(&evidence.time.seconds());
            for evidence in near.filter(in_time) {
                climb.add(evidence.step, evidence.outcome, Some(evidence.time), evidence.event);
            }
        }
        climb
    }

    /// Seconds from the making of a job to its removal.
    pub fn lived(&self, alert: &Triggered, keys: &Keys) -> Option<u64> {
        let made = alert.time.filter(|_| alert.job.as_deref().is_some_and(|job| job.verb == Verb::Create))?;
        let gone = |places: &Vec<u32>| {
            let here = places.partition_point(|at| self.evidence[*at as usize].time < made);
            let after = places[here..].iter().take(NEAREST).map(|at| &self.evidence[*at as usize]);
            after.map(|evidence| evidence.time).min()
        };
        let removals = keys.things().flat_map(|key| self.found(keys, key)).filter_map(|kinds| kinds.get(&(Step::CleanUp, Outcome::Done)));
        removals.filter_map(gone).filter_map(|time| u64::try_from(time.seconds() - made.seconds()).ok()).min()
    }

    fn add(&mut self, evidence: Evidence) {
        let (at, kind) = (self.evidence.len() as u32, (evidence.step, evidence.outcome));
        let hosts: Vec<&str> = evidence.keys.hosts().collect();
        let unknown = if hosts.is_empty() { UNKNOWN } else { ANY };
        for host in hosts.into_iter().chain([unknown]) {
            for key in evidence.keys.each() {
                self.by_key.entry(format!("{host} {key}")).or_default().entry(kind).or_default().push(at);
            }
        }
        self.evidence.push(evidence);
    }

    /// The evidence with a key, of the same host as far as hosts are known.
    fn found<'a>(&'a self, keys: &'a Keys, key: &'a str) -> impl Iterator<Item = &'a Kinds> {
        let any = keys.hosts().next().is_none().then_some(ANY);
        keys.hosts().chain([UNKNOWN]).chain(any).filter_map(move |host| self.by_key.get(&format!("{host} {key}")))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use watchbell_alerts::Definition;
    use watchbell_model::LogSource;

    pub fn alert(name: &str, host: &str, user: &str, second: i64) -> Triggered {
        let time = Some(Timestamp::from_seconds(second));
        let id = EventId(*(second as u128 | (name.len() as u128) << 64).to_le_bytes().first_chunk().expect("sixteen bytes"));
        let event = EventRef { id, file: Arc::from("log"), lines: None, record: None, time, source: Arc::new(LogSource::new("linux", "", &["auditd"])) };
        let entities = [("host", host), ("user", user)].map(|(name, value)| (name.to_owned(), value.to_owned()));
        Triggered {
            id,
            definition: Arc::new(Definition { name: name.to_owned(), ..Definition::default() }),
            rules: Vec::new(),
            priority: Priority::default(),
            outcome: Outcome::Done,
            time,
            last: time,
            count: 1,
            entities: entities.into_iter().filter(|(_, value)| !value.is_empty()).collect(),
            job: None,
            events: vec![event],
            continues: false,
            excepted: None,
            background: None,
        }
    }

    fn check(others: Vec<Triggered>, wanted: &[Step]) {
        let plan = LadderPlan {
            within: 3600,
            alerts: [("look", Step::Look), ("write", Step::Write), ("run", Step::Run)].map(|(name, step)| (name.to_owned(), step)).into_iter().collect(),
            ..LadderPlan::default()
        };
        let mut alerts = others;
        alerts.push(alert("write", "ws1.example", "EXAMPLE\\eve", 5000));
        let keys: Vec<Keys> = alerts.iter().map(Keys::of_alert).collect();
        let ladder = Ladders::new(&plan, &alerts, &keys, &[]).of(&alerts[alerts.len() - 1], &keys[keys.len() - 1]).finish();
        assert_eq!(ladder.steps.into_keys().collect::<Vec<_>>(), wanted);
    }

    #[test]
    fn what_the_actor_did_on_the_host_counts() {
        check(vec![], &[Step::Write]);
        check(vec![alert("look", "WS1", "eve", 4000)], &[Step::Look, Step::Write]);
        check(vec![alert("look", "", "eve", 4000)], &[Step::Look, Step::Write]);
        check(vec![alert("look", "ws2", "eve", 4000), alert("run", "ws1", "bob", 5001), alert("run", "ws1", "WS1$", 5001)], &[Step::Write]);
        check(vec![alert("look", "ws1", "eve", 1000), alert("run", "ws1", "eve", 9000)], &[Step::Write]);
    }

    #[test]
    fn what_a_system_does_for_itself_has_no_actor() {
        for user in ["", "SYSTEM", "S-1-5-18", "NT AUTHORITY\\ANONYMOUS LOGON", "WS1$", "root"] {
            assert_eq!(Keys::of_alert(&alert("look", "ws1", user, 4000)).actor(), None, "{user}");
        }
        assert_eq!(Keys::of_alert(&alert("look", "ws1", "EXAMPLE\\Eve", 4000)).actor().as_deref(), Some("ws1 user eve"));
    }

    #[test]
    fn a_flood_of_one_step_hides_no_other() {
        let flood = (0..500).map(|n| alert("write", "ws1", "eve", 4500 + n));
        check(flood.chain([alert("look", "ws1", "eve", 2000)]).collect(), &[Step::Look, Step::Write]);
    }
}
