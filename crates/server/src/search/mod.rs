//! Searches of what is kept: who may ask what, how many at once, and our rules in them.

mod rules;
mod tables;

use crate::app::House;
use crate::auth::Who;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use watchbell_lake::{Beside, Error, Found, Holds, Limits, Table};

/// Searches and hunts that run at once; memory is bounded for each.
pub struct Desk {
    searches: Semaphore,
    hunts: Arc<Semaphore>,
}

const SEARCHES: usize = 3;
const HUNTS: usize = 1;
/// How long a search waits for its turn.
const TURN: Duration = Duration::from_secs(10);

impl Default for Desk {
    fn default() -> Self {
        Self { searches: Semaphore::new(SEARCHES), hunts: Arc::new(Semaphore::new(HUNTS)) }
    }
}

impl Desk {
    /// None where too many are running.
    pub async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        tokio::time::timeout(TURN, self.searches.acquire()).await.ok()?.ok()
    }

    /// None where one is running.
    pub fn hunt(&self) -> Option<tokio::sync::OwnedSemaphorePermit> {
        Arc::clone(&self.hunts).try_acquire_owned().ok()
    }
}

/// Answers a query of somebody.
pub async fn search(house: &Arc<House>, who: &Who, sql: &str, limits: &Limits) -> Result<Found, Error> {
    house.lake.search_beside(sql, limits, Arc::new(Asker { house: Arc::clone(house), who: who.clone() })).await
}

/// What stands beside the events for somebody.
struct Asker {
    house: Arc<House>,
    who: Who,
}

impl Beside for Asker {
    fn table(&self, name: &str) -> Result<Option<Table>, Error> {
        tables::table(&self.house, &self.who, name)
    }

    fn rule(&self, name: &str) -> Result<Arc<dyn Holds>, String> {
        rules::named(&self.house.content.current(), name)
    }

    fn sigma(&self, text: &str) -> Result<Arc<dyn Holds>, String> {
        rules::written(text, &self.house.content.current().zone)
    }
}
