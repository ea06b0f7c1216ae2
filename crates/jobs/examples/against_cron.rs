//! Compares the next runs of random crontab lines with what a cron did. `… 10000 1` prints the lines; `… 10000 1 ZONE FROM UNTIL`
//! reads from its input what a cron of Debian, fed with them under a told clock, started: `number instant` a line, or `number refused`.
#![allow(clippy::print_stdout, reason = "a program for people")]

use jiff::tz::TimeZone;
use watchbell_jobs::{Anchors, CronTable, crontab_line, next_runs};
use watchbell_model::Timestamp;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize| arguments.get(at).and_then(|a| a.parse::<i64>().ok()).unwrap_or(1);
    let mut random = Random(number(1).cast_unsigned().wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let lines: Vec<String> = (0..number(0)).map(|_| line(&mut random)).collect();
    match arguments.get(2) {
        None => lines.iter().for_each(|line| println!("{line}")),
        Some(zone) => compare(&lines, zone, number(3), number(4)),
    }
}

fn compare(lines: &[String], zone: &str, from: i64, until: i64) {
    let mut theirs: Vec<Option<Vec<i64>>> = vec![Some(Vec::new()); lines.len()];
    for line in std::io::stdin().lines().map_while(Result::ok) {
        let (number, instant) = line.split_once(' ').unwrap_or((&line, ""));
        let Ok(number) = number.parse::<usize>() else { continue };
        match (instant.parse(), &mut theirs[number]) {
            // What stood in a skipped hour starts several times at its end; that instant is told once.
            (Ok(instant), Some(runs)) if runs.len() < 5 && instant > from && runs.last() != Some(&instant) => runs.push(instant),
            (Err(_), entry) => *entry = None,
            _ => {}
        }
    }
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let (mut different, mut refused) = (0, 0);
    for (line, theirs) in lines.iter().zip(theirs) {
        refused += usize::from(theirs.is_none());
        let ours = ours(line, &zone, from, until);
        if ours != theirs {
            different += 1;
            println!("{line}\n  cron {theirs:?}\n  ours {ours:?}");
        }
    }
    println!("{} lines: {refused} refused by cron, {different} different", lines.len());
}

fn ours(line: &str, zone: &TimeZone, from: i64, until: i64) -> Option<Vec<i64>> {
    let job = crontab_line(&format!("{line} x"), CronTable::User).ok()??;
    let next = next_runs(&job, Timestamp::from_seconds(from), Some(zone), &Anchors::default());
    let refused = next.notes.iter().any(|note| note.contains("refuses"));
    (!refused).then(|| next.runs.iter().map(|run| run.at.seconds()).filter(|at| *at < until).collect())
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

fn line(random: &mut Random) -> String {
    if random.below(50) == 0 {
        return random.pick(&["@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually"]).to_owned();
    }
    let months = ["*", "*", "*", "mar", "oct-nov", "2-4", "jan,OCT,Apr", "*/2", "sep"];
    let days = ["*", "*", "*", "sun", "mon-fri", "0", "7", "6-7", "*/2", "sat,sun", "1-5/2", "tue,*/3", "sat-sun"];
    let hour = if random.below(2) == 0 { list(random, 0, 4) } else { list(random, 0, 23) };
    let day = if random.below(2) == 0 { "*".to_owned() } else { list(random, 1, 31) };
    format!("{} {hour} {day} {} {}", list(random, 0, 59), random.pick(&months), random.pick(&days))
}

fn list(random: &mut Random, low: u64, high: u64) -> String {
    let parts = 1 + random.below(4).saturating_sub(1);
    (0..parts).map(|_| element(random, low, high)).collect::<Vec<_>>().join(",")
}

/// Now and then one that is out of bounds, runs backwards or has a step that is none.
fn element(random: &mut Random, low: u64, high: u64) -> String {
    let beyond = u64::from(random.below(40) == 0);
    let (a, b) = (low + random.below(high - low + 1 + beyond), low + random.below(high - low + 1 + beyond));
    let (from, to) = if random.below(20) == 0 { (a, b) } else { (a.min(b), a.max(b)) };
    let step = random.below(high.min(20)) + u64::from(random.below(20) > 0);
    match random.below(8) {
        0 => "*".to_owned(),
        1 => format!("*/{step}"),
        2 => format!("{from}-{to}/{step}"),
        3 => format!("{from}-{to}"),
        4 if random.below(20) == 0 => format!("{from}/{step}"),
        _ => from.to_string(),
    }
}
