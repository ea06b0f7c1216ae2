//! Rules in searches: one that is active, by its title, id or name, or one that is written into the search.

use crate::content::Epoch;
use crate::lake::Replay;
use jiff::tz::TimeZone;
use rustc_hash::FxHashSet;
use std::sync::{Arc, Mutex, PoisonError};
use watchbell_lake::{Holds, Record};
use watchbell_model::{Severity, TIME};
use watchbell_pipeline::compile::activate_rules;
use watchbell_pipeline::{Definitions, intern_inputs};
use watchbell_rules::{Loader, RuleId};

/// Asked of rows, on as many threads as want to.
struct Rule {
    definitions: Arc<Definitions>,
    zone: TimeZone,
    wanted: Wanted,
    /// Readings that nobody is using: each remembers decoders and answers.
    spare: Mutex<Vec<Replay>>,
}

enum Wanted {
    /// Alerts, by index: what their exceptions hold back does not count.
    Alerts(FxHashSet<u32>),
    Rules(FxHashSet<RuleId>),
}

/// The alert of this name, id or title, else the rule.
pub fn named(epoch: &Epoch, name: &str) -> Result<Arc<dyn Holds>, String> {
    let definitions = &epoch.definitions;
    let is = |text: &str| text.eq_ignore_ascii_case(name.trim());
    let alerts =
        (0..).zip(&definitions.alerts).filter(|(_, alert)| [&alert.definition.name, &alert.definition.id, &alert.definition.title].iter().any(|text| is(text)));
    let alerts: FxHashSet<u32> = alerts.map(|(at, _)| at).collect();
    let wanted = if alerts.is_empty() {
        let rules = definitions.concerning().filter(|rule| {
            let about = &definitions.ruleset.rules[rule.0 as usize].about;
            is(&about.title) || about.id.as_deref().is_some_and(is) || about.name.as_deref().is_some_and(is)
        });
        Wanted::Rules(rules.collect())
    } else {
        Wanted::Alerts(alerts)
    };
    match &wanted {
        Wanted::Rules(rules) if rules.is_empty() => {
            Err(format!("no active alert and no rule of one is named `{name}`; `watchbell alert list --active` lists alerts, `hunt` takes inactive ones"))
        }
        _ => Ok(Rule::new(Arc::clone(definitions), &epoch.zone, wanted)),
    }
}

/// A Sigma rule, as it is written.
pub fn written(text: &str, zone: &TimeZone) -> Result<Arc<dyn Holds>, String> {
    let mut loader = Loader::new().sources(watchbell_formats::log_sources());
    let added = loader.add_text("sigma", text);
    intern_inputs(loader.fields_mut());
    loader.fields_mut().intern(TIME);
    let (ruleset, problems) = loader.finish();
    let errors: Vec<String> = problems.iter().filter(|problem| problem.severity == Severity::Error).map(ToString::to_string).collect();
    if !errors.is_empty() {
        return Err(errors.join("; "));
    }
    if !added.correlations.is_empty() {
        return Err("a correlation is about several events; `watchbell hunt --rule FILE` takes one".to_owned());
    }
    let rules: FxHashSet<RuleId> = added.rules.iter().copied().collect();
    if rules.is_empty() {
        return Err("there is no Sigma rule in it".to_owned());
    }
    let actives = activate_rules(&ruleset, &[added]);
    Ok(Rule::new(Arc::new(Definitions::new(ruleset, actives)), zone, Wanted::Rules(rules)))
}

impl Rule {
    #[expect(clippy::new_ret_no_self, reason = "whoever asks does not see what it is")]
    fn new(definitions: Arc<Definitions>, zone: &TimeZone, wanted: Wanted) -> Arc<dyn Holds> {
        Arc::new(Self { definitions, zone: zone.clone(), wanted, spare: Mutex::default() })
    }

    fn one(&self, replay: &mut Replay, record: &Record<'_>) -> bool {
        replay.record(record);
        let found = std::mem::take(&mut replay.worker.found);
        found.occurrences.iter().any(|occurrence| match &self.wanted {
            Wanted::Alerts(alerts) => occurrence.excepted.is_none() && alerts.contains(&occurrence.alert),
            Wanted::Rules(rules) => occurrence.rules.iter().any(|rule| rules.contains(rule)),
        })
    }
}

impl Holds for Rule {
    fn holds(&self, records: &[Record<'_>]) -> Vec<bool> {
        let spare = || self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        let free = spare().pop();
        let mut replay = free.unwrap_or_else(|| Replay::new(&self.definitions, &self.zone));
        let held = records.iter().map(|record| self.one(&mut replay, record)).collect();
        spare().push(replay);
        held
    }
}
