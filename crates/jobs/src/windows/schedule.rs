//! The schedule switches of `schtasks`, and of those who speak like it, in plain words.

use crate::words::{append, every, list};

/// What was said about the time, each as it was written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Calendar<'a> {
    pub unit: Option<&'a str>,
    pub modifier: Option<&'a str>,
    pub days: Option<&'a str>,
    pub months: Option<&'a str>,
    pub time: Option<&'a str>,
    pub date: Option<&'a str>,
    pub until: Option<&'a str>,
    /// The time of day at which a repetition ends.
    pub stop: Option<&'a str>,
    pub repeat: Option<&'a str>,
    pub span: Option<&'a str>,
    pub idle: Option<&'a str>,
    pub channel: Option<&'a str>,
    pub delay: Option<&'a str>,
    pub user: Option<&'a str>,
}

pub const NOTHING: Calendar<'static> = Calendar {
    unit: None,
    modifier: None,
    days: None,
    months: None,
    time: None,
    date: None,
    until: None,
    stop: None,
    repeat: None,
    span: None,
    idle: None,
    channel: None,
    delay: None,
    user: None,
};

const DAYS: &[(&str, &str)] = &[
    ("mon", "Monday"),
    ("tue", "Tuesday"),
    ("wed", "Wednesday"),
    ("thu", "Thursday"),
    ("fri", "Friday"),
    ("sat", "Saturday"),
    ("sun", "Sunday"),
    ("*", "every day"),
];

const MONTHS: &[(&str, &str)] = &[
    ("jan", "January"),
    ("feb", "February"),
    ("mar", "March"),
    ("apr", "April"),
    ("may", "May"),
    ("jun", "June"),
    ("jul", "July"),
    ("aug", "August"),
    ("sep", "September"),
    ("oct", "October"),
    ("nov", "November"),
    ("dec", "December"),
    ("*", "every month"),
];

impl Calendar<'_> {
    /// One phrase, where anything was said at all.
    pub fn in_words(&self) -> Option<String> {
        let unit = self.unit.map(str::to_ascii_lowercase);
        let mut phrase = match unit.as_deref() {
            Some("minute") => self.each("minute"),
            Some("hourly") => self.each("hour"),
            Some("daily") => self.at(&self.number().map_or_else(|| "daily".to_owned(), |n| every(n, "day"))),
            Some("weekly") => self.at(&self.weekly()),
            Some("monthly") => self.at(&self.monthly()),
            Some("once") => self.once(),
            Some("onstart") => "at each boot".to_owned(),
            Some("onlogon") => format!("at each logon of {}", self.user.unwrap_or("any user")),
            Some("onidle") => self.idle.map_or_else(|| "when the computer is idle".to_owned(), |n| format!("when the computer is idle for {n} minutes")),
            Some("onevent") => self.on_event(),
            Some(other) => self.at(other),
            None => self.time.map(|time| format!("at {time}"))?,
        };
        self.qualify(&mut phrase);
        Some(phrase)
    }

    fn qualify(&self, phrase: &mut String) {
        for (before, value, after) in [
            (", every ", self.repeat, " minutes"),
            (" for ", self.span, " hours"),
            (", after ", self.delay, " (minutes:seconds)"),
            (", until ", self.until.or(self.stop), ""),
        ] {
            if let Some(value) = value {
                append(phrase, &[before, value, after]);
            }
        }
    }

    fn number(&self) -> Option<u64> {
        self.modifier.and_then(|m| m.parse().ok()).filter(|n| *n > 1)
    }

    fn each(&self, unit: &str) -> String {
        let from = self.moment().map(|m| format!(" from {m}")).unwrap_or_default();
        format!("{}{from}", every(self.number().unwrap_or(1), unit))
    }

    fn at(&self, phrase: &str) -> String {
        let time = self.time.map(|t| format!(" at {t}")).unwrap_or_default();
        let from = self.date.map(|d| format!(" from {d}")).unwrap_or_default();
        format!("{phrase}{time}{from}")
    }

    fn once(&self) -> String {
        self.moment().map_or_else(|| "once".to_owned(), |moment| format!("once at {moment}"))
    }

    fn moment(&self) -> Option<String> {
        let parts: Vec<&str> = [self.date, self.time].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }

    fn weekly(&self) -> String {
        let on = self.days.map(|d| format!(" on {}", named(d, DAYS))).unwrap_or_default();
        format!("{}{on}", self.number().map_or_else(|| "weekly".to_owned(), |n| every(n, "week")))
    }

    fn monthly(&self) -> String {
        let of = self.months.filter(|m| *m != "*").map_or_else(|| "every month".to_owned(), |m| named(m, MONTHS));
        let modifier = self.modifier.map(str::to_ascii_lowercase);
        match modifier.as_deref() {
            Some("lastday") => format!("on the last day of {of}"),
            Some(week @ ("first" | "second" | "third" | "fourth" | "last")) => {
                format!("on the {week} {} of {of}", self.days.map(|d| named(d, DAYS)).unwrap_or_default())
            }
            _ => self.day_of_month(&of),
        }
    }

    fn day_of_month(&self, of: &str) -> String {
        let base = match (self.number(), of) {
            (Some(n), _) => every(n, "month"),
            (None, "every month") => "monthly".to_owned(),
            (None, months) => format!("yearly in {months}"),
        };
        self.days.map_or_else(|| base.clone(), |d| format!("{base} on day {}", list(&d.split(',').map(str::trim).collect::<Vec<_>>())))
    }

    fn on_event(&self) -> String {
        let log = self.channel.map(|c| format!(" of {c}")).unwrap_or_default();
        self.modifier.map_or_else(|| format!("on each event{log}"), |query| format!("on each event{log} that fits {query}"))
    }
}

/// `MON,FRI` as `Monday and Friday`.
fn named(names: &str, table: &[(&str, &'static str)]) -> String {
    let full = |name: &str| {
        let lower = name.trim().to_ascii_lowercase();
        table.iter().find(|(short, _)| lower.starts_with(short)).map_or_else(|| name.trim().to_owned(), |(_, long)| (*long).to_owned())
    };
    list(&names.split(',').map(full).collect::<Vec<_>>())
}
