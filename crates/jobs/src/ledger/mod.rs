//! The ledger: every job ever seen of every host, folded from deeds. However they are ordered and split, the same deeds end in the same ledger.

mod account;
mod deed;
mod entry;
mod gather;
mod kept;
mod key;
mod record;
mod results;

pub use account::is_service_account;
pub use deed::{Deed, What};
pub use entry::{Created, Entry, Happening, Rarity, Runs, Spread};
pub use key::host_key;

use key::Key;
use record::Record;
use std::collections::BTreeMap;
use watchbell_model::EventId;

/// Jobs that are kept. Which ones are crowded out hangs on their names alone, so that it is the same in any order.
pub const MOST: usize = 100_000;

/// What is known of all jobs. A pure fold: [`Ledger::add`] in any order, [`Ledger::merge`] of any split, and the same comes out.
///
/// Each deed is given once: counts of runs are sums. Whoever reads copies of logs drops the copies first, as a scan does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// By the hash of host, kind and name.
    records: BTreeMap<EventId, Record>,
    /// Deeds given, those crowded out or without a name among them.
    deeds: u64,
    unnamed: u64,
}

impl Ledger {
    /// Takes one deed in. One that tells neither a job's name nor its command is only counted.
    pub fn add(&mut self, deed: &Deed) {
        self.deeds += 1;
        let Some(key) = Key::of(deed) else {
            self.unnamed += 1;
            return;
        };
        self.records.entry(key.id()).or_insert_with(|| Record::new(key)).add(deed);
        self.bound();
    }

    /// Takes in what another ledger was given.
    pub fn merge(&mut self, other: Self) {
        self.deeds += other.deeds;
        self.unnamed += other.unnamed;
        for (id, theirs) in other.records {
            match self.records.get_mut(&id) {
                Some(ours) => ours.merge(theirs),
                None => {
                    self.records.insert(id, theirs);
                }
            }
        }
        self.bound();
    }

    /// Every job, by host, kind and name.
    pub fn entries(&self) -> Vec<Entry> {
        gather::entries(self.records.values())
    }

    /// Deeds that told neither a job's name nor its command.
    pub fn unnamed(&self) -> u64 {
        self.unnamed
    }

    /// Deeds of jobs for which there was no room.
    pub fn crowded_out(&self) -> u64 {
        self.deeds - self.unnamed - self.records.values().map(Record::deeds).sum::<u64>()
    }

    /// What goes never comes back: the smallest hashes of all stay, and nothing of theirs is lost.
    fn bound(&mut self) {
        while self.records.len() > MOST {
            self.records.pop_last();
        }
    }
}
