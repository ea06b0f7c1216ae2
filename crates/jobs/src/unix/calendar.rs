//! systemd's time expressions in plain words.

use crate::span;
use crate::trigger::{Anchor, MOST, Trigger, When};
use crate::words::every;
use std::borrow::Cow;

/// `OnCalendar=`.
pub fn calendar(expression: &str) -> String {
    let text = expression.trim();
    match text.to_ascii_lowercase().as_str() {
        "minutely" => "every minute".to_owned(),
        "hourly" => "every hour".to_owned(),
        "daily" => "daily at 00:00".to_owned(),
        "weekly" => "at 00:00 on Monday".to_owned(),
        "monthly" => "at 00:00 on day 1".to_owned(),
        "yearly" | "annually" => "at 00:00 on day 1 in January".to_owned(),
        "quarterly" => "at 00:00 on day 1 of each quarter".to_owned(),
        "semiannually" => "at 00:00 on day 1 of each half-year".to_owned(),
        _ => parts(text).unwrap_or_else(|| format!("by calendar {text}")),
    }
}

/// `Mon..Fri *-*-* 09:00:00`, `*:0/15`, `*-*-01 04:00`.
fn parts(text: &str) -> Option<String> {
    let mut words: Vec<&str> = text.split_whitespace().collect();
    let days = words.first().filter(|w| w.starts_with(|c: char| c.is_ascii_alphabetic())).map(|w| w.replace("..", " to ").replace(',', ", "));
    if days.is_some() {
        words.remove(0);
    }
    let date = words.iter().find(|w| w.contains('-')).copied().filter(|d| !matches!(*d, "*-*-*" | "*-*"));
    let time = words.iter().find(|w| w.contains(':')).copied();
    if words.len() > 2 {
        return None;
    }
    let (phrase, again) = time.map_or_else(|| Some(("at 00:00".to_owned(), false)), clock)?;
    let on = [days.map(|d| format!(" on {d}")), date.map(|d| format!(" on {d}"))].into_iter().flatten().collect::<String>();
    Some(if on.is_empty() && !again { format!("daily {phrase}") } else { format!("{phrase}{on}") })
}

/// The time of day, and whether it comes again within the day.
fn clock(time: &str) -> Option<(String, bool)> {
    let fields: Vec<&str> = time.split(':').collect();
    let (hour, minute, second) = (*fields.first()?, *fields.get(1)?, fields.get(2).copied().unwrap_or("00"));
    match (hour, minute, second) {
        ("*", "*", "*") => Some(("every second".to_owned(), true)),
        ("*", "*", "0" | "00") => Some(("every minute".to_owned(), true)),
        ("*", "0" | "00", "0" | "00") => Some(("every hour".to_owned(), true)),
        ("*", minute, _) => Some((minute.split_once('/').map_or_else(|| format!("every hour at minute {minute}"), |(_, n)| steps(n, "minute")), true)),
        (hour, _, _) if hour.contains('/') => Some((steps(hour.split_once('/')?.1, "hour"), true)),
        (_, _, "0" | "00") => Some((format!("at {hour}:{minute}"), false)),
        _ => Some((format!("at {time}"), false)),
    }
}

fn steps(number: &str, unit: &str) -> String {
    number.parse().map_or_else(|_| format!("every {number} {unit}s"), |n| every(n, unit))
}

/// A bare number is seconds.
fn with_unit(value: &str) -> Cow<'_, str> {
    if value.parse::<f64>().is_ok() { format!("{value} s").into() } else { value.into() }
}

/// A timer's setting (`OnBootSec`, `--on-boot`) as a phrase; `None` where it sets no time.
pub fn setting(key: &str, value: &str) -> Option<String> {
    if key == "OnCalendar" {
        return Some(calendar(value));
    }
    let value = with_unit(value.trim());
    Some(match key {
        "OnActiveSec" => format!("{value} after it is switched on"),
        "OnBootSec" => format!("{value} after each boot"),
        "OnStartupSec" => format!("{value} after the service manager starts"),
        "OnUnitActiveSec" => format!("every {value}"),
        "OnUnitInactiveSec" => format!("{value} after each run ends"),
        "RandomizedDelaySec" => format!("within {value} at random"),
        _ => return None,
    })
}

/// The triggers of a timer's settings. Random delays and catching up hold for all of them; an empty value takes back what was set before.
pub fn triggers<'a>(settings: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<Trigger> {
    let mut triggers: Vec<Trigger> = Vec::new();
    let (mut random, mut catch_up) = (0, false);
    for (key, value) in settings {
        match (key, value.trim()) {
            ("RandomizedDelaySec", value) => random = span::systemd(value).unwrap_or(0),
            ("Persistent", value) => catch_up = matches!(value, "true" | "yes" | "on" | "1"),
            (key, "") if key.starts_with("On") => triggers.clear(),
            (key, value) if triggers.len() < MOST => triggers.extend(trigger(key, value)),
            _ => {}
        }
    }
    for trigger in &mut triggers {
        trigger.random = random;
        trigger.catch_up = catch_up && matches!(trigger.when, When::Calendar { .. });
    }
    triggers
}

fn trigger(key: &str, value: &str) -> Option<Trigger> {
    let what = match key {
        "OnCalendar" => return Trigger::calendar(value),
        "OnActiveSec" => Anchor::Registration,
        "OnBootSec" => Anchor::Boot,
        "OnStartupSec" => Anchor::Startup,
        "OnUnitActiveSec" => Anchor::Run,
        "OnUnitInactiveSec" => Anchor::RunEnd,
        _ => return None,
    };
    Some(Trigger::new(When::After { what, seconds: span::systemd(value)? }))
}
