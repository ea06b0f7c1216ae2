//! Compares the next runs of random `OnCalendar` expressions with what `systemd-analyze calendar` says: `cargo run --example against_systemd -- 10000 1`.
#![allow(clippy::print_stdout, reason = "a program for people")]

use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::process::Command;
use watchbell_jobs::{Anchors, next_runs, timer_unit};

/// Zones with an instant before something happens to their clocks: an hour skipped, repeated, at midnight, half an hour; a leap day.
const PLACES: &[(&str, &str)] = &[
    ("Europe/Berlin", "2026-03-28T21:17:00Z"),
    ("Europe/Berlin", "2026-10-24T20:17:30Z"),
    ("America/New_York", "2026-03-08T03:59:59Z"),
    ("America/New_York", "2026-11-01T03:00:00Z"),
    ("Australia/Lord_Howe", "2026-04-04T10:00:00Z"),
    ("America/Santiago", "2026-09-05T20:00:00Z"),
    ("Europe/Berlin", "2028-02-28T12:00:00Z"),
    ("UTC", "2027-12-31T23:59:58Z"),
];

fn main() {
    let mut arguments = std::env::args().skip(1).map(|a| a.parse::<u64>().unwrap_or(1));
    let (count, seed) = (arguments.next().unwrap_or(1000), arguments.next().unwrap_or(1));
    if Command::new("systemd-analyze").arg("--version").output().is_err() {
        println!("systemd-analyze is not on this machine: nothing compared");
        return;
    }
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let (mut different, mut refused, mut gave_up) = (0, 0, 0);
    for number in 0..count {
        let (zone, base) = PLACES[number as usize % PLACES.len()];
        let expression = expression(&mut random);
        let (theirs, ours) = (systemd(&expression, zone, base), ours(&expression, zone, base));
        match theirs {
            Theirs::GaveUp => gave_up += 1,
            Theirs::Refused => refused += 1,
            Theirs::Runs(_) => {}
        }
        if theirs != ours && theirs != Theirs::GaveUp {
            different += 1;
            println!("{expression}  ({zone}, {base})\n  systemd {theirs:?}\n  ours    {ours:?}");
        }
    }
    println!("{count} expressions: {refused} refused by systemd, {gave_up} at which it gives up (EDEADLK), {different} different");
}

#[derive(Debug, PartialEq, Eq)]
enum Theirs {
    Runs(Vec<i64>),
    Refused,
    GaveUp,
}

/// UTC seconds of five runs.
fn systemd(expression: &str, zone: &str, base: &str) -> Theirs {
    let base = base.replace('T', " ").replace('Z', " UTC");
    let mut command = Command::new("systemd-analyze");
    command.env("TZ", zone).env("LC_ALL", "C").args(["calendar", "--iterations=5", &format!("--base-time={base}"), "--", expression]);
    let Ok(output) = command.output() else { return Theirs::GaveUp };
    if !output.status.success() {
        let gave_up = String::from_utf8_lossy(&output.stderr).contains("deadlock");
        return if gave_up { Theirs::GaveUp } else { Theirs::Refused };
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let utc = |line: &&str| line.contains("(in UTC):") || (line.ends_with(" UTC") && (line.contains("Next elapse:") || line.contains("Iter.")));
    Theirs::Runs(text.lines().filter(utc).filter_map(|line| line.split_once(": ")?.1.trim().split_once(' ')?.1.strip_suffix(" UTC").map(seconds)).collect())
}

fn seconds(text: &str) -> i64 {
    text.replace(' ', "T").parse::<jiff::civil::DateTime>().ok().and_then(|civil| TimeZone::UTC.to_timestamp(civil).ok()).map_or(0, Timestamp::as_second)
}

fn ours(expression: &str, zone: &str, base: &str) -> Theirs {
    let job = timer_unit("x.timer", &format!("[Timer]\nOnCalendar={expression}\n"), None).expect("a timer");
    let now = watchbell_model::Timestamp::parse(base, &TimeZone::UTC).expect("a time");
    let next = next_runs(&job, now, TimeZone::get(zone).ok().as_ref(), &Anchors::default());
    let refused = next.notes.iter().any(|note| note.contains("refuses"));
    if refused { Theirs::Refused } else { Theirs::Runs(next.runs.iter().map(|run| run.at.seconds()).collect()) }
}

/// A small generator, the same on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len() as u64) as usize]
    }
}

fn expression(random: &mut Random) -> String {
    let named = ["minutely", "hourly", "daily", "weekly", "monthly", "quarterly", "semiannually", "yearly"];
    if random.below(40) == 0 {
        return random.pick(&named).to_owned();
    }
    let backwards = if random.below(20) == 0 { "Sun..Tue " } else { "Tue..Sun " };
    let weekdays = ["", "", "", "Mon ", "Sat,Sun ", "Mon..Fri ", "Tue,Thu..Sat ", "sunday ", "Wed, ", "Fri-Sun ", backwards];
    let zones = ["", "", "", "", "", "", " UTC", " America/New_York", " Asia/Kolkata"];
    let (days, zone) = (random.pick(&weekdays), random.pick(&zones));
    let (date, time) = (date(random), time(random));
    let date = if date.is_empty() && time.is_empty() { "*-*-*".to_owned() } else { date };
    format!("{days}{date} {time}{zone}").replace("  ", " ").trim().to_owned()
}

fn date(random: &mut Random) -> String {
    let years = ["*", "*", "*", "*", "2026", "2026..2028", "2027/2", "27,2030", "2199"];
    let (year, month) = (random.pick(&years).to_owned(), chain(random, 1, 12));
    match random.below(6) {
        0 => String::new(),
        1 => format!("{month}-{}", chain(random, 1, 31)),
        2 => format!("{year}-{month}~{}", part(random, 1, 28)),
        3 => format!("*-02~0{},{}", 1 + random.below(4), 5 + random.below(21)),
        4 => "*-*-*".to_owned(),
        _ => format!("{year}-{month}-{}", chain(random, 1, 31)),
    }
}

fn time(random: &mut Random) -> String {
    let hours = if random.below(2) == 0 { chain(random, 0, 3) } else { chain(random, 0, 23) };
    match random.below(8) {
        0 => String::new(),
        1 => format!("*:{}", chain(random, 0, 59)),
        2 => format!("{hours}:{}:{}", chain(random, 0, 59), chain(random, 0, 59)),
        _ => format!("{hours}:{}", chain(random, 0, 59)),
    }
}

fn chain(random: &mut Random, low: u64, high: u64) -> String {
    let parts = 1 + random.below(4).saturating_sub(1);
    if random.below(4) == 0 {
        return "*".to_owned();
    }
    (0..parts).map(|_| part(random, low, high)).collect::<Vec<_>>().join(",")
}

/// Now and then one that is out of bounds or runs backwards.
fn part(random: &mut Random, low: u64, high: u64) -> String {
    let beyond = u64::from(random.below(60) == 0);
    let number = |random: &mut Random| low + random.below(high - low + 1 + beyond);
    let start = number(random);
    let step = 1 + random.below((high - low).min(20));
    let stop = number(random).max(if random.below(20) == 0 { low } else { start });
    match random.below(6) {
        0 => format!("{start}..{stop}"),
        1 if start + step <= high => format!("{start}/{step}"),
        2 if start + step <= stop => format!("{start}..{stop}/{step}"),
        _ => start.to_string(),
    }
}
