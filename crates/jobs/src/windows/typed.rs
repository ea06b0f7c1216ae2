//! The triggers of task XML, typed.

use crate::Moment;
use crate::span::iso;
use crate::trigger::{ALL_MONTHS, Anchor, LAST_WEEK, Repeat, Trigger, When, month, weekday};
use crate::xml::Node;

/// One trigger.
pub fn trigger(node: &Node) -> Trigger {
    let user = node.value(&["UserId"]);
    let base = match node.name.as_str() {
        "TimeTrigger" => Trigger::new(When::Once),
        "CalendarTrigger" => calendar(node).map_or_else(|| Trigger::on(Anchor::Unknown), Trigger::new),
        "BootTrigger" => Trigger::on(Anchor::Boot),
        "LogonTrigger" => Trigger::on_of(Anchor::Logon, user),
        "IdleTrigger" => Trigger::on(Anchor::Idle),
        "EventTrigger" => Trigger::on_of(Anchor::Event, node.value(&["Subscription"])),
        "RegistrationTrigger" => Trigger::on(Anchor::Registration),
        "SessionStateChangeTrigger" => Trigger::on_of(Anchor::Session, node.value(&["StateChange"])),
        other => Trigger::on_of(Anchor::Unknown, Some(other)),
    };
    Trigger {
        start: moment(node, "StartBoundary"),
        end: moment(node, "EndBoundary"),
        off: node.flag(&["Enabled"]) == Some(false),
        delay: seconds(node, &["Delay"]).unwrap_or(0),
        random: seconds(node, &["RandomDelay"]).unwrap_or(0),
        repeat: repeat(node),
        ..base
    }
}

fn repeat(node: &Node) -> Option<Repeat> {
    let interval = seconds(node, &["Repetition", "Interval"]).filter(|interval| *interval > 0)?;
    let stop = node.flag(&["Repetition", "StopAtDurationEnd"]).unwrap_or(false);
    Some(Repeat { interval, duration: seconds(node, &["Repetition", "Duration"]), stop })
}

fn calendar(node: &Node) -> Option<When> {
    node.children.iter().find_map(|schedule| {
        let number = |name| schedule.value(&[name]).and_then(|v| v.parse::<u32>().ok()).unwrap_or(1);
        Some(match schedule.name.as_str() {
            "ScheduleByDay" => When::Daily { every: number("DaysInterval") },
            "ScheduleByWeek" => When::Weekly { every: number("WeeksInterval"), days: days_of_week(schedule) },
            "ScheduleByMonth" => {
                let days = texts(schedule, "DaysOfMonth").filter_map(|day| day.parse::<u32>().ok()).filter(|day| (1..=31).contains(day));
                let last = texts(schedule, "DaysOfMonth").any(|day| day.eq_ignore_ascii_case("last"));
                When::Monthly { every: 1, months: months(schedule), days: days.fold(0, |bits, day| bits | 1 << (day - 1)), last }
            }
            "ScheduleByMonthDayOfWeek" => When::MonthlyOn { every: 1, months: months(schedule), weeks: weeks(schedule), days: days_of_week(schedule) },
            _ => return None,
        })
    })
}

fn weeks(schedule: &Node) -> u8 {
    let bit = |week: &str| match week.parse::<u8>() {
        Ok(week @ 1..=4) => 1 << (week - 1),
        _ => LAST_WEEK,
    };
    texts(schedule, "Weeks").fold(0, |bits, week| bits | bit(week))
}

fn days_of_week(schedule: &Node) -> u8 {
    names(schedule, "DaysOfWeek").filter_map(weekday).fold(0, |bits, day| bits | day)
}

fn months(schedule: &Node) -> u16 {
    let named = names(schedule, "Months").filter_map(month).fold(0, |bits, month| bits | month);
    if named == 0 { ALL_MONTHS } else { named }
}

fn names<'a>(schedule: &'a Node, of: &str) -> impl Iterator<Item = &'a str> {
    schedule.child(of).into_iter().flat_map(|n| n.children.iter().map(|c| c.name.as_str()))
}

fn texts<'a>(schedule: &'a Node, of: &str) -> impl Iterator<Item = &'a str> {
    schedule.child(of).into_iter().flat_map(|n| n.children.iter().map(|c| c.text.trim()))
}

fn moment(node: &Node, name: &str) -> Option<Moment> {
    node.value(&[name]).and_then(Moment::parse)
}

fn seconds(node: &Node, path: &[&str]) -> Option<u64> {
    node.value(path).and_then(iso)
}
