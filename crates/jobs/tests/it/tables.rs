//! Command lines with the jobs that they hold, from `tests/tables`.

use watchbell_jobs::{Verb, command_line, command_line_as, may_schedule};

/// A table: a line that begins with `> ` is the input, each line after it is one job's JSON. `#` begins a comment, `\n` in an input is a line end.
fn check(table: &str) {
    let mut entries: Vec<(String, Vec<&str>)> = Vec::new();
    for line in table.lines() {
        if let Some(input) = line.strip_prefix("> ") {
            entries.push((input.replace("\\n", "\n"), Vec::new()));
        } else if line.starts_with('{') {
            entries.last_mut().expect("a table begins with an input").1.push(line);
        }
    }
    let wrong: Vec<String> = entries.iter().filter_map(|(input, expected)| differs(input, expected)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn differs(input: &str, expected: &[&str]) -> Option<String> {
    let jobs: Vec<String> = command_line(input).iter().map(|job| crate::plain(job).to_string()).collect();
    assert!(jobs.is_empty() || may_schedule(input.as_bytes()), "the cheap look misses {input}");
    (jobs != expected).then(|| format!("> {input}\n{}", jobs.join("\n")))
}

#[test]
fn schtasks() {
    check(include_str!("../tables/schtasks.txt"));
}

#[test]
fn unix() {
    check(include_str!("../tables/unix.txt"));
}

#[test]
fn windows_other() {
    check(include_str!("../tables/windows_other.txt"));
}

#[test]
fn powershell() {
    check(include_str!("../tables/powershell.txt"));
}

#[test]
fn a_renamed_program_is_known_by_its_first_name() {
    let job = |line: &str, original: &str| command_line_as(line, Some(original)).into_iter().next().and_then(|job| Some((job.tool?, job.verb)));
    assert_eq!(job(r"C:\Temp\a.exe /query", "schtasks.exe"), Some(("schtasks".to_owned(), Verb::Query)));
    assert_eq!(job(r"a \\srv 13:20 cmd", "AT.EXE"), Some(("at".to_owned(), Verb::Create)));
    assert_eq!(job(r"a -c Unregister-ScheduledTask x", "PowerShell.EXE"), Some(("powershell".to_owned(), Verb::Delete)));
    assert_eq!(job(r"a /c schtasks /run /tn x", "Cmd.Exe"), Some(("schtasks".to_owned(), Verb::Run)));
    assert_eq!(job(r"a /query", "notepad.exe"), None);
}

/// A text with NULs in it is not UTF-16.
#[test]
fn nuls_hide_nothing_from_the_cheap_look() {
    let line = "\0\0\0\0cr) | crontab - x\n";
    assert!(!command_line(line).is_empty() && may_schedule(line.as_bytes()));
}
