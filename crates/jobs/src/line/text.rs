//! Programs that only pass text on: what they print is what the next one reads.

use super::call::Call;
use super::cursor::escape;
use super::files::Deed;
use super::finder::{Finder, Handler};
use super::split::Dialect;
use crate::{Verb, decode};

pub const PROGRAMS: &[(&str, Handler)] = &[
    ("echo", echo),
    ("write-output", echo),
    ("printf", printf),
    ("cat", cat),
    ("type", cat),
    ("base64", base64),
    ("openssl", base64),
    ("tee", tee),
    ("sponge", tee),
    ("grep", pass),
    ("egrep", pass),
    ("sort", pass),
    ("uniq", pass),
    ("head", pass),
    ("tail", pass),
    ("tr", pass),
    ("awk", pass),
    ("cut", pass),
    ("xxd", hex),
    ("rem", nothing),
    ("findstr", pass),
    ("find", nothing),
];

fn echo(finder: &mut Finder, call: &Call<'_>) -> String {
    if call.dialect == Dialect::Cmd {
        let text = if call.rest.contains('>') { call.joined(0) } else { call.rest.trim().to_owned() };
        return format!("{text}\n");
    }
    let options = call.texts().take_while(|t| matches!(*t, "-n" | "-e" | "-E" | "-ne" | "-en")).count();
    let joined = call.args[options..].iter().map(|w| finder.expand(w)).collect::<Vec<_>>().join(" ");
    let text = if call.texts().take(options).any(|t| t.contains('e')) { unescaped(&joined) } else { joined };
    format!("{text}\n")
}

fn printf(finder: &mut Finder, call: &Call<'_>) -> String {
    let Some((format, values)) = call.args.split_first() else { return String::new() };
    let values: Vec<String> = values.iter().map(|w| finder.expand(w)).collect();
    let mut left = values.iter().map(String::as_str);
    let mut text = formatted(&format.text, &mut left);
    while left.len() > 0 && text.len() < 64 * 1024 && format.text.contains('%') {
        text.push_str(&formatted(&format.text, &mut left));
    }
    text
}

/// One pass over a format.
fn formatted<'a>(format: &str, values: &mut impl Iterator<Item = &'a str>) -> String {
    let mut text = String::new();
    let mut pieces = format.split('%');
    text.push_str(&unescaped(pieces.next().unwrap_or("")));
    let mut literal = false;
    for piece in pieces {
        let kind = piece.find(|c: char| c.is_ascii_alphabetic()).filter(|_| !literal && !piece.is_empty());
        match kind {
            Some(at) => {
                let value = values.next().unwrap_or("");
                text.push_str(&if piece[at..].starts_with('b') { unescaped(value) } else { value.to_owned() });
                text.push_str(&unescaped(&piece[at + 1..]));
            }
            None if literal || !piece.is_empty() => text.push_str(&unescaped(piece)),
            None => text.push('%'),
        }
        literal = piece.is_empty() && !literal;
    }
    text
}

fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        plain.push_str(&rest[..at]);
        let (char, length) = escape(&rest[at + 1..]);
        plain.push(char);
        rest = &rest[at + 1 + length..];
    }
    plain.push_str(rest);
    plain
}

fn cat(finder: &mut Finder, call: &Call<'_>) -> String {
    let files: Vec<&str> = call.texts().filter(|t| !t.starts_with('-')).collect();
    if files.is_empty() {
        return call.stdin.unwrap_or("").to_owned();
    }
    files.into_iter().filter_map(|f| finder.files.content(f)).collect()
}

fn base64(_: &mut Finder, call: &Call<'_>) -> String {
    let decodes = call.texts().any(|t| matches!(t, "-d" | "-D" | "--decode" | "-di" | "-id"));
    let input = call.stdin.unwrap_or("");
    if decodes { decode::base64_text(input).unwrap_or_default() } else { String::new() }
}

fn hex(_: &mut Finder, call: &Call<'_>) -> String {
    let digits: Vec<u8> = call.stdin.unwrap_or("").bytes().filter_map(|b| char::from(b).to_digit(16)).map(|d| d as u8).collect();
    String::from_utf8_lossy(&digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect::<Vec<u8>>()).into_owned()
}

fn tee(finder: &mut Finder, call: &Call<'_>) -> String {
    let append = call.texts().any(|t| t == "--append" || (t.starts_with('-') && !t.starts_with("--") && t.contains('a')));
    let content = call.stdin.unwrap_or("");
    for path in call.texts().filter(|t| !t.starts_with('-')) {
        finder.wrote(&Deed { path, content, source: None, verb: if append { Verb::Change } else { Verb::Create }, tool: call.name });
    }
    content.to_owned()
}

fn pass(_: &mut Finder, call: &Call<'_>) -> String {
    call.stdin.unwrap_or("").to_owned()
}

fn nothing(_: &mut Finder, _: &Call<'_>) -> String {
    String::new()
}
