//! Which of the found facts are shown, and as what: one entry an event, repeated ones as first, last and how many.

use crate::case::{Case, near};
use crate::found::{Found, Part};
use crate::gaps::{TOUCHING, blinded, more};
use crate::keys::host_key;
use crate::sentence::said;
use crate::summary::without_blanks;
use crate::twice::twice;
use crate::{Chapter, Entry, Fact, Join, Lane, Name, Role, Strength, say};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use watchbell_model::EventId;

/// An entry, and what decides whether it is shown.
struct Drawn {
    entry: Entry,
    part: Part,
    distance: u64,
}

const MOST: usize = 60;
/// Of the alert's own events, so that the story keeps room for others.
const MOST_OWN: usize = 30;
/// Of what shares only host and window or session.
const MOST_WEAK: usize = 15;

/// At most sixty entries by (time, event), and how many found no room.
pub(crate) fn entries(case: &Case<'_>, found: &[Found<'_>]) -> (Vec<Entry>, u64) {
    let mut drawn = folded(one_blindness(own_texts(case, draw(case, found))));
    drawn.sort_by_key(|one| (rank(one), one.distance, one.entry.time, one.entry.event));
    let all = drawn.len();
    let (mut own, mut weak) = (0, 0);
    drawn.retain(|one| {
        own += usize::from(one.entry.own);
        weak += usize::from(one.entry.join.strength == Strength::Weak);
        (!one.entry.own || own <= MOST_OWN) && (one.entry.join.strength != Strength::Weak || weak <= MOST_WEAK)
    });
    drawn.truncate(MOST);
    let left_out = (all - drawn.len()) as u64;
    let mut entries: Vec<Entry> = drawn.into_iter().map(|one| one.entry).collect();
    entries.sort_by_key(|entry| (entry.time, entry.event));
    (entries, left_out)
}

/// Own ones first; then what carries the story, exact before strong; then what its processes and sessions did; weak ones last.
fn rank(one: &Drawn) -> (bool, bool, bool, Reverse<Strength>) {
    let leaf = matches!(one.part, Part::Child | Part::Below | Part::Doing | Part::Effect | Part::Mate)
        || one.entry.join.strength == Strength::Weak && one.entry.chapter != Chapter::Unseen;
    let strength = one.entry.join.strength;
    (!one.entry.own, strength == Strength::Weak, leaf, Reverse(strength))
}

/// One entry for each event: the strongest join, the best sentence.
fn draw(case: &Case<'_>, found: &[Found<'_>]) -> Vec<Drawn> {
    let mut events: BTreeMap<EventId, Vec<&Found<'_>>> = BTreeMap::new();
    for one in found.iter().filter(|one| case.role(one.fact).is_some_and(|role| !matches!(role, Role::ProcessEnd | Role::Boot))) {
        events.entry(one.fact.id).or_default().push(one);
    }
    for event in &twice(case, found) {
        events.remove(event);
    }
    events.into_values().filter_map(|group| one_entry(case, &group)).collect()
}

fn one_entry(case: &Case<'_>, group: &[&Found<'_>]) -> Option<Drawn> {
    let joined = group.iter().min_by_key(|one| (Reverse(one.join.strength), one.part))?;
    let told = group.iter().min_by_key(|one| (telling(case, one.fact), one.fact.kind, &one.fact.values))?;
    let kind = case.kind(told.fact)?;
    let own = case.is_own(told.fact);
    let entry = Entry {
        chapter: chapter(case, joined, told.fact, kind.chapter),
        lane: kind.lane,
        time: told.fact.time,
        host: told.fact.host.as_deref().map(str::to_owned),
        text: blinded(case, told.fact)
            .map_or_else(|| case.with_names(say(kind, told.fact), [told.fact.get(Name::LoginUser), told.fact.get(Name::User)]), |gap| gap.text),
        event: told.fact.id,
        outcome: told.fact.outcome,
        join: joined.join.clone(),
        own,
    };
    Some(Drawn { entry, part: joined.part, distance: case.distance(told.fact) })
}

/// How much the fact's sentence tells: one that the recipe has words for, of a role that says more than that a process began.
fn telling(case: &Case<'_>, fact: &Fact) -> (bool, u8) {
    let says = case.kind(fact).is_some_and(|kind| said(kind, fact).is_some());
    let role = match case.role(fact) {
        Some(Role::Job) => 0,
        Some(Role::Run | Role::Switch | Role::Logon | Role::Cloud) => 1,
        Some(Role::Share | Role::Network | Role::File) => 2,
        _ => 3,
    };
    (!says, role)
}

/// Seconds after the deed in which the job's own file is written as part of it.
const AT_ONCE: i64 = 5;

fn chapter(case: &Case<'_>, joined: &Found<'_>, fact: &Fact, of_kind: Chapter) -> Chapter {
    let after = case.is_after(fact);
    match joined.part {
        _ if case.is_own(fact) => Chapter::SetUp,
        _ if of_kind == Chapter::Unseen => Chapter::Unseen,
        Part::Child | Part::Below | Part::Effect if case.not_before(fact) => Chapter::After,
        Part::Table if after && !near(fact, case.anchor, 0, AT_ONCE) => Chapter::After,
        Part::Table if of_kind != Chapter::After => Chapter::SetUp,
        Part::Job if of_kind == Chapter::SetUp && near(fact, case.anchor, 0, AT_ONCE) => Chapter::SetUp,
        Part::Switch if after && by_own(case, fact) => of_kind,
        Part::Run | Part::Job | Part::Ancestor | Part::Switch | Part::Share if after => Chapter::After,
        Part::Run => Chapter::Before,
        Part::Twin if after && of_kind == Chapter::Before && !near(fact, case.anchor, 0, AT_ONCE) => Chapter::After,
        Part::Mate if crate::questions::fetches(fact) => Chapter::Fetched,
        Part::Mate if after && of_kind == Chapter::Before => Chapter::After,
        Part::Ancestor if of_kind == Chapter::After => Chapter::Before,
        Part::Company if after && (of_kind == Chapter::Before || !near(fact, case.anchor, 0, AT_ONCE)) => Chapter::After,
        _ => of_kind,
    }
}

/// Done by a process of the alert's own, as part of the deed.
fn by_own(case: &Case<'_>, fact: &Fact) -> bool {
    let pid = fact.get(Name::Pid);
    pid.is_some() && near(fact, case.anchor, 0, AT_ONCE) && case.own.iter().any(|own| own.get(Name::Pid) == pid)
}

/// The alert's own events in the alert's words where the recipe has none for them.
fn own_texts(case: &Case<'_>, mut drawn: Vec<Drawn>) -> Vec<Drawn> {
    let unsaid = |event: EventId| !case.own.iter().any(|fact| fact.id == event && case.kind(fact).is_some_and(|kind| said(kind, fact).is_some()));
    for own in case.subject.events.iter().filter(|own| unsaid(own.id)) {
        match drawn.iter_mut().find(|one| one.entry.event == own.id) {
            Some(one) => one.entry.text = without_blanks(&own.text),
            None => drawn.push(untold(case, own)),
        }
    }
    drawn
}

fn untold(case: &Case<'_>, own: &crate::OwnEvent) -> Drawn {
    let entry = Entry {
        chapter: Chapter::SetUp,
        lane: Lane::Job,
        time: own.time,
        host: case.subject.host.clone(),
        text: without_blanks(&own.text),
        event: own.id,
        outcome: case.subject.outcome,
        join: Join { strength: Strength::Exact, by: "event".into(), reason: "the alert's own event".to_owned() },
        own: true,
    };
    Drawn { entry, part: Part::Own, distance: 0 }
}

/// What blinds one host in one go is one entry.
fn one_blindness(mut drawn: Vec<Drawn>) -> Vec<Drawn> {
    drawn.sort_by_key(|one| (one.entry.time, one.entry.event));
    let mut kept: Vec<Drawn> = Vec::new();
    for one in drawn {
        let blind = |entry: &Entry| entry.chapter == Chapter::Unseen && !entry.own && entry.text.starts_with("Blind from");
        let close = |last: &Entry| last.time.zip(one.entry.time).is_some_and(|(last, time)| time.nanos.saturating_sub(last.nanos) <= TOUCHING);
        match kept.iter_mut().rev().find(|last| blind(&last.entry) && last.entry.host == one.entry.host) {
            Some(last) if blind(&one.entry) && close(&last.entry) => more(&mut last.entry.text, &one.entry.text),
            _ => kept.push(one),
        }
    }
    kept
}

type Repeat = (Chapter, Option<String>, String, bool);

/// The same sentence again and again becomes its first and its last entry, the last with the number.
fn folded(drawn: Vec<Drawn>) -> Vec<Drawn> {
    let mut groups: BTreeMap<Repeat, Vec<Drawn>> = BTreeMap::new();
    for one in drawn {
        let entry = &one.entry;
        let same = (entry.chapter, entry.host.as_deref().map(host_key), entry.text.clone(), entry.own);
        groups.entry(same).or_default().push(one);
    }
    groups.into_values().flat_map(first_and_last).collect()
}

fn first_and_last(mut group: Vec<Drawn>) -> Vec<Drawn> {
    if group.len() < 3 {
        return group;
    }
    group.sort_by_key(|one| (one.entry.time, one.entry.event));
    let count = group.len();
    let mut last = group.swap_remove(count - 1);
    last.entry.text = format!("{} (the last of {count} times)", last.entry.text);
    group.truncate(1);
    group.push(last);
    group
}
