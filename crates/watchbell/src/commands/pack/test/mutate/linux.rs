//! auditd's lines as other daemons hand them on, and shell commands spelled otherwise.

use super::read::File;
use super::{Line, Mutation, Rewritten};
use jiff::Timestamp;
use regex::Regex;
use std::sync::LazyLock;

pub const MUTATIONS: &[Mutation] = &[
    Mutation::weaker("auditd: not enriched", |file| each(file, raw)),
    Mutation::new("auditd: with node", |file| each(file, node)),
    Mutation::new("auditd: in syslog, RFC 3164", |file| each(file, |line| in_syslog(line, "%b %e %H:%M:%S"))),
    Mutation::new("auditd: in syslog, ISO time", |file| each(file, |line| in_syslog(line, "%Y-%m-%dT%H:%M:%S+00:00"))),
    Mutation::new("shell: doubled spaces", |file| scripts(file, spaces)),
    Mutation::new("shell: quotes inside words", |file| scripts(file, |script| Some(tools(script, |name| format!("{}''{}", &name[..1], &name[1..]))))),
    Mutation::new("shell: backslash inside words", |file| scripts(file, |script| Some(tools(script, |name| format!("{}\\{}", &name[..1], &name[1..]))))),
    Mutation::new("shell: full path", |file| scripts(file, |script| Some(tools(script, |name| format!("/usr/bin/{name}"))))),
];

/// What stands before the enriched part of a line.
const ENRICHED: u8 = 0x1D;

/// Programs that schedule; a shell finds them under each spelling of their names.
const TOOLS: &str = r"(^|[;&|(]\s*|\b(?:sudo|exec|nohup|env)\s+)(crontab|systemctl|systemd-run|loginctl|atrm|batch|at)(\s|$)";

fn each(file: &File, change: impl Fn(&[u8]) -> Option<Vec<u8>>) -> Option<Rewritten> {
    let written = |(number, line): (u64, &[u8])| match change(line) {
        Some(new) => (new, Line { original: number, changed: true }),
        None => (line.to_vec(), Line { original: number, changed: false }),
    };
    (file.format == "auditd").then(|| Rewritten::of(file.lines().map(written)))
}

fn raw(line: &[u8]) -> Option<Vec<u8>> {
    let end = line.iter().position(|b| *b == ENRICHED)?;
    Some(line[..end].to_vec())
}

fn node(line: &[u8]) -> Option<Vec<u8>> {
    line.starts_with(b"type=").then(|| [b"node=app01.doe.example ", line].concat())
}

/// The separator goes as rsyslog writes control characters.
fn in_syslog(line: &[u8], clock: &str) -> Option<Vec<u8>> {
    static STAMP: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"audit\((\d+)\.").expect("a constant"));
    let text = String::from_utf8_lossy(line);
    let seconds: i64 = STAMP.captures(&text)?[1].parse().ok()?;
    let time = Timestamp::from_second(seconds).ok()?.strftime(clock).to_string();
    let from = text.find("type=")?;
    Some(format!("{time} app01 audispd: {}", text[from..].replace('\u{1D}', "#035")).into_bytes())
}

/// Changes what shells were given with `-c`.
fn scripts(file: &File, change: impl Fn(&str) -> Option<String>) -> Option<Rewritten> {
    static SCRIPT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#"^(type=EXECVE .* a1="-c" a2=)("([^"]*)"|[0-9A-F]+)(.*)$"#).expect("a constant"));
    each(file, |line| {
        let text = std::str::from_utf8(line).ok()?;
        let found = SCRIPT.captures(text)?;
        let script = found.get(3).map_or_else(|| unhex(&found[2]), |plain| Some(plain.as_str().to_owned()))?;
        let new = change(&script).filter(|new| *new != script)?;
        Some(format!("{}{}{}", &found[1], hex(&new), &found[4]).into_bytes())
    })
}

fn hex(text: &str) -> String {
    text.bytes().fold(String::new(), |hex, byte| hex + &format!("{byte:02X}"))
}

fn unhex(text: &str) -> Option<String> {
    let pairs = text.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    String::from_utf8(pairs.collect::<Option<Vec<u8>>>()?).ok()
}

/// Spaces that no quotes hold.
fn spaces(script: &str) -> Option<String> {
    if script.contains("\\ ") || script.contains("<<") || script.contains('`') {
        return None;
    }
    let mut quote = None;
    let mut out = String::new();
    for c in script.chars() {
        match (quote, c) {
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            (None, ' ') => out.push(' '),
            _ => {}
        }
        out.push(c);
    }
    Some(out)
}

/// Another spelling of the programs that schedule, where they are run.
fn tools(script: &str, spell: impl Fn(&str) -> String) -> String {
    static PLACES: LazyLock<Regex> = LazyLock::new(|| Regex::new(TOOLS).expect("a constant"));
    PLACES.replace_all(script, |found: &regex::Captures<'_>| format!("{}{}{}", &found[1], spell(&found[2]), &found[3])).into_owned()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn lines_are_handed_on() {
        let line = b"type=SYSCALL msg=audit(1795555398.927:1627): comm=\"x\"\x1dUID=\"root\"";
        assert_eq!(raw(line).as_deref(), Some(&b"type=SYSCALL msg=audit(1795555398.927:1627): comm=\"x\""[..]));
        assert_eq!(raw(b"type=CWD"), None);
        let syslog = String::from_utf8(in_syslog(line, "%b %e %H:%M:%S").unwrap()).unwrap();
        assert_eq!(syslog, "Nov 24 21:23:18 app01 audispd: type=SYSCALL msg=audit(1795555398.927:1627): comm=\"x\"#035UID=\"root\"");
    }

    #[test]
    fn scripts_are_spelled_otherwise() {
        assert_eq!(spaces("echo 'a b' | crontab -").as_deref(), Some("echo  'a b'  |  crontab  -"));
        let quoted = |script| tools(script, |name| format!("{}''{}", &name[..1], &name[1..]));
        assert_eq!(quoted("cat x | crontab -; cat /etc/crontab"), "cat x | c''rontab -; cat /etc/crontab");
        assert_eq!(quoted("sudo at now"), "sudo a''t now");
    }
}
