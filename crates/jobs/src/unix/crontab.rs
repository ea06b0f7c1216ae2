//! Crontab lines of both kinds: a user's table, and the system's with a user before the command.

use super::cron_field;
use crate::span;
use crate::trigger::{Anchor, Dialect, Trigger, When};
use crate::words::append;
use crate::{Job, JobError, Kind, Verb};

/// Which kind of table a line stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CronTable {
    /// `crontab -e`: schedule and command.
    User,
    /// `/etc/crontab` and `/etc/cron.d`: schedule, user, command.
    System,
    /// `/etc/anacrontab`: days, minutes of delay, name, command.
    Anacron,
}

const MAX_LINE: usize = 64 * 1024;
const MAX_ENTRIES: usize = 256;

/// What a line of a table says; `None` where it is empty, a comment or an assignment.
pub fn crontab_line(line: &str, table: CronTable) -> Result<Option<Job>, JobError> {
    let line = line.trim();
    if line.len() > MAX_LINE {
        return Err(JobError::TooLarge);
    }
    if line.is_empty() || line.starts_with('#') || assignment(line).is_some() {
        return Ok(None);
    }
    let (schedule, rest) = if table == CronTable::Anacron { period(line)? } else { schedule(line)? };
    let mut job = Job::new(Kind::Cron, Verb::Create);
    job.start_by(if table == CronTable::Anacron { Some(Trigger::on(Anchor::Unknown)) } else { trigger(written(line, rest), Dialect::Vixie) });
    job.schedule = vec![schedule];
    let command = match table {
        CronTable::User => rest,
        CronTable::System => user(rest, &mut job),
        CronTable::Anacron => name(rest, &mut job),
    };
    job.command = Some(input_apart(command)).filter(|c| !c.is_empty());
    if job.command.is_none() {
        return Err(JobError::Empty);
    }
    Ok(Some(job.decode()))
}

/// Every entry of a table. Lines that are none are passed over; `CRON_TZ` holds for those behind it.
pub fn crontab(text: &str, table: CronTable) -> Vec<Job> {
    let mut jobs = Vec::new();
    let mut zone = None;
    for line in text.lines() {
        match assignment(line.trim()) {
            Some(("CRON_TZ" | "TZ", value)) => zone = Some(value.trim_matches(['"', '\'']).to_owned()),
            _ => jobs.extend(crontab_line(line, table).ok().flatten().map(|job| in_zone(job, zone.as_deref()))),
        }
        if jobs.len() >= MAX_ENTRIES {
            break;
        }
    }
    jobs
}

fn in_zone(mut job: Job, zone: Option<&str>) -> Job {
    if let Some(zone) = zone {
        job.schedule.iter_mut().for_each(|phrase| append(phrase, &[" (", zone, ")"]));
        job.triggers = job.triggers.into_iter().map(|trigger| trigger.in_zone(Some(zone))).collect();
    }
    job
}

/// The schedule as it stands before the rest of its line.
fn written<'a>(line: &'a str, rest: &str) -> &'a str {
    line[..line.len() - rest.len()].trim_end().trim_start_matches('-')
}

/// A schedule's trigger.
fn trigger(expression: &str, dialect: Dialect) -> Option<Trigger> {
    let name = expression.strip_prefix('@').unwrap_or("");
    let seconds = match name.split_once(char::is_whitespace) {
        Some(("every", text)) => span::go(text),
        _ => name.parse().ok(),
    };
    match (name, seconds) {
        ("reboot", _) => Some(Trigger::on(Anchor::Boot)),
        // FreeBSD counts from the end of the run before, Kubernetes from the object's making.
        (_, Some(seconds)) => Some(Trigger { guessed: dialect == Dialect::Vixie, ..Trigger::new(When::Every { seconds }) }),
        _ => Trigger::cron(expression, dialect),
    }
}

fn assignment(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once('=')?;
    let name = name.trim_end().trim_matches(['"', '\'']);
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    plain.then_some((name, value.trim()))
}

/// The schedule in words, and what follows it.
fn schedule(line: &str) -> Result<(String, &str), JobError> {
    let line = line.strip_prefix('-').unwrap_or(line);
    if let Some(word) = line.strip_prefix('@') {
        return nickname(word);
    }
    let (fields, rest) = words(line, 5).ok_or(JobError::Schedule)?;
    let fields: [&str; 5] = fields.try_into().map_err(|_| JobError::Schedule)?;
    if !fields.iter().all(|f| cron_field::is_field(f)) {
        return Err(JobError::Schedule);
    }
    Ok((cron_field::in_words(fields), rest))
}

/// A schedule alone as Kubernetes writes it: in words, and its trigger.
pub fn schedule_alone(text: &str, zone: Option<&str>) -> (String, Option<Trigger>) {
    let phrase = in_words(text).unwrap_or_else(|_| text.to_owned());
    let named = text.trim().strip_prefix("CRON_TZ=").or_else(|| text.trim().strip_prefix("TZ=")).and_then(|t| t.split_once(' '));
    let (own, expression) = named.map_or((None, text.trim()), |(zone, rest)| (Some(zone), rest.trim()));
    let trigger = trigger(expression, Dialect::Kubernetes).map(|trigger| trigger.in_zone(zone.or(own)));
    (phrase, trigger)
}

fn in_words(text: &str) -> Result<String, JobError> {
    let text = text.trim();
    let zone = text.strip_prefix("CRON_TZ=").or_else(|| text.strip_prefix("TZ=")).and_then(|t| t.split_once(' '));
    let (zone, text) = zone.map_or((None, text), |(z, t)| (Some(z), t));
    let line = format!("{text} ");
    let (phrase, rest) = schedule(&line)?;
    if !rest.is_empty() {
        return Err(JobError::Schedule);
    }
    Ok(zone.map_or_else(|| phrase.clone(), |z| format!("{phrase} ({z})")))
}

fn nickname(word: &str) -> Result<(String, &str), JobError> {
    let (name, rest) = word.split_once(char::is_whitespace).unwrap_or((word, ""));
    let rest = rest.trim_start();
    let phrase = match name.to_ascii_lowercase().as_str() {
        "reboot" => "at each boot",
        "yearly" | "annually" => "at 00:00 on day 1 in January",
        "monthly" => "at 00:00 on day 1",
        "weekly" => "at 00:00 on Sunday",
        "daily" | "midnight" => "daily at 00:00",
        "hourly" => "every hour",
        "every_minute" => "every minute",
        "every" => {
            let (span, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            return Ok((format!("every {span}"), rest.trim_start()));
        }
        seconds if !seconds.is_empty() && seconds.bytes().all(|b| b.is_ascii_digit()) => return Ok((format!("every {seconds} seconds"), rest)),
        _ => return Err(JobError::Schedule),
    };
    Ok((phrase.to_owned(), rest))
}

/// Anacron's period and delay.
fn period(line: &str) -> Result<(String, &str), JobError> {
    let (fields, rest) = words(line, 2).ok_or(JobError::Schedule)?;
    let phrase = match fields[0].trim_start_matches('@') {
        "daily" | "1" => "every day".to_owned(),
        "weekly" => "every week".to_owned(),
        "monthly" => "every month".to_owned(),
        "yearly" | "annually" => "every year".to_owned(),
        days => crate::words::every(days.parse().map_err(|_| JobError::Schedule)?, "day"),
    };
    let delay: u64 = fields[1].parse().map_err(|_| JobError::Schedule)?;
    Ok((format!("{phrase}, after {}", crate::words::count(delay, "minute")), rest))
}

fn words(line: &str, number: usize) -> Option<(Vec<&str>, &str)> {
    let mut rest = line;
    let mut words = Vec::with_capacity(number);
    for _ in 0..number {
        let (word, after) = rest.split_once(char::is_whitespace)?;
        words.push(word);
        rest = after.trim_start();
    }
    Some((words, rest))
}

/// The user before the command; FreeBSD and Debian allow a group or class behind it.
fn user<'a>(rest: &'a str, job: &mut Job) -> &'a str {
    let Some((user, command)) = rest.split_once(char::is_whitespace) else { return rest };
    job.principal = Some(user.split([':', '/']).next().unwrap_or(user).to_owned());
    command.trim_start()
}

fn name<'a>(rest: &'a str, job: &mut Job) -> &'a str {
    let Some((name, command)) = rest.split_once(char::is_whitespace) else { return rest };
    job.name = Some(name.to_owned());
    command.trim_start()
}

/// `%` ends the command, and later ones end the lines of its input; `\%` is the sign itself.
fn input_apart(command: &str) -> String {
    let mut text = String::with_capacity(command.len());
    let mut chars = command.trim_end().chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '\\' if chars.next_if_eq(&'%').is_some() => text.push('%'),
            '%' => text.push('\n'),
            other => text.push(other),
        }
    }
    text
}
