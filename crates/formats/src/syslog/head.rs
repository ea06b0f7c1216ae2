//! The head of a syslog line, in every usual spelling: time, host, program, process, and where the message begins.

use super::stamp::{self, Stamp};
use memchr::memchr;

/// Slices borrow from the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head<'a> {
    pub stamp: Stamp<'a>,
    pub host: Option<&'a [u8]>,
    /// Without its folder and without what PAM adds in brackets.
    pub program: Option<&'a [u8]>,
    pub pid: Option<&'a [u8]>,
    pub priority: Option<u8>,
    /// Of RFC 5424, with its brackets.
    pub data: Option<&'a [u8]>,
    pub message: &'a [u8],
}

/// Reads a line by RFC 5424, RFC 3164 or with a time of ISO 8601, with or without a priority and a count of octets.
pub(crate) fn read(line: &[u8]) -> Option<Head<'_>> {
    let (priority, rest) = priority(line);
    let new = priority.and_then(|_| structured(rest.strip_prefix(b"1 ")?, priority));
    if new.is_some() {
        return new;
    }
    let (stamp, rest) = stamp::read(rest)?;
    let (host, rest) = host(rest);
    let (program, pid, message) = tag(rest);
    // Of other logs that begin with an ISO time, most have no program there.
    if matches!(stamp, Stamp::Full(_)) && program.is_none() {
        return None;
    }
    Some(Head { stamp, host, program, pid, priority, data: None, message })
}

/// `<34>`, after a count of octets maybe.
fn priority(line: &[u8]) -> (Option<u8>, &[u8]) {
    let digits = line.iter().take_while(|b| b.is_ascii_digit()).count();
    let counted = (1..8).contains(&digits) && line[digits..].starts_with(b" <");
    let text = if counted { &line[digits + 1..] } else { line };
    let Some(inner) = text.strip_prefix(b"<") else { return (None, line) };
    let end = inner.iter().take(4).position(|b| *b == b'>');
    let number = end.and_then(|end| std::str::from_utf8(&inner[..end]).ok()?.parse().ok());
    match (number, end) {
        (Some(number), Some(end)) if number < 192 => (Some(number), &inner[end + 1..]),
        _ => (None, line),
    }
}

/// What follows `<34>1 ` in RFC 5424.
fn structured(rest: &[u8], priority: Option<u8>) -> Option<Head<'_>> {
    let (time, rest) = word(rest)?;
    let (host, rest) = word(rest)?;
    let (program, rest) = word(rest)?;
    let (pid, rest) = word(rest)?;
    let (_, rest) = word(rest)?;
    let (data, message) = data(rest)?;
    let stamp = if time == b"-" { Stamp::None } else { Stamp::Full(std::str::from_utf8(time).ok()?) };
    let some = |word| (word != b"-").then_some(word);
    let message = message.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(message);
    Some(Head { stamp, host: some(host), program: some(program).map(short), pid: some(pid), priority, data, message })
}

/// A word and what follows its space.
fn word(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr(b' ', text)?;
    (end > 0).then(|| (&text[..end], &text[end + 1..]))
}

/// Structured data (`-` or `[id name="value"]…`) and the message.
fn data(text: &[u8]) -> Option<(Option<&[u8]>, &[u8])> {
    if let Some(rest) = text.strip_prefix(b"-") {
        return Some((None, rest.strip_prefix(b" ").unwrap_or(rest)));
    }
    let mut at = 0;
    while text.get(at) == Some(&b'[') {
        at += element(&text[at..])?;
    }
    let rest = &text[at..];
    (at > 0).then(|| (Some(&text[..at]), rest.strip_prefix(b" ").unwrap_or(rest)))
}

/// Length of `[id name="va\]lue"]`.
fn element(text: &[u8]) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    for (at, byte) in text.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b']' if !quoted => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// The host, unless the program follows the time at once.
fn host(rest: &[u8]) -> (Option<&[u8]>, &[u8]) {
    match word(rest) {
        Some((host, rest)) if !host.ends_with(b":") && !host.ends_with(b"]") => (Some(host), rest),
        _ => (None, rest),
    }
}

/// `crond(pam_unix)[2915]: `: the program, its process, and the message. Without such a tag all of it is message.
fn tag(rest: &[u8]) -> (Option<&[u8]>, Option<&[u8]>, &[u8]) {
    let end = rest.iter().take(128).position(|b| matches!(b, b':' | b'[' | b' ')).unwrap_or(0);
    let (name, after) = rest.split_at(end);
    if name.is_empty() {
        return (None, None, rest);
    }
    let (pid, after) = match after {
        [b'[', ..] => match memchr(b']', after) {
            Some(close) if close < 40 => (Some(&after[1..close]), &after[close + 1..]),
            _ => return (None, None, rest),
        },
        _ => (None, after),
    };
    match after {
        [b':', message @ ..] => (Some(short(name)), pid, message.strip_prefix(b" ").unwrap_or(message)),
        [] | [b' ', ..] if pid.is_some() => (Some(short(name)), pid, after.strip_prefix(b" ").unwrap_or(after)),
        _ => (None, None, rest),
    }
}

fn short(name: &[u8]) -> &[u8] {
    let name = &name[..memchr(b'(', name).filter(|at| *at > 0).unwrap_or(name.len())];
    let base = &name[memchr::memrchr(b'/', name).map_or(0, |at| at + 1)..];
    if base.is_empty() { name } else { base }
}
