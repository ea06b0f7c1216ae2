//! Triggers by days, weeks and months with one time of day, as Windows and Azure have them.

use super::clock::{DAY, Micros, Pattern, midnight};
use crate::trigger::{LAST_WEEK, When};
use jiff::civil::Date;

/// The days of a trigger, from its start on, at its start's time of day.
pub struct Days<'a> {
    pub when: &'a When,
    pub start: Date,
    pub time: Micros,
}

impl Pattern for Days<'_> {
    fn month(&self, year: i16, month: i8) -> bool {
        let since = (i64::from(year) - i64::from(self.start.year())) * 12 + i64::from(month) - i64::from(self.start.month());
        match self.when {
            When::Monthly { every, months, .. } | When::MonthlyOn { every, months, .. } => {
                since >= 0 && since % i64::from((*every).max(1)) == 0 && months >> (month - 1) & 1 == 1
            }
            _ => true,
        }
    }

    fn day(&self, date: Date) -> bool {
        date >= self.start && self.is_day(date)
    }

    fn time(&self, from: Micros) -> Option<Micros> {
        (self.time >= from).then_some(self.time)
    }
}

impl Days<'_> {
    fn is_day(&self, date: Date) -> bool {
        let (day, last) = (date.day(), date.days_in_month());
        match *self.when {
            When::Daily { every } => (number(date) - number(self.start)) % i64::from(every.max(1)) == 0,
            When::Weekly { every, days } => {
                let on = if days == 0 { date.weekday() == self.start.weekday() } else { on(days, date) };
                on && (week(date) - week(self.start)) % i64::from(every.max(1)) == 0
            }
            When::Monthly { days: 0, last: false, .. } => day == self.start.day().min(last),
            When::Monthly { days, last: end, .. } => days >> (day - 1) & 1 == 1 || (end && day == last),
            When::MonthlyOn { weeks, days, .. } => {
                let nth = day <= 28 && weeks >> ((day - 1) / 7) & 1 == 1;
                on(days, date) && (nth || (weeks & LAST_WEEK != 0 && day + 7 > last))
            }
            _ => false,
        }
    }
}

fn on(days: u8, date: Date) -> bool {
    days >> date.weekday().to_sunday_zero_offset() & 1 == 1
}

fn number(date: Date) -> i64 {
    midnight(date) / DAY
}

/// Weeks begin on Sunday; 1970 began on a Thursday.
fn week(date: Date) -> i64 {
    (number(date) + 4).div_euclid(7)
}
