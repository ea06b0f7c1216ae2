//! The words that packs may use for stories are those that stories know.

use serde::de::DeserializeOwned;
use serde_json::{Value, from_value};
use watchbell_rules::pack::{CHAPTERS, GAPS, LANES, ROLES, Word, names};
use watchbell_story::{Chapter, GapKind, Lane, Name, Role};

fn check<T: DeserializeOwned>(words: &[Word]) {
    for word in words {
        assert!(from_value::<T>(Value::String(word.word.to_owned())).is_ok(), "{}", word.word);
    }
}

#[test]
fn packs_and_stories_agree() {
    check::<Role>(&ROLES);
    check::<Chapter>(&CHAPTERS);
    check::<Lane>(&LANES);
    check::<GapKind>(&GAPS);
    assert!(names().eq(Name::ALL.iter().map(|(name, _)| *name)));
}
