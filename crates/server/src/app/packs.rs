//! Packs of an installation: put in, taken out, and read for what is active.

use super::House;
use crate::content::{Epoch, Texts, epoch};
use crate::detect::Control;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;
use watchbell_model::{Diagnostic, Severity};
use watchbell_rules::pack::Pack;
use watchbell_store::{Actor, AlertFilter, NewPack, PackAlert, PackRow, Page, Store};

/// A pack inside the binary.
#[derive(Clone, Debug)]
pub struct Shipped {
    pub id: String,
    pub texts: Texts,
}

/// Why a pack cannot be installed, or what is active cannot be changed.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    #[error(transparent)]
    Store(#[from] watchbell_store::Error),
    #[error("{}", .0.iter().filter(|problem| problem.severity == Severity::Error).map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Wrong(Vec<Diagnostic>),
}

/// Alerts that the store switches in one transaction.
const AT_ONCE: usize = 1000;

impl House {
    /// Installs a pack's files; its alerts arrive deactivated.
    pub fn install(&self, texts: &Texts, actor: &Actor) -> Result<PackRow, PackError> {
        let mut problems = Vec::new();
        let pack = Pack::parse(texts.iter().map(|(path, text)| (path.as_str(), text.as_str())), &mut problems);
        let Some(pack) = pack.filter(|pack| !pack.alerts.is_empty()) else { return Err(PackError::Wrong(problems)) };
        let alert = |alert: &watchbell_rules::pack::Alert| PackAlert { id: alert.id.clone(), name: alert.name.clone(), category: alert.category.clone() };
        let files = serde_json::to_vec(texts).unwrap_or_default();
        let new = NewPack {
            id: pack.about.id.clone(),
            name: pack.about.name.clone(),
            version: pack.about.version.clone(),
            digest: blake3::hash(&files).to_hex()[..32].to_owned(),
            files,
            alerts: pack.alerts.iter().map(alert).collect(),
        };
        let row = self.store.install_pack(&new, actor, self.clock.now().nanos)?;
        self.reload()?;
        Ok(row)
    }

    pub fn uninstall(&self, id: &str, revision: Option<i64>, actor: &Actor) -> Result<(), PackError> {
        self.store.uninstall_pack(id, revision, actor, self.clock.now().nanos)?;
        self.reload()
    }

    /// Switches alerts on or off; the ids of those that changed. What can't be compiled is refused, and all stays as it was.
    pub fn activate(&self, ids: &[String], active: bool, actor: &Actor) -> Result<Vec<String>, PackError> {
        let (packs, mut wanted) = (installed(&self.store)?, activated(&self.store)?);
        for id in ids {
            if active {
                wanted.insert(id.clone())
            } else {
                wanted.remove(id)
            };
        }
        let (epoch, _) = epoch(&packs, &wanted, &self.content.current().zone).map_err(PackError::Wrong)?;
        let mut changed = Vec::new();
        for ids in ids.chunks(AT_ONCE) {
            changed.extend(self.store.activate(ids, active, actor, self.clock.now().nanos)?);
        }
        if !changed.is_empty() {
            self.swap(epoch);
        }
        Ok(changed)
    }

    /// These alerts of a pack compiled, whether they are active or not.
    pub fn epoch_of(&self, pack: &str, ids: &BTreeSet<String>) -> Result<Epoch, PackError> {
        let mut packs = installed(&self.store)?;
        packs.retain(|(id, _)| id == pack);
        Ok(epoch(&packs, ids, &self.content.current().zone).map_err(PackError::Wrong)?.0)
    }

    fn reload(&self) -> Result<(), PackError> {
        let (epoch, _) = epoch(&installed(&self.store)?, &activated(&self.store)?, &self.content.current().zone).map_err(PackError::Wrong)?;
        self.swap(epoch);
        Ok(())
    }

    /// What is active from the journal's next entry on.
    fn swap(&self, epoch: Epoch) {
        self.content.swap(epoch);
        super::note(self, Control::Content);
    }
}

/// What is active in an installation as it stands.
pub fn load(store: &Store, zone: &TimeZone) -> Result<Epoch, PackError> {
    Ok(epoch(&installed(store)?, &activated(store)?, zone).map_err(PackError::Wrong)?.0)
}

fn installed(store: &Store) -> Result<Vec<(String, Texts)>, watchbell_store::Error> {
    let mut packs = Vec::new();
    let mut page = Page::first(1000);
    loop {
        let listed = store.packs(&page)?;
        for row in &listed.items {
            let files = store.pack_files(&row.id, &row.digest)?;
            packs.push((row.id.clone(), serde_json::from_slice(&files).unwrap_or_default()));
        }
        match listed.next {
            Some(next) => page = Page::after(next, 1000),
            None => return Ok(packs),
        }
    }
}

fn activated(store: &Store) -> Result<BTreeSet<String>, watchbell_store::Error> {
    let filter = AlertFilter { active: Some(true), ..AlertFilter::default() };
    let (mut ids, mut page) = (BTreeSet::new(), Page::first(1000));
    loop {
        let listed = store.alerts(&filter, &page)?;
        ids.extend(listed.items.into_iter().map(|row| row.id));
        match listed.next {
            Some(next) => page = Page::after(next, 1000),
            None => return Ok(ids),
        }
    }
}
