//! A cheap look at a command line's raw bytes, escaped or not: may there be a scheduling command in it?

/// Parts of names that scheduling commands have, in lower case.
const NAMES: &[&[u8]] = &[
    b"schtask",
    b"scheduledtask",
    b"scheduledjob",
    b"schedule.service",
    b"systemd-run",
    b"sharpersist",
    b"spool/at",
    b"cron",
    b".timer",
    b".replace(",
    b"-timers",
    b"-tn",
    b"-join",
    b"-replace",
    b"/tn",
    b"launchctl",
    b"launchdaemon",
    b"launchagent",
    b"linger",
    b"periodic",
    b"atrm",
    b"atq",
    b"at/jobs",
    b"at/tabs",
    b"batch",
    b"base64",
    b"encodedcommand",
    b"ghosttask",
    b"kubectl",
    b"xxd",
    b"$'",
    b"[char]",
];

/// Pairs of bytes (five bits of each) with which one of the names begins, or `at`.
const PAIRS: [bool; 1024] = pairs();

/// Bytes that may break up, join or encode a name.
const SIGNS: [bool; 256] = signs();

/// Whether [`crate::command_line`] is worth calling. Says yes too often rather than miss a line in which it would find something:
/// also where names may be broken up by carets, quotes, backticks, variables or encoding. Takes UTF-8, JSON's escapes, and UTF-16LE.
pub fn may_schedule(line: &[u8]) -> bool {
    // What looks like UTF-16 may yet be a text with NULs in it.
    let wide = line.len() > 3 && line[1] == 0 && line[3] == 0;
    says_yes(line) || (wide && says_yes(&narrow(line)))
}

fn says_yes(line: &[u8]) -> bool {
    let sign = |at: usize| SIGNS[usize::from(line[at])] && is_sign(line, at);
    let name = |at: usize| PAIRS[pair(line[at], line.get(at + 1).copied().unwrap_or(0))] && (is_at(line, at) || named(line, at));
    (0..line.len()).any(|at| name(at) || sign(at))
}

/// UTF-16LE as single bytes; typographic signs keep their first byte of UTF-8.
fn narrow(line: &[u8]) -> Vec<u8> {
    let unit = |pair: &[u8]| match pair[1] {
        0 => [pair[0].max(1), b'\xC2'],
        0x20 => [0xE2, 0x80],
        _ => [b'?', b'\xC2'],
    };
    line.chunks_exact(2).flat_map(|pair| unit(pair).into_iter().filter(|b| *b != 0xC2)).collect()
}

const fn pair(first: u8, second: u8) -> usize {
    (first & 31) as usize * 32 + (second & 31) as usize
}

const fn pairs() -> [bool; 1024] {
    let mut table = [false; 1024];
    let mut at = 0;
    while at < NAMES.len() {
        table[pair(NAMES[at][0], NAMES[at][1])] = true;
        at += 1;
    }
    table[pair(b'a', b't')] = true;
    table
}

const fn signs() -> [bool; 256] {
    let mut table = [false; 256];
    let signs = b"^`\"'%!+{-/\\\xE2";
    let mut at = 0;
    while at < signs.len() {
        table[signs[at] as usize] = true;
        at += 1;
    }
    table
}

fn is_sign(line: &[u8], at: usize) -> bool {
    match line[at] {
        b'^' | b'`' => true,
        b'"' | b'\'' => inside_word(line, at),
        b'%' | b'!' => is_variable(line, at),
        b'+' => joins_text(line, at),
        b'{' => line.get(at + 1).is_some_and(u8::is_ascii_digit) && line.get(at + 2) == Some(&b'}'),
        b'-' | b'/' => is_encoded(line, at),
        b'\\' => is_escape(line, at),
        _ => line.get(at + 1) == Some(&0x80),
    }
}

fn named(line: &[u8], at: usize) -> bool {
    NAMES.iter().any(|name| line.get(at..at + name.len()).is_some_and(|there| there.eq_ignore_ascii_case(name)))
}

/// `at` as a word, with or without its extension.
fn is_at(line: &[u8], at: usize) -> bool {
    let word = line[at].eq_ignore_ascii_case(&b'a') && line.get(at + 1).is_some_and(|t| t.eq_ignore_ascii_case(&b't'));
    let begins = at == 0 || !(line[at - 1].is_ascii_alphanumeric() || line[at - 1] == b'_');
    word && begins && !line.get(at + 2).is_some_and(u8::is_ascii_alphanumeric)
}

/// Quotes between two letters of a word, raw or escaped.
fn inside_word(line: &[u8], at: usize) -> bool {
    let quote = |b: &&u8| !matches!(b, b'"' | b'\'' | b'\\');
    let before = line[..at].iter().rev().take(8).find(quote);
    let after = line[at..].iter().take(8).find(quote);
    is_word(before) && is_word(after)
}

/// `%a%%b%`, `%a:~0,3%`, `sch%a%`, `!a!`: names put together of variables.
fn is_variable(line: &[u8], at: usize) -> bool {
    let next = line.get(at + 1);
    if line[at] == b'!' {
        return is_word(next);
    }
    let length = line[at + 1..].iter().take(32).take_while(|b| b.is_ascii_alphanumeric()).count();
    let part = line[at + 1 + length..].starts_with(b":~");
    next == Some(&b'%') || part || (at > 0 && is_word(line.get(at - 1)) && is_word(next))
}

/// `'sch' + 'tasks'`.
fn joins_text(line: &[u8], at: usize) -> bool {
    line[..at].iter().rev().take(8).find(|b| **b != b' ').is_some_and(|b| matches!(b, b'"' | b'\'' | b')'))
}

/// `-e`, `-enc`, `/EncodedCommand` with a long word behind it.
fn is_encoded(line: &[u8], at: usize) -> bool {
    let name = line[at + 1..].iter().take(16).take_while(|b| b.is_ascii_alphabetic()).count();
    let switch = line.get(at + 1).is_some_and(|e| e.eq_ignore_ascii_case(&b'e')) && name <= 14;
    let value = || line[at + 1 + name..].iter().skip_while(|b| matches!(b, b' ' | b'"' | b'\\' | b':' | b'\''));
    switch && value().take(12).filter(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=')).count() == 12
}

/// `\u005e`, `\x73`, `\163`: letters written as numbers; `cron\tab`: a backslash in a word that is no path.
fn is_escape(line: &[u8], at: usize) -> bool {
    let after = &line[at..];
    let octal = after.len() > 3 && matches!(after[1], b'0'..=b'3') && after[2..4].iter().all(u8::is_ascii_digit);
    let number = [b"\\u00".as_slice(), b"\\u20", b"\\x"].iter().any(|e| after.starts_with(e)) || octal;
    let letters = line[..at].iter().rev().take(9).take_while(|b| b.is_ascii_lowercase()).count();
    let begins = at == letters || matches!(line[at - letters - 1], b' ' | b'"' | b'\'' | b';' | b'|' | b'(' | b'&' | b'/');
    number || (begins && (1..9).contains(&letters) && line.get(at + 1).is_some_and(u8::is_ascii_lowercase))
}

fn is_word(byte: Option<&u8>) -> bool {
    byte.is_some_and(u8::is_ascii_alphanumeric)
}
