//! A story in one to three sentences: who came in how and through what, the deed and whether it worked, and what runs next or ran since.

mod deed;
mod since;
mod who;

pub(crate) use deed::without_blanks;

use crate::Strength;
use crate::case::Case;
use crate::found::Found;
use crate::sentence::known_names;
use watchbell_model::Outcome;

/// Seconds within which records are of one moment.
const MOMENT: i64 = 2;

/// Nothing is claimed that is not joined exactly or strongly.
pub(crate) fn sentences<'a>(case: &Case<'a>, found: &[Found<'a>]) -> Vec<String> {
    let joined: Vec<&Found<'a>> = found.iter().filter(|one| one.join.strength > Strength::Weak).collect();
    let before = who::who(case, &joined);
    let removed = since::deletion(case, &joined).is_some();
    let next = case.subject.next.as_deref().filter(|_| !removed && case.subject.outcome != Outcome::Failed).map(sentence);
    let next =
        next.map(|next| if case.subject.outcome == Outcome::Tried && next.starts_with("It runs") { format!("If it worked, {}", small(&next)) } else { next });
    let since = since::since(case, &joined);
    let last = match (since, next) {
        (Some(since), Some(next)) => Some(format!("{}; {}", since.trim_end_matches('.'), small(&next))),
        (since, next) => since.or(next),
    };
    let named = |text: String| case.with_names(text, [case.subject.login_user.as_deref(), case.subject.user.as_deref()]);
    before.into_iter().chain([deed::deed(case)]).map(named).chain(last.map(|last| known_names(&last))).collect()
}

/// Goes on within a sentence.
fn small(next: &str) -> String {
    let mut chars = next.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}
