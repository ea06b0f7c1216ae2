//! Ids of the events that matched, and which of several copies of one event stands for all.

use crate::found::{Event, File};
use rustc_hash::{FxHashMap, FxHashSet};
use watchbell_model::{Basis, EventId, IdWriter, Identity};

/// Ids by the events' indices. Of records that have none of their own, the delivery unit and the number among the
/// identical ones of their file go in.
pub fn identify(events: &[Event]) -> Vec<EventId> {
    let mut seen: FxHashMap<(usize, EventId), i64> = FxHashMap::default();
    let mut ids = vec![EventId([0; 16]); events.len()];
    for i in in_place(events) {
        let event = &events[i as usize];
        ids[i as usize] = id_of(&event.identity, event.lines, &event.file, &mut seen);
    }
    ids
}

/// The id of one event; `seen` counts identical records of each stream.
pub(crate) fn id_of(identity: &Identity, lines: Option<(u64, u64)>, file: &File, seen: &mut FxHashMap<(usize, EventId), i64>) -> EventId {
    let content = match &identity.basis {
        Basis::Own(id) => return *id,
        Basis::Raw(content) => content,
    };
    let number = match lines {
        Some((line, _)) if file.numbered => line.cast_signed(),
        _ => {
            let number = seen.entry((std::ptr::from_ref(file) as usize, *content)).or_default();
            *number += 1;
            *number
        }
    };
    IdWriter::new("raw").part(&content.0).part(&file.unit).number(number).finish()
}

/// Indices of the events that stand for all their copies: those with the smallest place.
pub fn first_copies(events: &[Event], ids: &[EventId]) -> FxHashSet<u32> {
    let mut seen = FxHashSet::default();
    in_place(events).into_iter().filter(|i| seen.insert(ids[*i as usize])).collect()
}

/// Indices by file, line and record.
fn in_place(events: &[Event]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..events.len() as u32).collect();
    order.sort_by_key(|i| {
        let event = &events[*i as usize];
        (&*event.file.name, event.lines, event.record)
    });
    order
}
