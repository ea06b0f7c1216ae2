//! What cannot be seen: what blinded the host, command lines that were not written, and what is missing from its logs.

use crate::case::Case;
use crate::found::Found;
use crate::keys::base;
use crate::questions::blinding;
use crate::{Fact, Gap, GapKind, Name, Role, Strength, say};
use watchbell_model::{Outcome, Timestamp};

/// More kinds of blindness than this are not told one by one.
const MOST: usize = 12;
/// Nanoseconds between two gaps of one kind that are one.
pub(crate) const TOUCHING: i64 = 60_000_000_000;

pub(crate) fn gaps(case: &Case<'_>, found: &[Found<'_>]) -> Vec<Gap> {
    let blind = blinding(case).into_iter().filter_map(|fact| blinded(case, fact));
    let coverage = case.subject.coverage.iter().filter(|gap| overlaps(case, gap)).cloned();
    let mut gaps: Vec<Gap> = blind.chain(coverage).chain(unwritten(case, found)).collect();
    gaps.sort_by(|a, b| order(a).cmp(&order(b)));
    let mut merged: Vec<Gap> = Vec::new();
    for gap in gaps {
        match merged.iter_mut().rev().find(|last| last.kind == gap.kind && touch(last, &gap)) {
            Some(last) => join(last, &gap),
            None => merged.push(gap),
        }
    }
    merged.truncate(MOST);
    merged
}

fn order(gap: &Gap) -> (Option<Timestamp>, Option<Timestamp>, u8, &str) {
    (gap.from, gap.to, gap.kind as u8, &gap.text)
}

/// A cleared log hides what was before; auditing that was switched off hides what came after.
pub(crate) fn blinded(case: &Case<'_>, fact: &Fact) -> Option<Gap> {
    let kind = case.kind(fact)?;
    let gap = kind.gap.filter(|_| fact.outcome != Outcome::Failed)?;
    let start = case.window().map(|(from, _)| from);
    let (from, to) = match gap {
        GapKind::LogCleared => (start.filter(|start| start.nanos <= fact.time.map_or(i64::MAX, |time| time.nanos)), fact.time),
        GapKind::AuditingOff => (fact.time, None),
        _ => (fact.time, fact.time),
    };
    let blind = match gap {
        GapKind::LogCleared => format!("Blind before {}", clock(fact.time)),
        GapKind::AuditingOff => format!("Blind from {}", clock(fact.time)),
        _ => format!("At {}", clock(fact.time)),
    };
    Some(Gap { kind: gap, from, to, text: format!("{blind}: {}", say(kind, fact)) })
}

fn overlaps(case: &Case<'_>, gap: &Gap) -> bool {
    let Some((from, to)) = case.window() else { return false };
    gap.from.is_none_or(|start| start.nanos <= to.nanos) && gap.to.is_none_or(|end| end.nanos >= from.nanos)
}

fn touch(one: &Gap, next: &Gap) -> bool {
    one.to.zip(next.from).is_none_or(|(end, start)| start.nanos.saturating_sub(end.nanos) <= TOUCHING)
}

fn join(into: &mut Gap, gap: &Gap) {
    into.to = into.to.zip(gap.to).map(|(a, b)| if a.nanos > b.nanos { a } else { b });
    more(&mut into.text, &gap.text);
}

/// Adds what else blinded, after the colon of its own words.
pub(crate) fn more(into: &mut String, text: &str) {
    let more = match text.split_once(": ") {
        Some((blind, more)) if into.starts_with(blind) || blind.starts_with("Blind from") && into.starts_with("Blind from") => more,
        _ => text,
    };
    if !into.contains(more) && into.len() < 400 {
        into.push_str("; ");
        into.push_str(more);
    }
}

/// Processes of the story whose command lines no record tells.
fn unwritten(case: &Case<'_>, found: &[Found<'_>]) -> Option<Gap> {
    let bare = |fact: &Fact| fact.get(Name::Command).is_none_or(|line| matches!(line.trim(), "" | "-"));
    let of_story = found.iter().filter(|one| one.join.strength > Strength::Weak && case.role(one.fact) == Some(Role::Process)).map(|one| one.fact);
    let bare: Vec<&Fact> = of_story.filter(|fact| bare(fact)).collect();
    let from = bare.iter().filter_map(|fact| fact.time).min_by_key(|time| time.nanos);
    let to = bare.iter().filter_map(|fact| fact.time).max_by_key(|time| time.nanos);
    let mut names: Vec<String> = bare.iter().filter_map(|fact| fact.get(Name::Image).map(base)).collect();
    names.sort_unstable();
    names.dedup();
    names.truncate(5);
    let who = if names.is_empty() { "processes of the story".to_owned() } else { names.join(", ") };
    (!bare.is_empty()).then(|| Gap {
        kind: GapKind::NoCommandLine,
        from,
        to,
        text: format!("No command line was written for {who}: its arguments are not known"),
    })
}

/// `10:02:40 UTC`.
pub(crate) fn clock(time: Option<Timestamp>) -> String {
    time.map_or("an unknown time".to_owned(), |time| format!("{} UTC", time.to_string().get(11..19).unwrap_or("?")))
}
