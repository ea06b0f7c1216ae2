//! What is hunted for: an installed alert, active or not, or one that is sent, or a Sigma rule.

use crate::app::{House, PackError};
use crate::content::{Epoch, epoch};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use watchbell_model::{Diagnostic, Severity, TIME};
use watchbell_pipeline::compile::activate_rules;
use watchbell_pipeline::{Definitions, intern_inputs};
use watchbell_rules::Loader;
use watchbell_store::{AlertFilter, AlertRow, Error, Page};

#[derive(Clone, Debug)]
pub enum What {
    /// Name, id or title of an installed one.
    Alert(String),
    /// An alert's file, or Sigma rules.
    Text(String),
}

/// An alert that is compiled for a hunt.
pub struct Hunted {
    pub epoch: Epoch,
    /// Ids of the alerts whose triggering is asked for; others are there because these depend on them.
    pub wanted: BTreeSet<String>,
    /// For the audit log.
    pub name: String,
}

/// What a pack must say, for an alert that comes without one.
const PACK: &str = "format: 1\nid: hunt\nname: Hunt\nversion: 0.0.0\n";

pub fn hunted(house: &House, what: &What) -> Result<Hunted, PackError> {
    match what {
        What::Alert(name) => installed(house, name),
        What::Text(text) if is_alert(text) => sent(house, text),
        What::Text(text) => sigma(house, text),
    }
}

/// With the active alerts of its ladder: how a deed ended, and whether attempts are one, they tell together.
fn installed(house: &House, name: &str) -> Result<Hunted, PackError> {
    let row = find(house, name)?;
    let current = house.content.current();
    let climbs = current.definitions.alerts.iter().filter(|alert| current.definitions.ladders.alerts.contains_key(&alert.definition.name));
    let company = climbs.filter(|alert| alert.definition.pack.as_ref().is_some_and(|pack| pack.name == row.pack)).map(|alert| alert.definition.id.clone());
    let ids: BTreeSet<String> = company.chain([row.id.clone()]).collect();
    let epoch = house.epoch_of(&row.pack, &ids)?;
    Ok(Hunted { epoch, wanted: [row.id].into(), name: row.name })
}

fn find(house: &House, name: &str) -> Result<AlertRow, PackError> {
    let mut page = Page::first(1000);
    loop {
        let listed = house.store.alerts(&AlertFilter::default(), &page)?;
        if let Some(row) = listed.items.into_iter().find(|row| row.id == name || row.name.eq_ignore_ascii_case(name)) {
            return Ok(row);
        }
        let Some(next) = listed.next else { return Err(PackError::Store(Error::Missing { kind: "alert", id: name.to_owned() })) };
        page = Page::after(next, 1000);
    }
}

/// Alerts have their Sigma rules inside.
fn is_alert(text: &str) -> bool {
    yaml_serde::from_str::<serde_json::Value>(text).is_ok_and(|value| value["rules"].is_array() && value["detection"].is_null())
}

fn sent(house: &House, text: &str) -> Result<Hunted, PackError> {
    let told: serde_json::Value = yaml_serde::from_str(text).unwrap_or_default();
    let word = |key: &str| told[key].as_str().unwrap_or_default().to_owned();
    let (id, name) = (word("id"), word("name"));
    let texts = vec![("pack.yaml".to_owned(), PACK.to_owned()), (format!("alerts/{name}.yaml"), text.to_owned())];
    let (epoch, problems) = epoch(&[("hunt".to_owned(), texts)], &[id.clone()].into(), &house.content.current().zone).map_err(PackError::Wrong)?;
    usable(&epoch.definitions, problems)?;
    Ok(Hunted { epoch, wanted: [id].into(), name })
}

fn sigma(house: &House, text: &str) -> Result<Hunted, PackError> {
    let mut loader = Loader::new().sources(watchbell_formats::log_sources());
    let added = loader.add_text("rule", text);
    intern_inputs(loader.fields_mut());
    loader.fields_mut().intern(TIME);
    let (ruleset, problems) = loader.finish();
    let actives = activate_rules(&ruleset, &[added]);
    let rules = actives.len();
    let definitions = Arc::new(Definitions::new(ruleset, actives));
    usable(&definitions, problems)?;
    let wanted: BTreeSet<String> = definitions.alerts.iter().map(|alert| alert.definition.id.clone()).collect();
    let name = definitions.alerts.first().map(|alert| alert.definition.title.clone()).unwrap_or_default();
    let zone = house.content.current().zone;
    Ok(Hunted { epoch: Epoch { definitions, book: None, categories: Arc::new(BTreeMap::new()), zone, rules }, wanted, name })
}

/// One rule that is wrong is reason enough: somebody waits for its answer.
fn usable(definitions: &Definitions, mut problems: Vec<Diagnostic>) -> Result<(), PackError> {
    problems.retain(|problem| problem.severity == Severity::Error);
    if problems.is_empty() && definitions.alerts.is_empty() {
        problems.push(Diagnostic::error("hunt/no-rule", "rule", "there is neither an alert nor a Sigma rule in it"));
    }
    if problems.is_empty() { Ok(()) } else { Err(PackError::Wrong(problems)) }
}
