//! Azure Automation's schedules, typed.

use crate::Moment;
use crate::trigger::{ALL_MONTHS, LAST_WEEK, Trigger, When, weekday};
use serde_json::Value;

/// More days than a month has are not looked at.
const MOST: usize = 40;

/// `{frequency, interval, startTime, expiryTime, timeZone, advancedSchedule}`; several days of a month by weekday are several triggers.
pub fn triggers(settings: &Value) -> Vec<Trigger> {
    let Some(frequency) = settings["frequency"].as_str() else { return Vec::new() };
    let interval = settings["interval"].as_u64().or_else(|| settings["interval"].as_str().and_then(|t| t.parse().ok())).unwrap_or(1).clamp(1, 100_000);
    let advanced = &settings["advancedSchedule"];
    let whens = match frequency.to_ascii_lowercase().as_str() {
        "onetime" => vec![When::Once],
        "minute" => vec![When::Every { seconds: interval * 60 }],
        "hour" => vec![When::Every { seconds: interval * 3600 }],
        "day" => vec![When::Daily { every: interval as u32 }],
        "week" => vec![When::Weekly {
            every: interval as u32,
            days: items(&advanced["weekDays"]).filter_map(Value::as_str).filter_map(weekday).fold(0, |bits, day| bits | day),
        }],
        "month" => monthly(interval as u32, advanced),
        _ => Vec::new(),
    };
    let (start, end) = (moment(&settings["startTime"]), moment(&settings["expiryTime"]));
    whens.into_iter().map(|when| Trigger { start, end, ..Trigger::new(when) }.in_zone(settings["timeZone"].as_str())).collect()
}

/// A time; the year 9999 stands for none.
pub fn moment(value: &Value) -> Option<Moment> {
    value.as_str().filter(|text| !text.starts_with("9999")).and_then(Moment::parse)
}

fn monthly(every: u32, advanced: &Value) -> Vec<When> {
    let occurrences: Vec<When> = items(&advanced["monthlyOccurrences"]).filter_map(|o| occurrence(every, o)).collect();
    if !occurrences.is_empty() {
        return occurrences;
    }
    let days = || items(&advanced["monthDays"]).filter_map(Value::as_i64);
    let bits = days().filter(|day| (1..=31).contains(day)).fold(0, |bits, day| bits | 1 << (day - 1));
    vec![When::Monthly { every, months: ALL_MONTHS, days: bits, last: days().any(|day| day == -1) }]
}

/// `{occurrence: 1, day: Monday}`; -1 is the last.
fn occurrence(every: u32, value: &Value) -> Option<When> {
    let weeks = match value["occurrence"].as_i64()? {
        week @ 1..=4 => 1 << (week - 1),
        -1 | 5 => LAST_WEEK,
        _ => return None,
    };
    Some(When::MonthlyOn { every, months: ALL_MONTHS, weeks, days: weekday(value["day"].as_str()?)? })
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten().take(MOST)
}
