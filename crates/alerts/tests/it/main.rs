//! Triggered alerts as they are written: every format, against files.
#![allow(clippy::unwrap_used, reason = "tests")]

mod fixture;

use fixture::{bare, denied, intrusion, looked, saying};
use watchbell_alerts::{Triggered, render};

/// Compares with `golden/NAME`; `UPDATE=1` writes it.
#[allow(clippy::disallowed_methods, reason = "tests read their golden files")]
fn check(name: &str, write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/golden").join(name);
    let mut out = Vec::new();
    write(&mut out).unwrap();
    let written = String::from_utf8(out).unwrap();
    if std::env::var("UPDATE").is_ok() {
        std::fs::write(&path, &written).unwrap();
    }
    assert_eq!(written, std::fs::read_to_string(&path).unwrap_or_default(), "{}", path.display());
    written
}

fn fits(text: &str) -> bool {
    text.lines().all(|line| line.chars().count() <= 80)
}

/// All that a page may show, and each value hostile in its own way.
fn all() -> Vec<Triggered> {
    vec![bare(), looked(), intrusion(), denied()]
}

#[test]
fn every_format_writes_what_its_file_says() {
    let one = [bare()];
    check("one.ndjson", |out| render::ndjson(&one, out));
    check("one.ocsf.ndjson", |out| render::ocsf(&one, out));
    check("told.ndjson", |out| render::ndjson(&[intrusion()], out));
    check("told.ocsf.ndjson", |out| render::ocsf(&[looked()], out));
    assert!(fits(&check("one.txt", |out| render::table(&one, 80, false, out))));
    assert!(fits(&check("told.txt", |out| render::table(&all(), 80, false, out))));
    assert!(fits(&check("story.txt", |out| render::story(&all(), |_| true, 80, false, out))));
}

#[test]
fn html_escapes_what_comes_from_logs() {
    let page = check("told.html", |out| render::html(&all(), out));
    assert!(page.contains("\\Up&lt;date&gt;") && page.contains("&lt;by itself&gt; &amp; stays"));
    assert!(!page.contains("<date>") && !page.contains('\u{1b}') && !page.contains("<script"));
}

/// Markup of its own, commands to a terminal, and text that reads from right to left.
const HOSTILE: &str = "\"'><script>x</script><i onload=&#x27;\u{1b}[2J\u{202e}\u{2028}\r\u{7f}";

#[test]
fn no_value_changes_the_markup() {
    let page = |value: &str| {
        let mut out = Vec::new();
        render::html(&[saying(value)], &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    let tags = |page: &str| page.split('<').skip(1).map(|part| part.split('>').next().unwrap_or_default().to_owned()).collect::<Vec<_>>();
    assert!(tags(&page("some/plain text")) == tags(&page(HOSTILE)));
    assert!(!page(HOSTILE).contains(['\u{1b}', '\u{202e}', '\r']));
}

#[test]
fn no_value_moves_the_cursor() {
    let alerts = [saying(HOSTILE), Triggered { background: None, ..saying(HOSTILE) }];
    let mut out = Vec::new();
    render::story(&alerts, |_| true, 80, false, &mut out).unwrap();
    render::table(&alerts, 80, false, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let moves: Vec<char> = text.chars().filter(|c| (c.is_control() && *c != '\n') || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')).collect();
    assert_eq!(moves, []);
}

#[test]
fn narrow_and_wide_terminals() {
    for width in [0, 1, 50, 61, 79, 200] {
        let mut out = Vec::new();
        render::story(&all(), |_| true, width, false, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let widest = text.lines().map(|line| line.chars().count()).max().unwrap_or(0);
        assert!(widest <= width.max(50), "{width}: {widest}");
    }
}

#[test]
fn a_value_cannot_break_out_of_a_command() {
    let mut alert = bare();
    alert.entities.push(("file".to_owned(), "/etc/cron.d/a\"; rm -rf `pwd` $(id)\n".to_owned()));
    assert_eq!(alert.fill_command("cat \"{{ file }}\""), "cat \"/etc/cron.d/a?? rm -rf ?pwd? ??id??\"");
}

#[test]
fn nothing_found_is_said() {
    let mut out = Vec::new();
    render::table(&[], 80, false, &mut out).unwrap();
    assert_eq!(out, b"nothing found\n");
}

#[test]
fn what_is_kept_is_shown_as_before() {
    for alert in all() {
        let background = alert.background.as_ref().map(|background| serde_json::to_string(background).unwrap());
        let again = Triggered::kept(&alert.keep(), background.as_deref()).unwrap();
        assert_eq!(serde_json::to_value(&again).unwrap(), serde_json::to_value(&alert).unwrap());
        assert_eq!(again.job, alert.job);
    }
    assert!(Triggered::kept("{}", None).is_none());
}
