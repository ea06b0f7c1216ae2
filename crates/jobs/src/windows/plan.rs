//! The schedule of `schtasks`' switches, typed.

use super::dates;
use super::schedule::Calendar;
use crate::Moment;
use crate::trigger::{ALL_DAYS, ALL_MONTHS, Anchor, LAST_WEEK, Repeat, Trigger, When, month, weekday};
use jiff::civil::{DateTime, Time};

/// What `/ri` repeats for where nothing says how long.
const AN_HOUR: u64 = 3600;
/// How often it repeats where only an end is given.
const TEN_MINUTES: u64 = 600;

impl Calendar<'_> {
    /// What the switches set, where they set a schedule at all.
    pub fn trigger(&self) -> Option<Trigger> {
        let unit = self.unit?.to_ascii_lowercase();
        let each = u64::from(self.modifier.and_then(|m| m.parse::<u32>().ok()).unwrap_or(1).clamp(1, 100_000));
        let base = match unit.as_str() {
            "minute" => self.spaced(each * 60),
            "hourly" => self.spaced(each * 3600),
            "daily" => self.dated(When::Daily { every: each as u32 }),
            "weekly" => self.dated(When::Weekly { every: each as u32, days: self.weekdays() }),
            "monthly" => self.dated(self.monthly_days(each as u32)),
            "once" => self.dated(When::Once),
            "onstart" => Trigger::on(Anchor::Boot),
            "onlogon" => Trigger::on_of(Anchor::Logon, self.user),
            "onidle" => Trigger::on_of(Anchor::Idle, self.idle),
            "onevent" => Trigger::on_of(Anchor::Event, self.modifier.or(self.channel)),
            _ => return None,
        };
        let end = self.until.and_then(dates::date).map(|(date, _)| Moment::Local(DateTime::from_parts(date, LAST_SECOND)));
        Some(Trigger { delay: self.delay.and_then(minutes_and_seconds).unwrap_or(0), end, ..base })
    }

    /// Every so long: without end, or each day for a while.
    fn spaced(&self, interval: u64) -> Trigger {
        let Some(duration) = self.duration() else { return self.dated(When::Every { seconds: interval }) };
        Trigger { repeat: Some(Repeat { interval, duration: Some(duration), stop: false }), ..self.starting(When::Daily { every: 1 }) }
    }

    /// By days, each perhaps repeated for a while.
    fn dated(&self, when: When) -> Trigger {
        let interval = self.repeat.and_then(|minutes| minutes.parse::<u64>().ok()).map(|minutes| minutes.saturating_mul(60));
        let repeat = match (interval, self.duration()) {
            (None, None) => None,
            (interval, duration) => Some(Repeat { interval: interval.unwrap_or(TEN_MINUTES), duration: Some(duration.unwrap_or(AN_HOUR)), stop: false }),
        };
        Trigger { repeat: repeat.filter(|_| !matches!(when, When::Every { .. })), ..self.starting(when) }
    }

    fn starting(&self, when: When) -> Trigger {
        let time = self.time.and_then(dates::time);
        let (start, guessed) = match (self.date.and_then(dates::date), time) {
            (Some((date, guessed)), time) => (Moment::Local(DateTime::from_parts(date, time.unwrap_or_else(Time::midnight))), guessed || time.is_none()),
            (None, Some(time)) => (Moment::Clock(time), false),
            (None, None) => (Moment::ThisMinute, false),
        };
        let unsaid = matches!(when, When::Monthly { every: 2.., .. }) || (matches!(when, When::Weekly { .. }) && self.days.is_none());
        let guessed = guessed || unsaid;
        Trigger { start: Some(start), guessed, ..Trigger::new(when) }
    }

    /// `/du`, or from the start's time of day to `/et`.
    fn duration(&self) -> Option<u64> {
        if let Some((hours, minutes)) = self.span.and_then(|span| span.split_once(':')) {
            return Some(hours.parse::<u64>().ok()?.checked_mul(3600)? + minutes.parse::<u64>().ok()?.min(59) * 60);
        }
        let (end, start) = (dates::time(self.stop?)?, dates::time(self.time?)?);
        let minutes = |time: Time| i64::from(time.hour()) * 60 + i64::from(time.minute());
        let between = (minutes(end) - minutes(start)).rem_euclid(1440);
        Some(if between == 0 { 86_400 } else { between as u64 * 60 })
    }

    /// Monday, where none is said.
    fn weekdays(&self) -> u8 {
        let days = self.days.unwrap_or("mon");
        if days.trim() == "*" { ALL_DAYS } else { days.split(',').filter_map(weekday).fold(0, |bits, day| bits | day) }
    }

    fn monthly_days(&self, every: u32) -> When {
        let named = self.months.unwrap_or("*").split(',').filter_map(month).fold(0, |bits, month| bits | month);
        let months = if named == 0 { ALL_MONTHS } else { named };
        let modifier = self.modifier.map(str::to_ascii_lowercase);
        let week = ["first", "second", "third", "fourth", "last"].iter().position(|week| modifier.as_deref() == Some(*week));
        let numbers = self.days.unwrap_or("1").split(',').filter_map(|day| day.trim().parse::<u32>().ok()).filter(|day| (1..=31).contains(day));
        match (modifier.as_deref(), week) {
            (_, Some(week)) => When::MonthlyOn { every: 1, months, weeks: (1 << week).min(LAST_WEEK), days: self.weekdays() },
            (Some("lastday"), _) => When::Monthly { every: 1, months, days: 0, last: true },
            _ => When::Monthly { every, months, days: numbers.fold(0, |bits, day| bits | 1 << (day - 1)), last: false },
        }
    }
}

const LAST_SECOND: Time = Time::constant(23, 59, 59, 0);

/// `mmmm:ss`.
fn minutes_and_seconds(text: &str) -> Option<u64> {
    let (minutes, seconds) = text.split_once(':')?;
    minutes.parse::<u64>().ok()?.checked_mul(60)?.checked_add(seconds.parse().ok()?)
}
