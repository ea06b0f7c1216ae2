//! A cheap look at a command line's raw bytes, escaped or not: may there be a scheduling command in it?

/// Whether [`crate::command_line`] is worth calling. Says yes too often rather than miss a line in which it would find something:
/// also where names may be broken up by carets, quotes, backticks, variables or encoding.
pub fn may_schedule(line: &[u8]) -> bool {
    (0..line.len()).any(|at| starts_here(line, at))
}

fn starts_here(line: &[u8], at: usize) -> bool {
    match line[at] {
        b'^' | b'`' => true,
        b'"' | b'\'' => inside_word(line, at),
        b'%' | b'!' => is_variable(line, at),
        b'+' => joins_text(line, at),
        b'{' => line.get(at + 1).is_some_and(u8::is_ascii_digit),
        b'-' | b'/' => is_encoded(line, at) || named(line, at),
        b'a' | b'A' => is_at(line, at) || named(line, at),
        b'\\' => is_escape(line, at),
        0xE2 => line.get(at + 1) == Some(&0x80),
        _ => named(line, at),
    }
}

/// Parts of names that scheduling commands have, by their first letter.
fn names(first: u8) -> &'static [&'static [u8]] {
    match first {
        b's' => &[b"schtask", b"scheduledtask", b"scheduledjob", b"schedule.service", b"systemd-run", b"sharpersist", b"spool/at"],
        b'c' => &[b"cron"],
        b'.' => &[b".timer", b".replace("],
        b'-' => &[b"-timers", b"-tn", b"-join", b"-replace"],
        b'/' => &[b"/tn"],
        b'l' => &[b"launchctl", b"launchdaemon", b"launchagent", b"linger"],
        b'p' => &[b"periodic"],
        b'a' => &[b"atrm", b"atq", b"at/jobs", b"at/tabs"],
        b'b' => &[b"batch", b"base64", b"binary"],
        b'e' => &[b"encodedcommand"],
        b'g' => &[b"ghosttask"],
        b'k' => &[b"kubectl"],
        b'x' => &[b"xxd"],
        b'$' => &[b"$'"],
        b'[' => &[b"[char]"],
        _ => &[],
    }
}

fn named(line: &[u8], at: usize) -> bool {
    names(line[at].to_ascii_lowercase()).iter().any(|name| line.get(at..at + name.len()).is_some_and(|there| there.eq_ignore_ascii_case(name)))
}

/// `at` as a word, with or without its extension.
fn is_at(line: &[u8], at: usize) -> bool {
    let word = line.get(at + 1).is_some_and(|t| t.eq_ignore_ascii_case(&b't'));
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

/// `\u005e`, `\x73`, `\163`: letters written as numbers; a backslash before a letter in the middle of a word.
fn is_escape(line: &[u8], at: usize) -> bool {
    let number =
        [b"\\u00".as_slice(), b"\\u20", b"\\x"].iter().any(|e| line[at..].starts_with(e)) || line.get(at + 1).is_some_and(|b| matches!(b, b'0'..=b'3'));
    number
        || (line.get(at + 1).is_some_and(u8::is_ascii_lowercase)
            && at > 1
            && line[at - 1].is_ascii_lowercase()
            && line[at - 2] != b'\\'
            && line[..at].iter().rev().take(4).all(u8::is_ascii_lowercase))
}

fn is_word(byte: Option<&u8>) -> bool {
    byte.is_some_and(u8::is_ascii_alphanumeric)
}
