//! A cheap look at a command line's raw bytes: may there be a scheduling command in it?

/// Parts of names that every scheduling command has, in lower case, by their first letter.
const NAMES: &[&[u8]] = &[
    b"schtask",
    b"scheduledtask",
    b"scheduledjob",
    b"schedule.service",
    b"cron",
    b"systemd-run",
    b".timer",
    b"launchctl",
    b"launchdaemon",
    b"launchagent",
    b"periodic",
    b"linger",
    b"atrm",
    b"atq",
    b"batch",
    b"ghosttask",
    b"sharpersist",
    b"base64",
    b"encodedcommand",
    b"/tn",
    b"-tn",
    b"kubectl",
];

/// Whether [`crate::command_line`] is worth calling. Never misses a line in which it would find something.
pub fn may_schedule(line: &[u8]) -> bool {
    (0..line.len()).any(|at| starts_here(line, at))
}

fn starts_here(line: &[u8], at: usize) -> bool {
    match line[at] {
        b'^' | b'`' => true,
        b'"' | b'\'' => inside_word(line, at),
        b'%' | b'!' => is_variable(line, at),
        b'+' => joins_text(line, at),
        b'a' | b'A' => is_at(line, at) || names(line, at),
        b'-' | b'/' => is_encoded(line, at) || names(line, at),
        byte if byte.is_ascii_alphabetic() || byte == b'.' => names(line, at),
        b'\\' => line[at + 1..].starts_with(b"u00"),
        byte => byte >= 0xE2 && line[at..].starts_with("\u{2013}".as_bytes()),
    }
}

fn names(line: &[u8], at: usize) -> bool {
    NAMES.iter().any(|name| line.get(at..at + name.len()).is_some_and(|there| there.eq_ignore_ascii_case(name)))
}

/// `at` as a word, with or without its extension.
fn is_at(line: &[u8], at: usize) -> bool {
    let word = line.get(at + 1).is_some_and(|t| t.eq_ignore_ascii_case(&b't'));
    let begins = at == 0 || !(line[at - 1].is_ascii_alphanumeric() || line[at - 1] == b'_');
    word && begins && !line.get(at + 2).is_some_and(u8::is_ascii_alphanumeric)
}

/// A quote between two letters of a word, raw or escaped.
fn inside_word(line: &[u8], at: usize) -> bool {
    let before = line[..at].iter().rev().find(|b| !matches!(b, b'"' | b'\'' | b'\\'));
    let after = line[at..].iter().find(|b| !matches!(b, b'"' | b'\'' | b'\\'));
    is_letter(before) && is_letter(after)
}

/// `%a%%b%`, `%a:~0,3%`, `!a!`: names put together of variables.
fn is_variable(line: &[u8], at: usize) -> bool {
    line[at] == b'!' && is_letter(line.get(at + 1)) || line[at] == b'%' && (line.get(at + 1) == Some(&b'%') || is_letter(line.get(at + 1)))
}

/// `'sch' + 'tasks'`.
fn joins_text(line: &[u8], at: usize) -> bool {
    let quote = |b: &u8| matches!(b, b'"' | b'\'' | b')');
    line[..at].iter().rev().find(|b| **b != b' ').is_some_and(quote)
}

/// `-e`, `-enc`, `/EncodedCommand` with a long word behind it.
fn is_encoded(line: &[u8], at: usize) -> bool {
    let name = line[at + 1..].iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let switch = line.get(at + 1).is_some_and(|e| e.eq_ignore_ascii_case(&b'e')) && name <= 14;
    switch
        && line[at + 1 + name..]
            .iter()
            .skip_while(|b| matches!(b, b' ' | b'"' | b'\\' | b':'))
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='))
            .take(16)
            .count()
            >= 16
}

fn is_letter(byte: Option<&u8>) -> bool {
    byte.is_some_and(u8::is_ascii_alphabetic)
}
