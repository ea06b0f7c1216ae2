//! What led to each triggered alert, how far it got and what comes next, worked out from the facts around it.

use crate::climbing::{Party, parties};
use crate::definitions::Definitions;
use crate::interest::Interest;
use crate::keys::Keys;
use crate::ladders::{LadderPlan, Ladders};
use crate::outlook;
use crate::settle::{settle, share};
use jiff::tz::TimeZone;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;
use watchbell_alerts::{Background, EventRef, Triggered};
use watchbell_engine::ladder::Climb;
use watchbell_jobs::{Context, Next, Risk, is_service_account, risk};
use watchbell_model::{EventId, Ladder, Outcome, Step, Timestamp};
use watchbell_story::{Fact, Gap, Memory, OwnEvent, Recipe, Story, Subject, Told, host_key, tell};

/// How stories are told: what the packs in use say of it.
pub struct Storybook {
    pub recipe: Recipe,
    /// One alert for each kind of fact, in the recipe's order.
    pub definitions: Arc<Definitions>,
    pub ladders: LadderPlan,
}

/// The most stories that one scan tells; alerts past it have ladder, job and summary.
const STORIES: usize = 2000;

/// What is known besides the records.
#[derive(Clone, Debug, Default)]
pub struct Present {
    /// From when on next runs are counted; none is each alert's own time.
    pub now: Option<Timestamp>,
    /// The hosts' zone, where it is known.
    pub zone: Option<TimeZone>,
}

impl Storybook {
    /// What a second reading must look for.
    pub fn interest(&self, alerts: &[Triggered]) -> Interest {
        let moments: Vec<(i64, i64)> = alerts.iter().filter_map(|alert| Some((alert.time?.seconds(), alert.last.or(alert.time)?.seconds()))).collect();
        let reach: Vec<(i64, i64)> = self.recipe.kinds.iter().map(|kind| (kind.before, kind.after)).collect();
        let hosts = alerts.iter().flat_map(|alert| [alert.entity("host"), alert.entity("target_host")]);
        // An alert without a host may be of any.
        let all = alerts.iter().any(|alert| alert.entity("host").is_none());
        Interest::new(&moments, &reach).of_hosts(hosts.flatten().filter(|_| !all).map(host_key))
    }

    /// Gives every alert its background. `coverage` is what the logs of hosts (by key) do not show.
    pub fn tell(&self, alerts: &mut [Triggered], facts: Vec<Fact>, coverage: &[(String, Gap)], present: &Present) {
        let keys = share(alerts, &keys(alerts, &facts));
        settle(alerts, &keys);
        let ladders = Ladders::new(&self.ladders, alerts, &keys, &facts);
        let mut climbs: Vec<Climb> = alerts.iter().zip(&keys).map(|(alert, keys)| ladders.of(alert, keys)).collect();
        let lives: Vec<Option<u64>> = alerts.iter().zip(&keys).map(|(alert, keys)| ladders.lived(alert, keys)).collect();
        let parties = parties(&self.ladders, alerts, &keys);
        let (facts, told) = (Memory::new(facts), worth_telling(alerts, &parties));
        for (at, climb) in climbs.iter_mut().enumerate() {
            let alert = &mut alerts[at];
            let next = alert.job.as_deref().filter(|_| alert.outcome != Outcome::Failed).and_then(|job| outlook::next(job, alert.time, lives[at], present));
            let subject = subject(alert, next.as_ref(), lives[at], coverage, present);
            let told = if told.contains(&at) { tell(&subject, &facts, &self.recipe) } else { brief(subject.summary) };
            told.runs.iter().for_each(|run| climb.add(Step::Run, run.outcome, run.time, run.id));
            let risk = risks(alert, lives[at]);
            let ladder = if self.ladders.climbs(alert) { Ladder::default() } else { climb.finish() };
            alert.priority = self.ladders.raised(alert.priority, &ladder);
            alert.background = Some(Box::new(Background { story: told.story, gaps: told.gaps, ladder: Arc::new(ladder), scope: None, next, risk }));
        }
        for party in &parties {
            party.tell(&self.ladders, alerts, &climbs);
        }
    }
}

/// What each alert can be found by; its events' own facts know more than its entities.
fn keys(alerts: &[Triggered], facts: &[Fact]) -> Vec<Keys> {
    let mut of_event: FxHashMap<EventId, Vec<&Fact>> = FxHashMap::default();
    for fact in facts {
        of_event.entry(fact.id).or_default().push(fact);
    }
    let all = |alert: &Triggered| {
        let mut keys = Keys::of_alert(alert);
        alert.events.iter().filter_map(|event| of_event.get(&event.id)).flatten().for_each(|fact| keys.add(Keys::of_fact(fact)));
        keys
    };
    alerts.iter().map(all).collect()
}

/// The risks of the alert's job, what is known of its maker and its end among them.
fn risks(alert: &Triggered, lived_seconds: Option<u64>) -> Vec<Risk> {
    let service_account = alert.entity("user").filter(|user| is_service_account(user));
    alert.job.as_deref().map(|job| risk(job, &Context { lived_seconds, service_account })).unwrap_or_default()
}

/// The alerts whose stories are told, by their places: where there are more than anybody reads, those that stand for others,
/// then the most urgent.
fn worth_telling(alerts: &[Triggered], parties: &[Party]) -> FxHashSet<usize> {
    let leads: FxHashSet<usize> = parties.iter().map(|party| party.lead).collect();
    let mut order: Vec<usize> = (0..alerts.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse((leads.contains(at), alerts[*at].priority)));
    order.into_iter().take(STORIES).collect()
}

fn brief(summary: String) -> Told {
    Told { story: Story { summary: vec![summary], ..Story::default() }, ..Told::default() }
}

fn subject(alert: &Triggered, next: Option<&Next>, lived: Option<u64>, coverage: &[(String, Gap)], present: &Present) -> Subject {
    let entity = |name: &str| alert.entity(name).map(str::to_owned);
    let hosts: Vec<String> = [entity("host"), entity("target_host")].iter().flatten().map(|host| host_key(host)).collect();
    let own = |event: &EventRef| OwnEvent { id: event.id, time: event.time, text: alert.summary() };
    Subject {
        id: alert.id,
        alert: alert.definition.name.clone(),
        title: alert.definition.title.clone(),
        host: entity("host"),
        target_host: entity("target_host"),
        user: entity("user"),
        login_user: entity("login_user"),
        entities: alert.entities.clone(),
        time: alert.time,
        last: alert.last,
        outcome: alert.outcome,
        summary: alert.summary(),
        events: alert.events.iter().map(own).collect(),
        job: alert.job.clone(),
        next: next.and_then(|next| outlook::sentence(next, alert, lived, present)),
        // Logs that name no host are of the alerts that have none.
        coverage: coverage.iter().filter(|(host, _)| hosts.contains(host) || (host.is_empty() && hosts.is_empty())).map(|(_, gap)| gap.clone()).collect(),
    }
}
