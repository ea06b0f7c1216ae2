//! Auditing of Windows that is switched off, and what shows that it is on again.

use super::numbered::Numbered;
use super::{Field, Log, gap};
use rustc_hash::FxHashMap;
use watchbell_story::{Gap, GapKind};

/// Events that switch, with the host's key.
#[derive(Debug, Default)]
pub struct Switches {
    off: Vec<Switch>,
    on: Vec<Switch>,
}

#[derive(Debug)]
struct Switch {
    host: String,
    /// A subcategory, or a service; the channel where its own record tells it.
    what: String,
    channel: String,
    number: u64,
    seconds: i64,
}

impl Switches {
    pub fn note(&mut self, host: &str, channel: &str, number: u64, seconds: i64, text: &impl Fn(Field) -> Option<String>) {
        let id = text(Field::EventId).unwrap_or_default();
        let Some((what, off)) = switched(&id, channel, text) else { return };
        let switch = Switch { host: host.to_owned(), what, channel: channel.to_owned(), number, seconds };
        if off { self.off.push(switch) } else { self.on.push(switch) }
    }

    pub fn merge(&mut self, other: Self) {
        self.off.extend(other.off);
        self.on.extend(other.on);
    }

    /// From when to when each was off, as far as something shows that it is on again.
    pub fn ends(&self, logs: &FxHashMap<Log, Numbered>) -> Vec<(String, Gap)> {
        let end = |off: &Switch| Some((off.host.clone(), gap(GapKind::AuditingOff, off.seconds, self.end(off, logs)?, off.what.clone())));
        self.off.iter().filter_map(end).collect()
    }

    fn end(&self, off: &Switch, logs: &FxHashMap<Log, Numbered>) -> Option<i64> {
        let on =
            self.on.iter().filter(|on| on.host == off.host && on.what.eq_ignore_ascii_case(&off.what) && on.seconds >= off.seconds && on.number > off.number);
        let own = |log: &Log| log.host == off.host && log.channel == off.channel;
        let sysmon = |log: &Log| log.host == off.host && log.channel == SYSMON;
        let wrote = match off.what.as_str() {
            // The log in which it stands is the one that fell silent.
            SYSMON | "EventLog" => logs.iter().filter(|(log, _)| own(log)).filter_map(|(_, records)| records.after(off.number)).min(),
            service if service.starts_with("Sysmon") => logs.iter().filter(|(log, _)| sysmon(log)).filter_map(|(_, records)| records.since(off.seconds)).min(),
            _ => None,
        };
        on.map(|on| on.seconds).chain(wrote).min()
    }
}

const SYSMON: &str = "Microsoft-Windows-Sysmon/Operational";

/// What an event switches, and whether off.
fn switched(id: &str, channel: &str, text: &impl Fn(Field) -> Option<String>) -> Option<(String, bool)> {
    match id {
        "4719" if channel == "Security" => {
            let changes = text(Field::Changes)?.to_lowercase();
            let (removed, added) = (["%%8448", "%%8450", "removed"], ["%%8449", "%%8451", "added"]);
            let says = |words: [&str; 3]| words.iter().any(|word| changes.contains(word));
            (says(removed) || says(added)).then_some(())?;
            Some((text(Field::Subcategory)?, says(removed)))
        }
        "7040" if channel == "System" => Some((text(Field::Param4)?, text(Field::Param3)? == "disabled")),
        "4" if channel == SYSMON => (text(Field::State)? == "Stopped").then(|| (SYSMON.to_owned(), true)),
        "255" if channel == SYSMON => Some((SYSMON.to_owned(), true)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use watchbell_model::Timestamp;

    /// Number, second, channel, id and what its fields tell.
    type Event<'a> = (u64, i64, &'a str, &'a str, &'a [(Field, &'a str)]);

    /// What is told of the host.
    fn check(events: &[Event<'_>], wanted: &[(&str, i64, i64)]) {
        let (mut switches, mut logs) = (Switches::default(), FxHashMap::<Log, Numbered>::default());
        for (number, seconds, channel, id, values) in events {
            let told = |field: Field| values.iter().find(|(name, _)| *name as u8 == field as u8).map(|(_, value)| (*value).to_owned());
            switches
                .note("ws1", channel, *number, *seconds, &|field: Field| if matches!(field, Field::EventId) { Some((*id).to_owned()) } else { told(field) });
            logs.entry(Log { host: "ws1".to_owned(), channel: (*channel).to_owned(), stretch: 0 }).or_default().add(*number, *seconds);
        }
        let ends = switches.ends(&logs);
        let told: Vec<_> =
            ends.iter().map(|(_, gap)| (gap.text.as_str(), gap.from.map_or(0, Timestamp::seconds), gap.to.map_or(0, Timestamp::seconds))).collect();
        assert_eq!(told, wanted);
    }

    #[test]
    fn what_comes_back_ends_its_gap() {
        let policy = |changes: &'static str, guid: &'static str| [(Field::Changes, changes), (Field::Subcategory, guid)];
        let (gone, back, other) = (policy("%%8448, %%8450", "{a}"), policy("%%8449", "{A}"), policy("%%8449", "{b}"));
        check(&[(1, 10, "Security", "4719", &gone), (2, 20, "Security", "4719", &other), (3, 30, "Security", "4719", &back)], &[("{a}", 10, 30)]);
        check(&[(1, 10, "Security", "4719", &gone), (2, 20, "Security", "4688", &[])], &[]);
        let service = |name: &'static str, start: &'static str| [(Field::Param4, name), (Field::Param3, start)];
        check(
            &[(1, 10, "System", "7040", &service("WinDefend", "disabled")), (2, 90, "System", "7040", &service("WinDefend", "auto start"))],
            &[("WinDefend", 10, 90)],
        );
        check(&[(1, 10, "System", "7040", &service("Sysmon64", "disabled")), (7, 50, SYSMON, "1", &[])], &[("Sysmon64", 10, 50)]);
        check(&[(1, 10, SYSMON, "4", &[(Field::State, "Stopped")]), (2, 70, SYSMON, "4", &[(Field::State, "Started")])], &[(SYSMON, 10, 70)]);
    }
}
