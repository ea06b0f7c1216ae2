//! Occurrences of one key within one bucket become one triggered alert.

use crate::definitions::Fold;
use crate::found::Occurrence;
use crate::trigger::Scene;
use rustc_hash::FxHashMap;
use watchbell_alerts::Triggered;
use watchbell_engine::fold::{Fact, State};
use watchbell_engine::{fold, occurrence};
use watchbell_model::EventId;

/// Folds occurrences, which come by (time, id).
pub fn fold(scene: &Scene<'_>, occurrences: impl Iterator<Item = Occurrence>) -> Vec<Triggered> {
    let (mut state, mut at, mut all) = (State::default(), FxHashMap::default(), Vec::<Triggered>::new());
    for occurrence in occurrences {
        let alert = scene.alert(&occurrence);
        let Some(fold) = &alert.fold else {
            all.push(scene.begin(occurrence::of_event(&alert.definition.id, scene.id(&occurrence)), &occurrence));
            continue;
        };
        let firing;
        (state, firing) = engine(fold).step(state, &name(scene, &occurrence), &fact(scene, fold, &occurrence));
        if let Some(index) = at.get(&firing.id) {
            scene.join(&mut all[*index], &occurrence);
        } else {
            at.insert(firing.id, all.len());
            all.push(scene.begin(firing.id, &occurrence));
        }
    }
    finish(&state, &at, &mut all);
    all
}

/// What only the whole of the fold tells.
fn finish(state: &State, at: &FxHashMap<EventId, usize>, all: &mut [Triggered]) {
    for folded in state.all() {
        if let Some(index) = at.get(&folded.id) {
            all[*index].continues = folded.continues;
        }
    }
}

pub fn engine(fold: &Fold) -> fold::Fold {
    let within = i64::try_from(fold.within_seconds).unwrap_or(i64::MAX).saturating_mul(1_000_000_000);
    fold::Fold { within, worst: fold.worst }
}

/// What an exception holds back folds apart from what none does.
pub fn name(scene: &Scene<'_>, occurrence: &Occurrence) -> String {
    let alert = scene.alert(occurrence);
    match occurrence.excepted {
        Some(exception) => format!("{}/{}", alert.definition.id, alert.exceptions[exception as usize].id),
        None => alert.definition.id.clone(),
    }
}

pub fn fact(scene: &Scene<'_>, fold: &Fold, occurrence: &Occurrence) -> Fact {
    let alert = scene.alert(occurrence);
    let value = |name: &String| {
        let index = alert.entities.iter().position(|entity| entity.name == *name)? as u32;
        occurrence.entities.iter().find(|(n, _)| *n == index).map(|(_, value)| value.to_lowercase())
    };
    Fact {
        time: scene.event(occurrence).identity.time.map_or(i64::MIN, |time| time.nanos),
        event: scene.id(occurrence),
        key: fold.by.iter().map(value).collect(),
        outcome: occurrence.outcome,
    }
}
