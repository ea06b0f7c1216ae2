//! What is active: the packs that are installed and the alerts that are switched on, compiled, and swapped as a whole.

use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError, RwLock};
use watchbell_model::{Diagnostic, Severity, TIME};
use watchbell_pipeline::compile::{activate, bound, climb, compile};
use watchbell_pipeline::{Definitions, LadderPlan, Storybook, intern_inputs};
use watchbell_rules::Loader;
use watchbell_rules::pack::Pack;

/// The files of a pack that are text, by path.
pub type Texts = Vec<(String, String)>;

/// What holds from one swap to the next.
#[derive(Clone)]
pub struct Epoch {
    pub definitions: Arc<Definitions>,
    /// None while no pack that has one is installed.
    pub book: Option<Arc<Storybook>>,
    /// By id: category.
    pub categories: Arc<BTreeMap<String, String>>,
    /// Of hosts that do not tell theirs.
    pub zone: TimeZone,
    /// Rules and correlations in use.
    pub rules: usize,
}

/// The epoch that new work begins with.
pub struct Content {
    current: RwLock<Epoch>,
}

impl Content {
    pub fn new(epoch: Epoch) -> Self {
        Self { current: RwLock::new(epoch) }
    }

    pub fn current(&self) -> Epoch {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn swap(&self, epoch: Epoch) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = epoch;
    }
}

/// Compiles the alerts with these ids out of installed packs. Where some are wanted and none can be used, that is refused,
/// with what is wrong with each.
pub fn epoch(packs: &[(String, Texts)], active: &BTreeSet<String>, zone: &TimeZone) -> Result<(Epoch, Vec<Diagnostic>), Vec<Diagnostic>> {
    let (mut loader, mut problems) = (Loader::new().sources(watchbell_formats::log_sources()), Vec::new());
    let (mut added, mut ladders, mut recipes) = (Vec::new(), LadderPlan::default(), Vec::new());
    let mut categories = BTreeMap::new();
    for (_, texts) in packs {
        let Some(mut pack) = Pack::parse(texts.iter().map(|(path, text)| (path.as_str(), text.as_str())), &mut problems) else { continue };
        pack.alerts.retain(|alert| active.contains(&alert.id));
        categories.extend(pack.alerts.iter().map(|alert| (alert.id.clone(), alert.category.clone())));
        pack.ladder.iter().for_each(|ladder| climb(&mut ladders, ladder));
        recipes.extend(pack.story.take().map(|story| (story, pack.ladder.clone())));
        added.extend(compile(pack, &mut loader));
    }
    intern_inputs(loader.fields_mut());
    loader.fields_mut().intern(TIME);
    let (ruleset, told) = loader.finish();
    problems.extend(told);
    let actives = activate(&ruleset, added);
    let rules = actives.iter().map(|alert| alert.rules.len() + alert.correlations.len()).sum();
    if rules == 0 && problems.iter().any(|problem| problem.severity == Severity::Error) {
        return Err(problems);
    }
    let definitions = Arc::new(Definitions::new(ruleset, actives).climbing(ladders));
    let book = (!recipes.is_empty()).then(|| Arc::new(bound(recipes)));
    Ok((Epoch { definitions, book, categories: Arc::new(categories), zone: zone.clone(), rules }, problems))
}
