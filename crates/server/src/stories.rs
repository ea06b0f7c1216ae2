//! Stories of triggered alerts, told off the path of events: what led to each, frozen with it; what came since, beside it.

use crate::app::House;
use crate::lake::around;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use watchbell_alerts::Triggered;
use watchbell_io::Stop;
use watchbell_model::{EventId, Timestamp};
use watchbell_pipeline::{Present, facts};
use watchbell_store::{Order, Page, StoryTold, TriggeredFilter};

/// How long to wait for what belongs to an alert and comes just after it.
const AFTER: Duration = Duration::from_millis(400);
/// Stories told at once, so that one flood does not hold up the others.
const AT_ONCE: usize = 200;
/// When a story is told again, in seconds after the alert: what ran since is added.
const AGAIN: [i64; 4] = [60, 600, 3600, 6 * 3600];
/// Other alerts of a host that may be of one doing: how many, and how far off in nanoseconds.
const COMPANY: u32 = 1000;
const DAY: i64 = 86_400_000_000_000;

/// Tells until it is told to stop.
pub async fn run(house: Arc<House>, mut stop: Stop) {
    let mut untold = house.feed.untold();
    let mut due: BTreeMap<i64, BTreeSet<EventId>> = BTreeMap::new();
    loop {
        tokio::select! {
            () = stop.told() => return,
            changed = untold.changed() => if changed.is_err() { return },
            () = tokio::time::sleep(Duration::from_secs(5)) => {}
        }
        tokio::time::sleep(AFTER).await;
        let now = house.clock.now().seconds();
        let new = house.feed.take_untold();
        for after in AGAIN {
            due.entry(now + after).or_default().extend(new.iter().copied());
        }
        let later = due.split_off(&(now + 1));
        let ids: BTreeSet<EventId> = std::mem::replace(&mut due, later).into_values().flatten().chain(new).collect();
        let ids: Vec<EventId> = ids.into_iter().collect();
        for ids in ids.chunks(AT_ONCE) {
            let (telling, ids) = (Arc::clone(&house), ids.to_vec());
            let told = tokio::task::spawn_blocking(move || tell(&telling, &ids)).await;
            if let Ok(Err(error)) = told {
                house.feed.trouble(&format!("stories: {error}"));
            }
        }
    }
}

/// Tells these, with what is known now.
pub fn tell(house: &House, ids: &[EventId]) -> Result<(), watchbell_store::Error> {
    let epoch = house.content.current();
    let Some(book) = &epoch.book else { return Ok(()) };
    let mut alerts = asked(house, ids)?;
    if alerts.is_empty() {
        return Ok(());
    }
    let interest = Arc::new(book.interest(&alerts));
    company(house, &mut alerts)?;
    let (found, gaps) = around(house, &epoch, book, &interest);
    let facts = facts(&book.definitions, found);
    book.tell(&mut alerts, facts, &gaps, &Present { now: Some(house.clock.now()), zone: None });
    for alert in alerts.iter().filter(|alert| ids.contains(&alert.id)) {
        let (told, now) = (told(alert), house.clock.now().nanos);
        crate::deliver::climbed(&house.store, alert, told.step, now)?;
        house.store.tell_story(&alert.id.to_string(), &told, now)?;
    }
    house.feed.changed();
    Ok(())
}

fn asked(house: &House, ids: &[EventId]) -> Result<Vec<Triggered>, watchbell_store::Error> {
    let mut alerts = Vec::new();
    for id in ids {
        match house.store.triggered(&id.to_string()) {
            Ok(full) => alerts.extend(Triggered::kept(&full.document, None)),
            Err(watchbell_store::Error::Missing { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(alerts)
}

/// Adds what else was triggered on the same hosts within a day: alerts of one doing share a ladder. By (time, id).
fn company(house: &House, alerts: &mut Vec<Triggered>) -> Result<(), watchbell_store::Error> {
    let hosts: BTreeSet<String> = alerts.iter().filter_map(|alert| alert.entity("host")).map(str::to_owned).collect();
    let times = || alerts.iter().filter_map(|alert| alert.time).map(|time: Timestamp| time.nanos);
    let (Some(first), Some(last)) = (times().min(), times().max()) else { return Ok(()) };
    let filter = TriggeredFilter { hosts: hosts.into_iter().collect(), from: Some(first - DAY), to: Some(last + DAY), ..TriggeredFilter::default() };
    if !filter.hosts.is_empty() {
        let known: BTreeSet<EventId> = alerts.iter().map(|alert| alert.id).collect();
        for row in house.store.list_triggered(&filter, Order::NewestFirst, &Page::first(COMPANY))?.items {
            if EventId::parse(&row.id).is_some_and(|id| !known.contains(&id)) {
                alerts.extend(Triggered::kept(&house.store.triggered(&row.id)?.document, None));
            }
        }
    }
    alerts.sort_by_key(|alert| (alert.time, alert.id));
    Ok(())
}

fn told(alert: &Triggered) -> StoryTold {
    let background = alert.background.as_deref();
    StoryTold {
        story: serde_json::to_string(&background).unwrap_or_default(),
        ladder_id: background.and_then(|background| background.scope.as_ref()).map(|scope| scope.id.to_string()).unwrap_or_default(),
        step: background.and_then(|background| background.ladder.highest).map_or(0, |step| step as u8 + 1),
        priority: crate::keep::priority(alert),
        outcome: crate::keep::outcome(alert.outcome),
        summary: background.map(|background| background.story.summary.join(" ")).unwrap_or_default(),
    }
}
