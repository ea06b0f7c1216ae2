//! The triggers of a script that speaks to the task scheduler's COM interface: the number that makes each, and what it is given.

use super::com::Script;
use crate::trigger::{ALL_DAYS, ALL_MONTHS, Anchor, LAST_WEEK, Repeat, Trigger, When};
use crate::{Moment, span, words};

/// Triggers of one script that are read.
const MAX_TRIGGERS: usize = 16;

impl Script<'_> {
    /// Each trigger's part of the script: from its own `Create` to the next one's.
    fn parts(&self) -> Vec<(char, Script<'_>)> {
        const CREATE: &str = "triggers.create(";
        let starts: Vec<usize> = self.lower.match_indices(CREATE).take(MAX_TRIGGERS).map(|(at, _)| at + CREATE.len()).collect();
        let ends = starts.iter().skip(1).copied().chain([self.text.len()]);
        let part = |(start, end): (&usize, usize)| {
            let part = Script { text: &self.text[*start..end], lower: &self.lower[*start..end] };
            Some((part.text.trim_start().chars().next()?, part))
        };
        starts.iter().zip(ends).filter_map(part).collect()
    }

    pub fn triggers(&self) -> Vec<String> {
        self.parts().iter().filter_map(|(kind, part)| part.in_words(*kind)).collect()
    }

    /// The triggers with what the script assigns to each; what only stands before the first is taken for a single one's.
    pub fn typed(&self) -> Vec<Trigger> {
        let parts = self.parts();
        let one = |(kind, part): &(char, Script<'_>)| {
            let told = |member: &str| part.assigned(member).or_else(|| self.assigned(member).filter(|_| parts.len() == 1));
            let moment = |member: &str| told(member).and_then(|text| Moment::parse(&text));
            let seconds = |member: &str| told(member).and_then(|text| span::iso(&text));
            let interval = seconds(".interval").filter(|interval| *interval > 0);
            let repeat = interval.map(|interval| Repeat { interval, duration: seconds(".duration"), stop: false });
            let trigger = part.trigger(*kind)?;
            Some(Trigger { start: moment(".startboundary"), end: moment(".endboundary"), delay: seconds(".delay").unwrap_or(0), repeat, ..trigger })
        };
        parts.iter().filter_map(one).collect()
    }

    /// By the scheduler's numbers of triggers, with the days and months that the script sets.
    fn trigger(&self, kind: char) -> Option<Trigger> {
        let number = |member: &str| self.number(member);
        let days = || number(".daysofweek").map_or(0, |days| (days & u32::from(ALL_DAYS)) as u8);
        let months = || number(".monthsofyear").map(|months| (months & u32::from(ALL_MONTHS)) as u16).filter(|months| *months > 0).unwrap_or(ALL_MONTHS);
        let whole = |trigger: Trigger, known: bool| if known { trigger } else { trigger.guess() };
        Some(match kind {
            '0' => Trigger::on(Anchor::Event),
            '1' => Trigger::new(When::Once),
            '2' => Trigger::new(When::Daily { every: number(".daysinterval").unwrap_or(1).max(1) }),
            '3' => whole(Trigger::new(When::Weekly { every: number(".weeksinterval").unwrap_or(1).max(1), days: days() }), days() > 0),
            '4' => {
                let (days, last) = self.days_of_month();
                whole(Trigger::new(When::Monthly { every: 1, months: months(), days, last }), days > 0 || last)
            }
            '5' if days() > 0 => {
                let last = self.flag(".runonlastweekofmonth");
                let weeks = number(".weeksofmonth").map_or(0, |weeks| (weeks & 0x1f) as u8) | if last { LAST_WEEK } else { 0 };
                let known = weeks > 0;
                whole(Trigger::new(When::MonthlyOn { every: 1, months: months(), weeks: if known { weeks } else { 1 }, days: days() }), known)
            }
            '5' => Trigger::on(Anchor::Unknown),
            '6' => Trigger::on(Anchor::Idle),
            '7' => Trigger::on(Anchor::Registration),
            '8' => Trigger::on(Anchor::Boot),
            '9' => Trigger::on(Anchor::Logon),
            _ => return None,
        })
    }

    /// The first is bit 0; the bit behind the thirty-first is the month's last day.
    fn days_of_month(&self) -> (u32, bool) {
        const LAST: u32 = 1 << 31;
        let days = self.number(".daysofmonth").unwrap_or(0);
        (days & !LAST, days & LAST != 0 || self.flag(".runonlastdayofmonth"))
    }

    /// The same in words.
    fn in_words(&self, kind: char) -> Option<String> {
        let phrase = match self.trigger(kind)?.when {
            When::Once => "once".to_owned(),
            When::Daily { every: 1 } => "daily".to_owned(),
            When::Daily { every } => words::every(u64::from(every), "day"),
            When::Weekly { every, days } => {
                let on = if days == 0 { String::new() } else { format!(" on {}", named(DAYS, u32::from(days))) };
                if every == 1 { format!("weekly{on}") } else { format!("{}{on}", words::every(u64::from(every), "week")) }
            }
            When::Monthly { months, days, last, .. } => {
                let numbers = (1..=31).filter(|day| days >> (day - 1) & 1 == 1).map(|day: u32| day.to_string());
                let days: Vec<String> = numbers.chain(last.then(|| "last".to_owned())).collect();
                let on = if days.is_empty() { String::new() } else { format!(" on day {}", words::list(&days)) };
                format!("monthly{on}{}", of_months(months))
            }
            When::MonthlyOn { months, weeks, days, .. } => {
                format!(
                    "on the {} {} of {}",
                    named(WEEKS, u32::from(weeks)),
                    named(DAYS, u32::from(days)),
                    of_months(months).strip_prefix(" of ").unwrap_or("every month")
                )
            }
            _ => fixed(kind)?.to_owned(),
        };
        let at = self.assigned(".startboundary").filter(|_| matches!(kind, '1'..='5'));
        Some(at.map_or(phrase.clone(), |at| {
            let (date, time) = words::date_and_time(&at);
            if kind == '1' { format!("{phrase} at {date} {time}") } else { format!("{phrase} at {time}") }
        }))
    }

    /// The number that is assigned to a member: decimal, or hexadecimal as each language writes it.
    fn number(&self, member: &str) -> Option<u32> {
        let word = self.word(member)?;
        let word = word.trim_matches(['"', '\'', ')', ',', ':']);
        match word.strip_prefix("0x").or_else(|| word.strip_prefix("&h")) {
            Some(digits) => u32::from_str_radix(digits.trim_end_matches('&'), 16).ok(),
            // The bit of the last day is the sign's.
            None => word.parse::<i64>().ok().map(|number| number as u32),
        }
    }

    fn flag(&self, member: &str) -> bool {
        self.word(member).is_some_and(|word| word.contains("true") || word.starts_with('1') || word.starts_with("-1"))
    }
}

const DAYS: &[&str] = &["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS: &[&str] = &["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const WEEKS: &[&str] = &["first", "second", "third", "fourth", "last"];

/// The names of the bits that are set.
fn named(names: &[&str], bits: u32) -> String {
    words::list(&(0..).zip(names).filter(|(bit, _)| bits >> bit & 1 == 1).map(|(_, name)| *name).collect::<Vec<_>>())
}

fn of_months(months: u16) -> String {
    if months == ALL_MONTHS { String::new() } else { format!(" of {}", named(MONTHS, u32::from(months))) }
}

/// What waits for something else than a day.
fn fixed(kind: char) -> Option<&'static str> {
    Some(match kind {
        '0' => "on an event",
        '4' | '5' => "monthly",
        '6' => "when the computer is idle",
        '7' => "when it is registered",
        '8' => "at each boot",
        '9' => "at each logon of any user",
        _ => return None,
    })
}
