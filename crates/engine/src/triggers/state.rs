//! The state of all triggers that count: scopes by the trigger's digest and key, in partitions.

use super::{Cell, Firing, Item, Match, Named, Planned, Taken};
use crate::occurrence::{Key, PARTITIONS, partition};
use crate::value::number;
use std::collections::BTreeMap;
use std::sync::Arc;
use watchbell_model::EventId;
use watchbell_rules::Number;

/// A changed trigger has another digest, and starts anew.
type Scope = (EventId, Key);

pub struct State<T> {
    partitions: Vec<BTreeMap<Scope, Box<dyn Cell<T>>>>,
    scopes: usize,
    pub(super) watermark: i64,
    /// Matches that came after the windows that count them were closed.
    pub late: u64,
    /// Matches that there was no room for.
    pub dropped: u64,
    /// As many are held as there are copies of these.
    items: Arc<()>,
    named: Arc<()>,
}

/// Scopes of all triggers.
const SCOPES: usize = 200_000;
/// Matches that are held to be named.
const NAMED: usize = 200_000;

impl<T> Default for State<T> {
    fn default() -> Self {
        let partitions = (0..PARTITIONS).map(|_| BTreeMap::new()).collect();
        Self { partitions, scopes: 0, watermark: i64::MIN, late: 0, dropped: 0, items: Arc::new(()), named: Arc::new(()) }
    }
}

impl<T: Clone + Send + 'static> State<T> {
    pub(super) fn take(&mut self, planned: &Planned<T>, found: Match<T>) -> Taken {
        let item = self.item(found);
        let taken = self.put(planned, item);
        match taken {
            Taken::Late => self.late += 1,
            Taken::Crowded => self.dropped += 1,
            Taken::Counted | Taken::Outside => {}
        }
        taken
    }

    /// Makes the scope without a key, if it is not there.
    pub(super) fn stand(&mut self, planned: &Planned<T>) {
        let scopes = &mut self.partitions[partition(&planned.alert, &[])];
        scopes.entry((planned.digest, Key::new())).or_insert_with(|| {
            self.scopes += 1;
            planned.method.cell(&Key::new(), planned.life)
        });
    }

    /// Firings of all scopes up to a watermark for each trigger; those whose trigger is no more are let go.
    pub(super) fn advance(&mut self, known: impl Fn(EventId) -> Option<u32>, watermark: impl Fn(u32) -> i64) -> Vec<Firing<T>> {
        let mut firings = Vec::new();
        for scopes in &mut self.partitions {
            scopes.retain(|(digest, scope), cell| {
                let Some(trigger) = known(*digest) else { return false };
                cell.advance(watermark(trigger), &mut |group, firing| {
                    let key = if group.is_empty() { scope.clone() } else { group };
                    firings.push(Firing { trigger, key, ..firing });
                });
                !cell.is_idle()
            });
        }
        self.scopes = self.partitions.iter().map(BTreeMap::len).sum();
        firings
    }

    fn put(&mut self, planned: &Planned<T>, item: Item<T>) -> Taken {
        let scope = (planned.digest, planned.method.scope(&item.folded));
        let scopes = &mut self.partitions[partition(&planned.alert, &scope.1)];
        if let Some(cell) = scopes.get_mut(&scope) {
            return cell.take(item, self.watermark);
        }
        if self.scopes >= SCOPES {
            return Taken::Crowded;
        }
        let mut cell = planned.method.cell(&scope.1, planned.life);
        let taken = cell.take(item, self.watermark);
        if taken == Taken::Counted {
            self.scopes += 1;
            scopes.insert(scope, cell);
        }
        taken
    }

    fn item(&self, found: Match<T>) -> Item<T> {
        let named = (Arc::strong_count(&self.named) <= NAMED).then(|| Named { member: found.member, _place: Arc::clone(&self.named) });
        Item {
            time: found.time,
            event: found.event,
            folded: found.key.iter().map(|value| value.as_ref().map(|value| value.to_lowercase())).collect(),
            key: found.key,
            numbers: found.values.iter().filter_map(|text| number(text)).map(float).collect(),
            outcome: found.outcome,
            named,
            place: Arc::clone(&self.items),
        }
    }
}

fn float(number: Number) -> f64 {
    match number {
        Number::Integer(n) => n as f64,
        Number::Float(x) => x,
    }
}
