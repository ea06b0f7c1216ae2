//! The triggers that `New-ScheduledTaskTrigger` and `New-JobTrigger` make, typed.

use super::bound::Bound;
use crate::span;
use crate::trigger::{Anchor, Repeat, Trigger, When, weekday};
use crate::windows::dates;
use crate::{Job, Moment};

/// One trigger.
pub fn trigger(bound: &Bound) -> Trigger {
    let every = |name: &str| bound.text(&[name]).and_then(|n| n.parse().ok()).unwrap_or(1);
    let when = match () {
        () if bound.flag("atlogon") => return delayed(bound, Trigger::on_of(Anchor::Logon, bound.text(&["user"]).as_deref())),
        () if bound.flag("atstartup") => return delayed(bound, Trigger::on(Anchor::Boot)),
        () if bound.flag("daily") => When::Daily { every: every("daysinterval") },
        () if bound.flag("weekly") => When::Weekly { every: every("weeksinterval"), days: days(bound) },
        () => When::Once,
    };
    let at = bound.text(&["at"]).and_then(|text| moment(&text));
    let (start, guessed) = at.map_or((None, true), |(moment, guessed)| (Some(moment), guessed));
    let seconds = |name: &str| bound.text(&[name]).and_then(|text| span::powershell(&text));
    let repeat = seconds("repetitioninterval").filter(|i| *i > 0).map(|interval| Repeat { interval, duration: seconds("repetitionduration"), stop: false });
    delayed(bound, Trigger { start, repeat, guessed, ..Trigger::new(when) })
}

/// `$trigger.Repetition.Interval = 'PT5M'` and the like: of the last trigger made.
pub fn repeat_last(job: &mut Job, interval: Option<&str>, duration: Option<&str>) {
    let Some(trigger) = job.triggers.last_mut() else { return };
    let repeat = trigger.repeat.get_or_insert(Repeat { interval: 0, duration: None, stop: false });
    repeat.interval = interval.and_then(span::powershell).unwrap_or(repeat.interval);
    repeat.duration = duration.and_then(span::powershell).or(repeat.duration);
}

fn delayed(bound: &Bound, trigger: Trigger) -> Trigger {
    let seconds = |name: &str| bound.text(&[name]).and_then(|text| span::powershell(&text)).unwrap_or(0);
    Trigger { random: seconds("randomdelay"), delay: seconds("delay"), ..trigger }
}

fn days(bound: &Bound) -> u8 {
    let number = |text: &str| text.parse::<u8>().ok().filter(|day| *day < 7).map(|day| 1 << day);
    let texts = bound.value(&["daysofweek"]).map(super::value::Value::texts).unwrap_or_default();
    texts.iter().flat_map(|text| text.split(',')).filter_map(|day| weekday(day).or_else(|| number(day.trim()))).fold(0, |bits, day| bits | day)
}

/// What `-At` was given; `now` is `Get-Date`.
fn moment(text: &str) -> Option<(Moment, bool)> {
    let text = text.trim();
    if let Some(rest) = text.strip_prefix("now") {
        let later = rest.trim().strip_prefix('+').and_then(span::powershell);
        return (rest.is_empty() || later.is_some()).then(|| (Moment::Later(later.unwrap_or(0).cast_signed()), false));
    }
    dates::moment(text)
}
