//! The alert's own sentence: by whom, on which host, tried or done, in words that a person reads.

use super::sentence;
use crate::case::Case;
use crate::keys::{host_key, person};
use crate::questions::same_crontab;
use crate::sentence::known_names;
use crate::{Name, value_key};
use watchbell_model::Outcome;

pub(super) fn deed(case: &Case<'_>) -> String {
    let said = said(case);
    match case.subject.outcome {
        Outcome::Done => sentence(&said),
        Outcome::Failed if said.contains(" failed to ") || said.contains(" could not ") => sentence(&said),
        Outcome::Failed => sentence(&format!("{said}: tried and failed")),
        Outcome::Tried => sentence(&format!("{said}: tried; the logs do not tell whether it worked")),
    }
}

/// Whether the deed's sentence begins with who logged in, whatever they had become.
pub(super) fn names_both(case: &Case<'_>) -> bool {
    case.subject.user.as_deref().is_some_and(|user| summary(case).strip_prefix(user).is_some_and(|rest| rest.starts_with(' ')))
}

fn summary<'a>(case: &Case<'a>) -> &'a str {
    let subject = case.subject;
    let said = if subject.summary.trim().is_empty() { &subject.title } else { &subject.summary };
    said.trim().trim_end_matches('.')
}

fn said(case: &Case<'_>) -> String {
    let said = reached(case, without_blanks(summary(case)));
    let by = case.subject.user.as_deref().and_then(|user| Some((user, said.strip_prefix(user).filter(|rest| rest.starts_with(' '))?)));
    let said = by.and_then(|(user, rest)| Some(format!("{}{rest}", doer(case, user)?))).unwrap_or(said);
    known_names(&said)
}

/// `alice, as root,`; where the record tells only the system's account, the person that another record of the deed names.
fn doer(case: &Case<'_>, user: &str) -> Option<String> {
    let called = |name: &str| value_key(Name::User, case.called(name).unwrap_or(name));
    let other = |name: &str| called(name) != called(user) && person(name).is_some();
    let by_pid = case.own.iter().flat_map(|line| same_crontab(case, line)).filter_map(|fact| fact.get(Name::LoginUser)).find(|login| other(login));
    if let Some(login) = case.subject.login_user.as_deref().filter(|login| other(login)).or(by_pid) {
        return Some(format!("{login}, as {user},"));
    }
    let of_system = person(user).is_none() && !user.eq_ignore_ascii_case("root");
    let mut people: Vec<&str> = case.own.iter().filter_map(|fact| fact.get(Name::User)).filter(|name| of_system && other(name)).collect();
    people.sort_unstable();
    people.first().map(|name| name.rsplit('\\').next().unwrap_or(name).to_owned())
}

/// A job that the command set up on another machine is not one of this.
fn reached(case: &Case<'_>, said: String) -> String {
    let subject = case.subject;
    let target = subject.job.as_deref().and_then(|job| job.target_host.as_deref()).or(subject.target_host.as_deref()).map(|host| host.trim_start_matches('\\'));
    let Some((target, host)) = target.zip(subject.host.as_deref()) else { return said };
    let here = matches!(&*target.to_lowercase(), "" | "." | "localhost" | "127.0.0.1" | "::1") || host_key(target) == host_key(host);
    let place = format!(" on {host}");
    if here || said.contains(target) { said } else { said.replacen(&place, &format!(" on {target} (from {host})"), 1) }
}

/// What the records do not tell leaves no mark.
pub(crate) fn without_blanks(said: &str) -> String {
    const BLANK: [(&str, &str); 11] = [
        (" (?; ", " ("),
        (" (?)", ""),
        (" on ?", ""),
        (" of ?", ""),
        (" in ?", ""),
        (" from ?", ""),
        (" with ?", ""),
        (": ? (", " ("),
        (" as ?", ""),
        (": ?", ""),
        (" ?", ""),
    ];
    let said = said.strip_prefix("? ").map_or_else(|| said.to_owned(), |rest| format!("Somebody {rest}"));
    BLANK.iter().fold(said, |said, (blank, without)| whole_words(&said, blank, without))
}

/// Replaces where a word ends: a question mark may begin something longer.
fn whole_words(said: &str, blank: &str, without: &str) -> String {
    let mut out = String::with_capacity(said.len());
    let mut rest = said;
    while let Some((before, after)) = rest.split_once(blank) {
        out.push_str(before);
        let ends = !blank.ends_with('?') || after.is_empty() || after.starts_with([' ', ',', ':', ')', '.']);
        out.push_str(if ends { without } else { blank });
        rest = after;
    }
    out + rest
}
