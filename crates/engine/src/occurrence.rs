//! Ids of occurrences, and the partition that the state of a key lives in: worked out alike on every node.

use watchbell_model::{EventId, IdWriter};

/// Partitions of all state that lives across events. Cannot be changed later.
pub const PARTITIONS: usize = 256;

/// Values that a fold or a window groups by; `None` where the event has none.
pub type Key = Vec<Option<String>>;

/// An occurrence of an alert that is one event.
pub fn of_event(alert: &str, event: EventId) -> EventId {
    IdWriter::new("occurrence").part(alert.as_bytes()).part(&event.0).finish()
}

/// An occurrence that is a bucket of a fold.
pub fn of_bucket(alert: &str, key: &[Option<String>], bucket: i64) -> EventId {
    keyed(IdWriter::new("fold").part(alert.as_bytes()), key).number(bucket).finish()
}

/// An occurrence that is a window, by its start in nanoseconds.
pub fn of_window(alert: &str, key: &[Option<String>], start: i64) -> EventId {
    keyed(IdWriter::new("window").part(alert.as_bytes()), key).number(start).finish()
}

/// Where the state of an alert's (or a correlation's) key lives.
pub fn partition(alert: &str, key: &[Option<String>]) -> usize {
    usize::from(keyed(IdWriter::new("partition").part(alert.as_bytes()), key).finish().0[0])
}

fn keyed(id: IdWriter, key: &[Option<String>]) -> IdWriter {
    key.iter().fold(id.part(&(key.len() as u64).to_le_bytes()), |id, value| match value {
        Some(text) => id.part(b"+").part(text.as_bytes()),
        None => id.part(b"-"),
    })
}
