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
    // Those of switched auditing only say when the facts' own end.
    let coverage = case.subject.coverage.iter().filter(|gap| gap.kind != GapKind::AuditingOff && overlaps(case, gap)).cloned();
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
        GapKind::AuditingOff => (fact.time, back(case, fact)),
        _ => (fact.time, fact.time),
    };
    let blind = match gap {
        GapKind::LogCleared => format!("Blind before {}", clock(fact.time)),
        GapKind::AuditingOff => off(from, to),
        _ => format!("At {}", clock(fact.time)),
    };
    Some(Gap { kind: gap, from, to, text: format!("{blind}: {}", say(kind, fact)) })
}

/// From when to when it was off; open where nothing shows that it is on again.
fn off(from: Option<Timestamp>, to: Option<Timestamp>) -> String {
    let end = to.map_or_else(String::new, |to| format!(" to {}", clock(Some(to))));
    format!("{OFF} {}{end}", clock(from))
}

const OFF: &str = "Blind from";

/// Seconds in which a command switches off what it was told to.
const DOES: i64 = 60;

/// When what was switched off was seen again.
fn back(case: &Case<'_>, fact: &Fact) -> Option<Timestamp> {
    let at = fact.time?.seconds();
    let ends = case.subject.coverage.iter().filter(|gap| gap.kind == GapKind::AuditingOff);
    let own = ends.filter(|gap| {
        let Some(from) = gap.from.map(Timestamp::seconds) else { return false };
        // A command does not tell whether it worked; what was off then was its doing.
        if fact.outcome == Outcome::Tried { (at - 1..=at + DOES).contains(&from) } else { from == at && gap.text.eq_ignore_ascii_case(&silenced(fact)) }
    });
    own.filter_map(|gap| gap.to).max_by_key(|to| to.nanos)
}

/// What a fact says that it switched off, as those who know when it came back call it.
fn silenced(fact: &Fact) -> String {
    let removed = fact.get(Name::Operation).is_some_and(|operation| operation.contains("rule"));
    match fact.get(Name::Record) {
        Some(_) if removed => format!("rules {}", fact.get(Name::Resource).unwrap_or_default()),
        Some(_) => "audit".to_owned(),
        None => [Name::Service, Name::Operation, Name::Channel].into_iter().find_map(|name| fact.get(name)).unwrap_or_default().to_owned(),
    }
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
    if let Some((_, what)) = into.text.split_once(": ").filter(|(blind, _)| blind.starts_with(OFF)) {
        into.text = format!("{}: {what}", off(into.from, into.to));
    }
}

/// Adds what else blinded, after the colon of its own words.
pub(crate) fn more(into: &mut String, text: &str) {
    let more = match text.split_once(": ") {
        Some((blind, more)) if into.starts_with(blind) || blind.starts_with(OFF) && into.starts_with(OFF) => more,
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
