//! A story in one to three sentences: who came in how and through what, the deed and whether it worked, and what runs next or ran since.

mod since;
mod who;

use crate::Strength;
use crate::case::Case;
use crate::found::Found;
use watchbell_model::Outcome;

/// Seconds within which records are of one moment.
const MOMENT: i64 = 2;

/// Nothing is claimed that is not joined exactly or strongly.
pub(crate) fn sentences<'a>(case: &Case<'a>, found: &[Found<'a>]) -> Vec<String> {
    let joined: Vec<&Found<'a>> = found.iter().filter(|one| one.join.strength > Strength::Weak).collect();
    let before = who::who(case, &joined);
    let removed = since::deletion(case, &joined).is_some();
    let next = case.subject.next.as_deref().filter(|_| !removed).map(sentence);
    let since = since::since(case, &joined);
    let last = match (&before, next, since) {
        (None, Some(next), Some(since)) => vec![since, next],
        (_, Some(next), _) => vec![next],
        (_, None, since) => since.into_iter().collect(),
    };
    before.into_iter().chain([deed(case)]).chain(last).take(3).collect()
}

/// The alert's own sentence, with its outcome in words.
fn deed(case: &Case<'_>) -> String {
    let subject = case.subject;
    let said = if subject.summary.trim().is_empty() { &subject.title } else { &subject.summary };
    let said = said.trim().trim_end_matches('.');
    match subject.outcome {
        Outcome::Done => sentence(said),
        Outcome::Failed => sentence(&format!("{said}: tried and failed")),
        Outcome::Tried => sentence(&format!("{said}: tried; the logs do not tell whether it worked")),
    }
}

fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}
