//! What a hunt caught, kept as if it had been detected, where somebody says so; nobody is sent a message for it.

use super::Hunted;
use crate::app::House;
use watchbell_alerts::Triggered;
use watchbell_store::{Actor, Batch, Error};

/// Alerts of one transaction.
const AT_ONCE: usize = 500;

/// Those that are there already stay as they are; how many were new.
pub fn keep(house: &House, hunted: &Hunted, alerts: &[Triggered], actor: &Actor) -> Result<usize, Error> {
    let now = house.clock.now().nanos;
    let mut new = 0;
    for some in alerts.chunks(AT_ONCE) {
        // Before everything that detection will say of the same.
        let triggered = some.iter().map(|alert| crate::keep::upsert(&hunted.epoch, alert, 0)).collect();
        new += house.store.commit(&Batch { triggered, ..Batch::default() }, now)?.new;
    }
    house.store.record(actor, "hunt.store", "alert", &hunted.name, Some(&format!("{new} new of {}", alerts.len())), now)?;
    house.feed.triggered(alerts.iter().map(|alert| alert.id).collect());
    Ok(new)
}
