//! at's spool files: a shell script that restores its maker's surroundings, then the commands.

use crate::trigger::Trigger;
use crate::{Job, JobError, Kind, Moment, Verb};
use jiff::tz::Offset;

const MAX_JOB: usize = 256 * 1024;

/// Decodes a job of the spool. The name tells queue, number and time: `a0000f01ba1b2c`.
pub fn at_job(name: &str, text: &str) -> Result<Job, JobError> {
    if text.len() > MAX_JOB {
        return Err(JobError::TooLarge);
    }
    let mut job = Job::new(Kind::At, Verb::Create).by("at").named(name);
    job.principal = text.lines().find_map(uid);
    job.schedule = minutes(name).map(|m| format!("once at {}", utc(m))).into_iter().collect();
    job.start_by(minutes(name).and_then(|m| jiff::Timestamp::from_second(m * 60).ok()).map(|at| Trigger::once(Moment::Instant(at, Offset::UTC))));
    let commands: Vec<&str> = text.lines().filter(|line| !is_preamble(line)).collect();
    job.command = Some(commands.join("\n").trim().to_owned()).filter(|c| !c.is_empty());
    if job.command.is_none() { Err(JobError::Empty) } else { Ok(job.decode()) }
}

/// `# atrun uid=1000 gid=1000`.
fn uid(line: &str) -> Option<String> {
    let after = line.strip_prefix("# atrun ")?.split("uid=").nth(1)?;
    let end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
    (end > 0).then(|| format!("uid {}", &after[..end]))
}

/// Minutes since 1970: the last eight hex digits of the name.
fn minutes(name: &str) -> Option<i64> {
    let base = name.rsplit('/').next()?;
    let digits = base.get(6..14).filter(|_| base.len() == 14)?;
    i64::from_str_radix(digits, 16).ok()
}

fn utc(minutes: i64) -> String {
    let (year, month, day) = date(minutes.div_euclid(1440));
    let of_day = minutes.rem_euclid(1440);
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02} UTC", of_day / 60, of_day % 60)
}

/// The civil date of a day counted from 1970-01-01 (Gregorian, for any day after).
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, of_year - (153 * shifted + 2) / 5 + 1)
}

fn is_preamble(line: &str) -> bool {
    let line = line.trim();
    let exported = line.split_once('=').is_some_and(|(name, value)| value.contains("; export ") && !name.contains(' '));
    line.is_empty()
        || line.starts_with('#')
        || line.starts_with("umask ")
        || exported
        || line.starts_with("cd /")
        || matches!(line, "}" | "exit 1")
        || line.starts_with("echo 'Execution directory")
        || line.starts_with("${SHELL:-/bin/sh} <<")
        || line.starts_with("marcinDELIMITER")
}
