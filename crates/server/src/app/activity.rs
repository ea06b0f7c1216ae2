//! What was triggered since a moment, for whoever runs a server in process.

use super::House;
use crate::detect::Control;
use std::sync::Arc;
use watchbell_alerts::Triggered;
use watchbell_pipeline::Definitions;
use watchbell_store::{Actor, AlertFilter, Error, Page, TriggeredFilter};

/// A moment, by what had changed until then.
#[derive(Clone, Copy, Debug)]
pub struct Activity(i64);

impl Activity {
    /// Before everything.
    pub const BEGINNING: Self = Self(0);
}

/// Rows read at once.
const ROWS: u32 = 1000;

impl House {
    /// What is active now.
    pub fn definitions(&self) -> Arc<Definitions> {
        self.content.current().definitions
    }

    pub fn activity(&self) -> Activity {
        Activity(self.store.last_change().unwrap_or_default())
    }

    /// What is new or changed since then, each with its story where it is told. By (time, id).
    pub fn triggered_since(&self, since: &Activity) -> Result<Vec<Triggered>, Error> {
        let rows = self.store.changed_triggered(since.0, &TriggeredFilter::default(), ROWS)?;
        let mut alerts = Vec::new();
        for row in rows {
            let full = self.store.triggered(&row.id)?;
            alerts.extend(Triggered::kept(&full.document, full.appended.as_deref().or(full.story.as_deref())));
        }
        alerts.sort_by_key(|alert| (alert.time, alert.id));
        Ok(alerts)
    }

    /// Notes in the journal what time it is: windows that are over by then close.
    pub fn tick(&self) {
        super::note(self, Control::Tick);
    }

    /// Installs a pack that comes with the binary and switches all its alerts on; how many.
    pub fn install_shipped(&self, id: &str) -> Result<usize, super::PackError> {
        let actor = Actor::system();
        let missing = || Error::Missing { kind: "pack", id: id.to_owned() };
        let pack = self.shipped.iter().find(|shipped| shipped.id == id).ok_or_else(missing)?;
        self.install(&pack.texts, &actor)?;
        let filter = AlertFilter { pack: Some(id.to_owned()), ..AlertFilter::default() };
        let ids: Vec<String> = self.store.alerts(&filter, &Page::first(1000))?.items.into_iter().map(|row| row.id).collect();
        Ok(self.activate(&ids, true, &actor)?.len())
    }
}
