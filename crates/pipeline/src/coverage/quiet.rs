//! A system's own log, syslog or journal: its lines have no number, but a rhythm.

use super::{TOLD, gap, waits};
use watchbell_story::{Gap, GapKind};

/// The seconds of its lines, and of those that say why it was quiet before: the machine was off or asleep.
#[derive(Debug, Default)]
pub struct SystemLog {
    lines: Vec<i64>,
    woke: Vec<i64>,
}

/// Lines come in bursts, and many a log is silent each night: all but so many of a hundred waits are its rhythm.
const USUAL: usize = 98;
/// Fewer lines have no rhythm.
const FEW: usize = 50;
/// Seconds of silence that are worth a word.
const SILENCE: i64 = 30 * 60;
/// Seconds in which a machine that starts says so.
const START: i64 = 120;
/// What is said by a machine that starts or wakes up.
const AWAKE: [&str; 5] = ["Linux version ", "PM: suspend", "PM: hibernat", "Freezing user space processes", "System is rebooting"];

impl SystemLog {
    pub fn add(&mut self, seconds: i64, message: &str) {
        self.lines.push(seconds);
        if AWAKE.iter().any(|words| message.contains(words)) {
            self.woke.push(seconds);
        }
    }

    pub fn merge(&mut self, other: Self) {
        self.lines.extend(other.lines);
        self.woke.extend(other.woke);
    }

    pub fn gaps(mut self) -> Vec<Gap> {
        self.lines.sort_unstable();
        if self.lines.len() < FEW {
            return Vec::new();
        }
        let slept = |(from, to): &(i64, i64)| self.woke.iter().any(|woke| (from - START..=to + START).contains(woke));
        let long = waits(&self.lines, SILENCE, USUAL).filter(|wait| !slept(wait)).take(TOLD);
        long.map(|(from, to)| gap(GapKind::Silent, from, to, format!("Blind: the system's log says nothing for {} min", (to - from) / 60))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_that_falls_silent_is_told_unless_the_machine_was_off() {
        let check = |lines: &[(i64, &str)], wanted: &[&str]| {
            let mut log = SystemLog::default();
            for (seconds, message) in lines {
                log.add(*seconds, message);
            }
            assert_eq!(log.gaps().into_iter().map(|gap| gap.text).collect::<Vec<_>>(), wanted);
        };
        let busy: Vec<(i64, &str)> = (0..60).map(|n| (n * 5, "x")).chain((0..60).map(|n| (7200 + n * 5, "x"))).collect();
        check(&busy, &["Blind: the system's log says nothing for 115 min"]);
        check(&[&busy[..], &[(7201, "Linux version 6.1.0")]].concat(), &[]);
        check(&(0..60).map(|n| (n * 60, "x")).chain([(7200, "x")]).collect::<Vec<_>>(), &[]);
        check(&busy[..20], &[]);
    }
}
