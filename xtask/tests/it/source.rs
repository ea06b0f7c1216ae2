//! Rust source with comments and the insides of literals blanked, so that braces and names can be looked for.

/// The same text, line for line, with spaces in place of comments and of what stands in string and character literals.
pub fn blanked(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < bytes.len() {
        let end = at + literal(&bytes[at..], at > 0 && is_word(bytes[at - 1]));
        if end > at {
            out.extend(text[at..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
            at = end;
        } else {
            let next = text[at..].chars().next().unwrap_or(' ');
            out.push(next);
            at += next.len_utf8();
        }
    }
    out
}

/// Source without its tests: modules under `#[cfg(test)]` and functions under `#[test]` are blanked too.
pub fn without_tests(blanked: &str) -> String {
    let mut out = blanked.to_owned();
    for mark in ["#[cfg(test)]", "#[test]"] {
        while let Some(at) = out.find(mark) {
            let end = block_end(&out, at).unwrap_or(at + mark.len());
            let gap: String = out[at..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
            out.replace_range(at..end, &gap);
        }
    }
    out
}

/// A function: its name, the 1-based line it begins on, and how many lines it takes.
pub struct Function {
    pub name: String,
    pub line: usize,
    pub lines: usize,
}

/// Every function with a body.
pub fn functions(blanked: &str) -> Vec<Function> {
    let mut found = Vec::new();
    for (at, _) in blanked.match_indices("fn ") {
        let name: String = blanked[at + 3..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        if name.is_empty() || at > 0 && is_word(blanked.as_bytes()[at - 1]) {
            continue;
        }
        if let Some(end) = block_end(blanked, at) {
            let line = 1 + blanked[..at].matches('\n').count();
            found.push(Function { name, line, lines: 1 + blanked[at..end].matches('\n').count() });
        }
    }
    found
}

/// Just past the brace that closes the first block after `at`; nothing where a `;` comes first.
fn block_end(text: &str, at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut brackets = 0_i32;
    for (i, c) in text[at..].bytes().enumerate() {
        match c {
            b'(' | b'[' => brackets += 1,
            b')' | b']' => brackets -= 1,
            b';' if depth == 0 && brackets == 0 => return None,
            b'{' => depth += 1,
            b'}' if depth == 1 => return Some(at + i + 1),
            b'}' => depth = depth.checked_sub(1)?,
            _ => {}
        }
    }
    None
}

/// Length of the comment or literal that these bytes begin with, 0 for none.
fn literal(bytes: &[u8], in_word: bool) -> usize {
    match bytes {
        [b'/', b'/', ..] => bytes.iter().position(|b| *b == b'\n').unwrap_or(bytes.len()),
        [b'/', b'*', ..] => comment(bytes),
        [b'"', ..] => quoted(bytes, 1),
        [b'\'', ..] => character(bytes),
        [b'b' | b'c', b'"', ..] if !in_word => quoted(bytes, 2),
        [b'r' | b'b', ..] if !in_word => raw(bytes),
        _ => 0,
    }
}

fn comment(bytes: &[u8]) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < bytes.len() {
        match &bytes[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    bytes.len()
}

fn quoted(bytes: &[u8], open: usize) -> usize {
    let mut at = open;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// `'x'` and `'\n'`, but not the lifetime `'x`.
fn character(bytes: &[u8]) -> usize {
    match bytes {
        [_, b'\\', _, rest @ ..] => rest.iter().take(12).position(|b| *b == b'\'').map_or(0, |i| i + 4),
        _ => bytes.iter().enumerate().skip(2).take(4).find(|(_, b)| **b == b'\'').map_or(0, |(i, _)| {
            let one = std::str::from_utf8(&bytes[1..i]).is_ok_and(|inside| inside.chars().count() == 1);
            if one { i + 1 } else { 0 }
        }),
    }
}

/// `r"…"`, `r#"…"#`, `br"…"`.
fn raw(bytes: &[u8]) -> usize {
    let prefix = if bytes.starts_with(b"br") { 2 } else { usize::from(bytes[0] == b'r') };
    let hashes = bytes[prefix..].iter().take_while(|b| **b == b'#').count();
    if prefix == 0 || bytes.get(prefix + hashes) != Some(&b'"') {
        return 0;
    }
    let close = format!("\"{}", "#".repeat(hashes));
    let open = prefix + hashes + 1;
    let found = bytes[open..].windows(close.len()).position(|window| window == close.as_bytes());
    found.map_or(bytes.len(), |i| open + i + close.len())
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[test]
fn literals_and_comments_are_blanked() {
    let check = |text: &str, want: &str| assert_eq!(blanked(text), want, "{text}");
    check("a // b\nc", "a     \nc");
    check("a /* b /* c */ */ d", "a                 d");
    check(r#"f("{", '}', '\'', b"{")"#, "f(   ,    ,     ,     )");
    check("r#\"{\"\"# x", "        x");
    check("fn f<'a>(x: &'a str) {}", "fn f<'a>(x: &'a str) {}");
    check("m('é', 'x')", "m(   ,    )");
}

#[test]
fn functions_are_measured_and_tests_left_out() {
    let text = "trait T { fn none(&self) -> [u8; 4]; }\nfn one() {}\nfn three() {\n    x();\n}\n#[cfg(test)]\nmod tests {\n    fn hidden() {}\n}\n";
    let found: Vec<_> = functions(&without_tests(&blanked(text))).into_iter().map(|f| (f.name, f.line, f.lines)).collect();
    assert_eq!(found, [("one".to_owned(), 2, 1), ("three".to_owned(), 3, 3)]);
}
