//! The triggers of task XML in plain words.

use crate::words::{append, count, date_and_time, duration, every, every_duration, list};
use crate::xml::{self, Node};

/// One trigger as a phrase.
pub fn in_words(trigger: &Node) -> String {
    let mut phrase = match trigger.name.as_str() {
        "TimeTrigger" => time(trigger),
        "CalendarTrigger" => calendar(trigger),
        "BootTrigger" => "at each boot".to_owned(),
        "LogonTrigger" => format!("at each logon of {}", user(trigger)),
        "IdleTrigger" => "when the computer is idle".to_owned(),
        "EventTrigger" => event(trigger),
        "RegistrationTrigger" => "when it is registered".to_owned(),
        "SessionStateChangeTrigger" => session(trigger),
        other => format!("on a {other}"),
    };
    qualify(trigger, &mut phrase);
    phrase
}

/// Repetition, delays, end and switch, which every trigger may have.
fn qualify(trigger: &Node, phrase: &mut String) {
    if trigger.name != "TimeTrigger"
        && let Some(interval) = trigger.value(&["Repetition", "Interval"])
    {
        append(phrase, &[", then ", &every_duration(interval)]);
    }
    if let Some(span) = trigger.value(&["Repetition", "Duration"]) {
        append(phrase, &[" for ", &duration(span)]);
    }
    if let Some(delay) = trigger.value(&["Delay"]) {
        append(phrase, &[", after ", &duration(delay)]);
    }
    if let Some(delay) = trigger.value(&["RandomDelay"]) {
        append(phrase, &[", within ", &duration(delay), " at random"]);
    }
    if let Some(end) = trigger.value(&["EndBoundary"]) {
        append(phrase, &[", until ", &moment(end)]);
    }
    if trigger.flag(&["Enabled"]) == Some(false) {
        phrase.push_str(" (switched off)");
    }
}

fn time(trigger: &Node) -> String {
    let start = trigger.value(&["StartBoundary"]).map(moment);
    match (trigger.value(&["Repetition", "Interval"]), start) {
        (Some(interval), Some(start)) => format!("{} from {start}", every_duration(interval)),
        (Some(interval), None) => every_duration(interval),
        (None, Some(start)) => format!("once at {start}"),
        (None, None) => "once".to_owned(),
    }
}

fn calendar(trigger: &Node) -> String {
    let at = trigger.value(&["StartBoundary"]).map(|b| format!(" at {}", date_and_time(b).1)).unwrap_or_default();
    let days = trigger.children.iter().find_map(|schedule| match schedule.name.as_str() {
        "ScheduleByDay" => Some(by_day(schedule)),
        "ScheduleByWeek" => Some(by_week(schedule)),
        "ScheduleByMonth" => Some(by_month(schedule)),
        "ScheduleByMonthDayOfWeek" => Some(by_weekday_of_month(schedule)),
        _ => None,
    });
    format!("{}{at}", days.unwrap_or_else(|| "by calendar".to_owned()))
}

fn by_day(schedule: &Node) -> String {
    match number(schedule, "DaysInterval") {
        1 => "daily".to_owned(),
        n => every(n, "day"),
    }
}

fn by_week(schedule: &Node) -> String {
    let days = names(schedule, "DaysOfWeek");
    let every = match number(schedule, "WeeksInterval") {
        1 => "weekly".to_owned(),
        n => format!("every {}", count(n, "week")),
    };
    if days.is_empty() { every } else { format!("{every} on {}", list(&days)) }
}

fn by_month(schedule: &Node) -> String {
    let days: Vec<&str> = schedule.child("DaysOfMonth").map(|d| d.children.iter().map(|c| c.text.trim()).collect()).unwrap_or_default();
    let on = if days.is_empty() { String::new() } else { format!(" on day {}", list(&days)) };
    match months(schedule) {
        None => format!("monthly{on}"),
        Some(months) => format!("yearly{on} of {months}"),
    }
}

fn by_weekday_of_month(schedule: &Node) -> String {
    let weeks: Vec<String> = schedule.child("Weeks").map(|w| w.children.iter().map(|c| ordinal(c.text.trim())).collect()).unwrap_or_default();
    let days = names(schedule, "DaysOfWeek");
    format!("on the {} {} of {}", list(&weeks), list(&days), months(schedule).unwrap_or_else(|| "every month".to_owned()))
}

/// The months, unless it is all of them.
fn months(schedule: &Node) -> Option<String> {
    let months = names(schedule, "Months");
    (!months.is_empty() && months.len() < 12).then(|| list(&months))
}

fn event(trigger: &Node) -> String {
    let Some(subscription) = trigger.value(&["Subscription"]) else { return "on an event".to_owned() };
    let query = xml::parse(subscription).ok();
    let select = query.as_ref().and_then(|q| q.at(&["Query", "Select"]));
    let text = select.map_or(subscription, |s| s.text.trim());
    let log = select.and_then(|s| s.attribute("Path")).map(|p| format!(" of {p}")).unwrap_or_default();
    match event_id(text) {
        Some(id) => format!("on each event {id}{log}"),
        None => format!("on each event{log} that fits {text}"),
    }
}

/// The number in a query that asks for one `EventID` only.
fn event_id(query: &str) -> Option<&str> {
    let (_, after) = query.split_once("EventID")?;
    let after = after.trim_start().strip_prefix('=')?.trim_start();
    let end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
    (end > 0 && !after[end..].contains("EventID")).then(|| &after[..end])
}

fn session(trigger: &Node) -> String {
    let change = match trigger.value(&["StateChange"]) {
        Some("ConsoleConnect") => "connects to the console",
        Some("ConsoleDisconnect") => "leaves the console",
        Some("RemoteConnect") => "connects from afar",
        Some("RemoteDisconnect") => "disconnects from afar",
        Some("SessionLock") => "locks the session",
        Some("SessionUnlock") => "unlocks the session",
        _ => "changes the session",
    };
    format!("when {} {change}", user(trigger))
}

fn user(trigger: &Node) -> &str {
    trigger.value(&["UserId"]).unwrap_or("any user")
}

fn names<'a>(schedule: &'a Node, of: &str) -> Vec<&'a str> {
    schedule.child(of).map(|n| n.children.iter().map(|c| c.name.as_str()).collect()).unwrap_or_default()
}

fn number(schedule: &Node, name: &str) -> u64 {
    schedule.value(&[name]).and_then(|v| v.parse().ok()).unwrap_or(1)
}

fn ordinal(week: &str) -> String {
    match week {
        "1" => "first",
        "2" => "second",
        "3" => "third",
        "4" => "fourth",
        "Last" | "5" => "last",
        other => other,
    }
    .to_owned()
}

fn moment(boundary: &str) -> String {
    let (date, time) = date_and_time(boundary);
    if time.is_empty() { date.to_owned() } else { format!("{date} {time}") }
}
