//! at's schedules, typed: the phrases carry its words as they were given.

use crate::trigger::{ALL_MONTHS, Anchor, MOST, Trigger, When};
use crate::windows::dates;

/// Windows' letters of days, the longer ones first.
const LETTERS: &[(&str, u8)] = &[("th", 1 << 4), ("su", 1), ("sa", 1 << 6), ("m", 1 << 1), ("t", 1 << 2), ("w", 1 << 3), ("f", 1 << 5), ("s", 1 << 6)];

const NAMES: &[&str] = &["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/// The triggers of a phrase.
pub fn at(phrase: &str) -> Vec<Trigger> {
    if phrase.starts_with("once, when the load") {
        return vec![Trigger::on(Anchor::Load)];
    }
    if let Some((time, days)) = phrase.strip_prefix("at ").and_then(|rest| rest.split_once(" on each ")) {
        return each(time, days);
    }
    let Some(spec) = phrase.strip_prefix("once at ") else { return Vec::new() };
    match spec.split_once(" on the next ") {
        Some((time, days)) => days.split(',').take(MOST).flat_map(|day| next(time, day)).collect(),
        None => Trigger::at(spec).into_iter().collect(),
    }
}

/// The next such day.
fn next(time: &str, day: &str) -> Vec<Trigger> {
    let each = each(time, day);
    match each.first().map(|trigger| &trigger.when) {
        Some(When::Weekly { days, .. }) => {
            NAMES.get(days.trailing_zeros() as usize).and_then(|name| Trigger::at(&format!("{time} {name}"))).into_iter().collect()
        }
        _ => each.into_iter().map(Trigger::guess).collect(),
    }
}

/// `M,W,15`: days of the week, and days of the month.
fn each(time: &str, days: &str) -> Vec<Trigger> {
    let start = dates::moment(time).map(|(moment, _)| moment);
    let (mut of_week, mut of_month) = (0_u8, 0_u32);
    for day in days.split(',').map(|day| day.trim().to_ascii_lowercase()) {
        match day.parse::<u32>() {
            Ok(number @ 1..=31) => of_month |= 1 << (number - 1),
            Ok(_) => {}
            Err(_) => of_week |= LETTERS.iter().find(|(letters, _)| day.starts_with(letters)).map_or(0, |(_, bit)| *bit),
        }
    }
    let weekly = (of_week > 0).then_some(When::Weekly { every: 1, days: of_week });
    let monthly = (of_month > 0).then_some(When::Monthly { every: 1, months: ALL_MONTHS, days: of_month, last: false });
    weekly.into_iter().chain(monthly).map(|when| Trigger { start, ..Trigger::new(when) }).collect()
}
