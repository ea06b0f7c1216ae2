//! Risks: tables of jobs with their reasons, and names that people and installers give.

use watchbell_jobs::{Context, CronTable, Job, Kind, Reason, Verb, command_line, crontab_line, risk, task_xml};

/// A table: a line that begins with `> ` is a job (a command line, `cron ` with a system table's line, or task XML), the lines after it are
/// its risks as `reason: detail`.
fn check(table: &str) {
    let mut entries: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in table.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.strip_prefix("> ") {
            Some(input) => entries.push((input, Vec::new())),
            None => entries.last_mut().expect("a table begins with a job").1.push(line),
        }
    }
    let wrong: Vec<String> = entries.iter().filter_map(|(input, expected)| differs(input, expected)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn differs(input: &str, expected: &[&str]) -> Option<String> {
    let found: Vec<String> = risk(&job(input), &Context::default()).iter().map(|r| format!("{}: {}", r.reason.as_str(), r.detail)).collect();
    (found != expected).then(|| format!("> {input}\n{}", found.join("\n")))
}

fn job(input: &str) -> Job {
    match input.strip_prefix("cron ") {
        Some(line) => crontab_line(line, CronTable::System).expect(input).expect(input),
        None if input.starts_with('<') => task_xml(input).expect(input),
        None => command_line(input).remove(0),
    }
}

#[test]
fn reasons() {
    check(include_str!("../tables/risk.txt"));
}

#[test]
fn what_only_the_caller_knows() {
    let reasons = |context: Context<'_>| risk(&Job::new(Kind::Cron, Verb::Create), &context).into_iter().map(|r| r.reason).collect::<Vec<_>>();
    assert_eq!(reasons(Context { lived_seconds: Some(60), service_account: Some("www-data") }), [Reason::ShortLived, Reason::ByService]);
    assert_eq!(reasons(Context { lived_seconds: Some(61), service_account: None }), []);
}

fn is_drawn(name: &str) -> bool {
    let job = Job { name: Some(name.to_owned()), ..Job::new(Kind::WindowsTask, Verb::Create) };
    risk(&job, &Context::default()).iter().any(|r| r.reason == Reason::RandomName)
}

#[test]
fn names_that_are_given() {
    let wrong: Vec<&str> = include_str!("../tables/names.txt").lines().filter(|name| is_drawn(name)).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// Of names drawn from letters, and from letters and digits, most are seen; of small letters three in four.
#[test]
fn names_that_are_drawn() {
    let mixed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    for (alphabet, length, least) in [
        (mixed, 8, 80),
        (&mixed[26..], 8, 70),
        (&mixed[..26], 8, 70),
        ("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", 10, 80),
        ("0123456789abcdef", 16, 95),
    ] {
        let seen = (1..=1000_u64).filter(|seed| is_drawn(&format!("\\{}", drawn(alphabet, length, *seed)))).count() / 10;
        assert!(seen >= least, "{seen} of 100 of {alphabet}");
    }
    for name in ["{B2FE1952-0186-46C3-BAEC-A80AA35AC5B8}", r"\Microsoft\Windows\qKzRbTwA", "12345", "a1b2c3d4"] {
        assert!(is_drawn(name), "{name}");
    }
}

fn drawn(alphabet: &str, length: u64, seed: u64) -> String {
    let letter = |at: u64| {
        let mixed = (seed * 64 + at).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mixed = (mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 33;
        char::from(alphabet.as_bytes()[mixed as usize % alphabet.len()])
    };
    (0..length).map(letter).collect()
}
