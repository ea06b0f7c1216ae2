//! Sends what is due: claims it for a while, sends it, and settles it. A method that is down holds up no other.

use super::case::{Case, case};
use super::config::found;
use super::judge::{Verdict, judge};
use super::methods::{Deliveries, Flight, refuses};
use super::{SECOND, render, retry};
use crate::app::House;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use watchbell_io::{Channel, Message, Receipt, SendError, Stop};
use watchbell_model::Timestamp;
use watchbell_store::{Attempt, Claim, Result, Settled, Told};

/// How often it is asked what is due.
const EVERY: Duration = Duration::from_millis(200);
/// A message is this sender's so long; longer than a channel may take.
const LEASE: i64 = 120 * SECOND;
const SENDING: Duration = Duration::from_mins(1);
/// How long what is on its way may take when the server stops.
const GRACE: Duration = Duration::from_secs(15);
const AT_ONCE: u32 = 8;
/// Until a ladder that is being told of is looked at again.
const TURN: i64 = 2 * SECOND;

/// Sends until it is told to stop; then what is on its way is waited for, and the rest stays for the next start.
pub async fn run(house: Arc<House>, mut stop: Stop) {
    let mut flights = JoinSet::new();
    loop {
        if let Err(error) = take(&house, &mut flights).await {
            house.feed.trouble(&format!("messages: {error}"));
        }
        tokio::select! {
            () = stop.told() => break,
            () = tokio::time::sleep(EVERY) => {}
        }
        while flights.try_join_next().is_some() {}
    }
    let landed = async { while flights.join_next().await.is_some() {} };
    // What is cut off here is sent again when its lease is over.
    let _ = tokio::time::timeout(GRACE, landed).await;
}

async fn take(house: &Arc<House>, flights: &mut JoinSet<()>) -> Result<()> {
    let now = house.clock.now().nanos;
    let closed = house.deliveries.closed(now);
    let claims = blocking(house, move |house| {
        let due = house.store.next_due()?.is_some_and(|due| due <= now);
        if due { house.store.claim_but(&closed, now, LEASE, AT_ONCE) } else { Ok(Vec::new()) }
    });
    for claim in claims.await?.unwrap_or_default() {
        let flight = house.deliveries.begin(&claim.method);
        let house = Arc::clone(house);
        flights.spawn(async move {
            if let Err(error) = one(&house, claim, flight).await {
                house.feed.trouble(&format!("messages: {error}"));
            }
        });
    }
    Ok(())
}

/// What is to be sent, and by what.
struct Ready {
    channel: Arc<dyn Channel>,
    name: String,
    message: Message,
    /// Of what, and how much of it.
    told: Option<(Vec<String>, Told)>,
    /// Its place, until it is settled.
    _flight: Flight,
}

async fn one(house: &Arc<House>, claim: Claim, flight: Flight) -> Result<()> {
    let now = house.clock.now();
    let asked = claim.clone();
    let Some(Some(ready)) = blocking(house, move |house| prepare(house, &asked, now, flight)).await? else { return Ok(()) };
    let sent = tokio::time::timeout(SENDING, ready.channel.send(&ready.message)).await;
    let sent = sent.unwrap_or_else(|_| Err(SendError::later("no answer in time")));
    blocking(house, move |house| settle(house, &claim, &ready, &sent, now)).await.map(drop)
}

/// None where nothing is sent now: that is settled then.
fn prepare(house: &House, claim: &Claim, now: Timestamp, mut flight: Flight) -> Result<Option<Ready>> {
    let store = &house.store;
    let Some(method) = found(store.method(&claim.method))? else { return skip(house, claim, "the delivery method is gone", now) };
    let test = claim.kind == "test";
    if let Some(why) = refuses(&method).filter(|_| !test) {
        return skip(house, claim, why, now);
    }
    let channel = match house.deliveries.channel(&method) {
        Ok(channel) => channel,
        Err(what) => {
            let attempt = Attempt { method_name: method.name, began: now.nanos, answer: what, ..Attempt::default() };
            store.settle(claim, retry::settled(claim, watchbell_io::Retry::Later, now.nanos), &attempt, now.nanos)?;
            return Ok(None);
        }
    };
    if test {
        let message = render::test(claim, &method.name, now, &house.config.public_url);
        return Ok(Some(Ready { channel, name: method.name, message, told: None, _flight: flight }));
    }
    let Some(case) = case(store, claim, now.nanos)? else { return skip(house, claim, "the triggered alert is gone", now) };
    match judge(&case.facts) {
        Verdict::Skip(why) => skip(house, claim, why, now),
        Verdict::Wait(due) => store.release(claim, due).map(|_| None),
        Verdict::Send { .. } if !flight.claim_ladder(&case.thread) => store.release(claim, now.nanos + TURN).map(|_| None),
        Verdict::Send { update } => {
            let message = message(house, claim, &case, update, now)?;
            Ok(Some(Ready { channel, name: method.name, message, told: Some((case.ids.clone(), case.telling())), _flight: flight }))
        }
    }
}

fn message(house: &House, claim: &Claim, case: &Case, update: bool, now: Timestamp) -> Result<Message> {
    let domain = house.store.installation()?.id;
    Ok(render::message(&render::Telling { claim, case, update, now, public_url: &house.config.public_url, domain: &domain }))
}

fn skip(house: &House, claim: &Claim, why: &str, now: Timestamp) -> Result<Option<Ready>> {
    house.store.skip(claim, why, now.nanos).map(|_| None)
}

fn settle(house: &House, claim: &Claim, ready: &Ready, sent: &std::result::Result<Receipt, SendError>, began: Timestamp) -> Result<bool> {
    let now = house.clock.now().nanos;
    let answer = match sent {
        Ok(receipt) => &receipt.answer,
        Err(error) => &error.what,
    };
    let attempt =
        Attempt { method_name: ready.name.clone(), recipient: ready.channel.recipient(), began: began.nanos, took: now - began.nanos, answer: answer.clone() };
    let deliveries: &Deliveries = &house.deliveries;
    let settled = match sent {
        Ok(_) => Settled::Sent,
        Err(error) => retry::settled(claim, error.retry, now),
    };
    match (settled, &ready.told) {
        (Settled::Again { due }, _) => deliveries.failed(&claim.method, now, if asked_to_wait(sent) { due } else { now }),
        _ => deliveries.works(&claim.method),
    }
    match (settled, &ready.told) {
        (Settled::Sent, Some((of, told))) => house.store.settle_told(claim, of, told, &attempt, now),
        _ => house.store.settle(claim, settled, &attempt, now),
    }
}

/// Whether the far end named a time: that holds for all that goes there.
fn asked_to_wait(sent: &std::result::Result<Receipt, SendError>) -> bool {
    matches!(sent, Err(SendError { retry: watchbell_io::Retry::After(_), .. }))
}

/// On a thread that may wait for the disk; none if that thread was lost.
async fn blocking<T: Send + 'static>(house: &Arc<House>, work: impl FnOnce(&House) -> Result<T> + Send + 'static) -> Result<Option<T>> {
    let house = Arc::clone(house);
    match tokio::task::spawn_blocking(move || work(&house)).await {
        Ok(result) => result.map(Some),
        Err(_) => Ok(None),
    }
}
