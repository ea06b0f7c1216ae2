//! A delivery method tried for real, before an incident does.

use super::SECOND;
use crate::app::House;
use std::time::Duration;
use watchbell_store::{AttemptFilter, AttemptRow, Error, Message, Page};

/// Why it is not known whether a test message arrived.
#[derive(Debug, thiserror::Error)]
pub enum TestError {
    #[error(transparent)]
    Store(#[from] Error),
    #[error("no answer within a minute; the outbox tells what becomes of it")]
    Late,
}

const TURNS: u32 = 600;
const TURN: Duration = Duration::from_millis(100);

impl House {
    /// Sends a test message by a delivery method, whether it is switched on or not, and tells what came of it.
    pub async fn test_method(&self, id: &str) -> Result<AttemptRow, TestError> {
        let (method, now) = (self.store.method(id)?, self.clock.now().nanos);
        let filter = AttemptFilter { method: Some(method.id.clone()), ..AttemptFilter::default() };
        let last = self.store.attempts(&filter, &Page::first(1))?.items.first().map_or(0, |row| row.id);
        let message = Message {
            key: format!("test:{}:{}.{last}", method.id, now / SECOND),
            kind: "test".to_owned(),
            method: method.id.clone(),
            due: now,
            ..Message::default()
        };
        self.deliveries.works(&method.id);
        self.store.send(&message, now)?;
        for _ in 0..TURNS {
            let rows = self.store.attempts(&filter, &Page::first(50))?.items;
            if let Some(row) = rows.into_iter().find(|row| row.id > last && row.kind == "test") {
                return Ok(row);
            }
            tokio::time::sleep(TURN).await;
        }
        Err(TestError::Late)
    }
}
