//! Other spellings of a Windows command line that do the same.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A word and the space before it. Words with quotes in them are never touched inside.
struct Word<'l> {
    space: &'l str,
    text: &'l str,
}

/// Letters in the other case. What is encoded in base64 would not survive it.
pub fn other_case(line: &str) -> Option<String> {
    let encoded = |word: &str| word.len() >= 16 && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(&b));
    let swapped = |c: char| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
    let words = line.split(|c: char| c.is_whitespace() || c == '"' || c == '\'');
    (!words.into_iter().any(encoded)).then(|| line.chars().map(swapped).collect())
}

/// `/x` as `-x`, and back.
pub fn other_dash(line: &str) -> Option<String> {
    changed(line, |n, word| match (n, word.split_at_checked(1)) {
        (1.., Some(("/", name))) if name.starts_with(|c: char| c.is_ascii_alphabetic()) && !name.contains('/') => Some(format!("-{name}")),
        (1.., Some(("-", name))) if name.starts_with(|c: char| c.is_ascii_alphabetic()) => Some(format!("/{name}")),
        _ => None,
    })
}

/// `sch^tasks`, as cmd takes it.
pub fn carets(line: &str) -> Option<String> {
    changed(line, |_, word| inside(word).map(|(left, right)| format!("{left}^{right}")))
}

/// `sc"ht"asks`, which a program's own reader of arguments undoes.
pub fn quotes(line: &str) -> Option<String> {
    changed(line, |n, word| {
        let (left, right) = inside(word).filter(|_| n == 0 || word.starts_with(['/', '-']))?;
        let (middle, rest) = right.split_at_checked(1)?;
        Some(format!("{left}\"{middle}\"{rest}"))
    })
}

/// More space between words than there must be.
pub fn spaces(line: &str) -> Option<String> {
    let out: String = words(line).iter().flat_map(|word| [word.space, if word.space.is_empty() { "" } else { "  " }, word.text]).collect();
    (out != line).then_some(out)
}

/// The program under another name or path.
pub fn program(line: &str, path: &str) -> Option<String> {
    let (first, quoted) = (words(line).first().map(|word| word.space.len() + word.text.len())?, path.contains(' '));
    let path = if quoted { format!("\"{path}\"") } else { path.to_owned() };
    let out = path + &line[first..];
    (out != line).then_some(out)
}

/// PowerShell's base64 of UTF-16.
pub fn encoded(line: &str) -> String {
    STANDARD.encode(line.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>())
}

/// The program that a line starts, without path, quotes and `.exe`, in lower case.
pub fn program_name(line: &str) -> String {
    let word = words(line).first().map_or("", |word| word.text).trim_matches('"');
    stem(word)
}

/// The last part of a path, without `.exe`, in lower case.
pub fn stem(path: &str) -> String {
    let name = path.rsplit(['\\', '/']).next().unwrap_or(path).to_lowercase();
    name.strip_suffix(".exe").map_or(name.clone(), str::to_owned)
}

/// A word of letters cut in its middle; `None` if it is another kind of word.
fn inside(word: &str) -> Option<(&str, &str)> {
    let letters = word.trim_start_matches(['/', '-']);
    let plain = letters.len() >= 4 && letters.bytes().all(|b| b.is_ascii_alphabetic());
    plain.then(|| word.split_at(word.len() - letters.len() + 2))
}

/// The line with some of its words replaced; `None` if none is.
fn changed(line: &str, replace: impl Fn(usize, &str) -> Option<String>) -> Option<String> {
    let mut any = false;
    let mut out = String::new();
    for (n, word) in words(line).iter().enumerate() {
        let new = Some(word.text).filter(|text| !text.contains('"')).and_then(|text| replace(n, text));
        any |= new.is_some();
        out += word.space;
        out += new.as_deref().unwrap_or(word.text);
    }
    any.then_some(out)
}

fn words(line: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut rest = line;
    while !rest.is_empty() {
        let start = rest.find(|c: char| !c.is_whitespace()).unwrap_or(rest.len());
        let end = start + word_length(&rest[start..]);
        words.push(Word { space: &rest[..start], text: &rest[start..end] });
        rest = &rest[end..];
    }
    words
}

/// Up to the next space that no quotes hold; `\"` neither opens nor closes.
fn word_length(text: &str) -> usize {
    let (mut quoted, mut escaped) = (false, false);
    for (at, c) in text.char_indices() {
        match c {
            '"' if !escaped => quoted = !quoted,
            c if c.is_whitespace() && !quoted => return at,
            _ => {}
        }
        escaped = c == '\\' && !escaped;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(change: fn(&str) -> Option<String>, line: &str, want: Option<&str>) {
        assert_eq!(change(line).as_deref(), want, "{line}");
    }

    #[test]
    fn lines_are_spelled_otherwise() {
        let line = r#"schtasks /create /s WS1 /tr "cmd /c x" /sc daily"#;
        check(other_case, line, Some(r#"SCHTASKS /CREATE /S ws1 /TR "CMD /C X" /SC DAILY"#));
        check(other_dash, line, Some(r#"schtasks -create -s WS1 -tr "cmd /c x" -sc daily"#));
        check(carets, line, Some(r#"sc^htasks /cr^eate /s WS1 /tr "cmd /c x" /sc da^ily"#));
        check(quotes, line, Some(r#"sc"h"tasks /cr"e"ate /s WS1 /tr "cmd /c x" /sc daily"#));
        check(spaces, "at 1:00 x", Some("at   1:00   x"));
        check(|line| program(line, r"C:\a b\at.exe"), "at 1:00", Some(r#""C:\a b\at.exe" 1:00"#));
    }

    #[test]
    fn what_cannot_change_is_left_out() {
        check(other_case, "powershell -enc cwBjAGgAdABhAHMAawBzAA==", None);
        check(other_dash, "at", None);
        check(carets, "at 1:00", None);
        check(spaces, "at", None);
    }

    #[test]
    fn programs_have_names() {
        assert_eq!(program_name(r#""C:\Windows\System32\SchTasks.exe" /query"#), "schtasks");
        assert_eq!(encoded("at"), "YQB0AA==");
    }
}
