//! Triggers by days, weeks and months with one time of day, as Windows and Azure have them.

use super::clock::{DAY, Micros, Pattern, midnight};
use crate::trigger::When;
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
        let named = |months: u16| months >> (month - 1) & 1 == 1;
        match self.when {
            When::Monthly { months, .. } | When::MonthlyOn { months, .. } => named(*months),
            When::Months { every } => since >= 0 && since % i64::from((*every).max(1)) == 0,
            _ => true,
        }
    }

    fn day(&self, date: Date) -> bool {
        if date < self.start {
            return false;
        }
        let last = date.days_in_month();
        match *self.when {
            When::Daily { every } => (number(date) - number(self.start)) % i64::from(every.max(1)) == 0,
            When::Weekly { every, days } => {
                let weeks = week(date) - week(self.start);
                weeks % i64::from(every.max(1)) == 0 && on(days, date)
            }
            When::Monthly { days, last: end, .. } => days >> (date.day() - 1) & 1 == 1 || (end && date.day() == last),
            When::MonthlyOn { weeks, days, .. } => {
                on(days, date) && (weeks >> ((date.day() - 1) / 7) & 1 == 1 && date.day() <= 28 || weeks >> 4 & 1 == 1 && date.day() + 7 > last)
            }
            When::Months { .. } => date.day() == self.start.day().min(last),
            _ => false,
        }
    }

    fn time(&self, from: Micros) -> Option<Micros> {
        (self.time >= from).then_some(self.time)
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
