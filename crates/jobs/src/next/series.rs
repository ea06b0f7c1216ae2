//! The runs of each trigger, and what is missing where they can not be told.

use super::calendar::Calendar;
use super::clock::{self, DAY, MINUTE, Micros, Place, Rule, SECOND};
use super::cron::Cron;
use super::days::Days;
use super::{Anchors, RUNS, at, notes, zones};
use crate::trigger::{Anchor, Repeat, Trigger, When};
use crate::{Job, Kind, Moment};
use jiff::tz::TimeZone;
use watchbell_model::Timestamp;

/// A job's triggers, compiled for one instant and one host.
pub struct Series<'a> {
    job: &'a Job,
    now: Micros,
    host: &'a TimeZone,
    anchors: &'a Anchors,
    triggers: Vec<Compiled<'a>>,
}

/// A trigger with its zone, start and end told.
struct Compiled<'a> {
    trigger: &'a Trigger,
    zone: TimeZone,
    rule: Rule,
    start: Option<Micros>,
    end: Micros,
    until: Micros,
    kind: Runs<'a>,
    /// Understood, with all that it counts from known.
    known: bool,
    about: bool,
}

enum Runs<'a> {
    At(Micros),
    Days(Days<'a>),
    Every {
        from: Micros,
        step: Micros,
    },
    Cron(Box<Cron>, bool),
    Calendar(Box<Calendar>),
    /// Something has to happen first.
    Waits,
    /// Refused by the scheduler itself.
    Refused,
}

/// A run farther away than this is none.
const HORIZON: Micros = 50 * 366 * DAY;
/// The last year that systemd knows, and that timestamps hold.
const LAST: Micros = 7_258_118_399 * SECOND;
/// How far back the run is looked for from which a repetition counts.
const BACK: [Micros; 5] = [DAY, 8 * DAY, 35 * DAY, 400 * DAY, 3_000 * DAY];

impl<'a> Series<'a> {
    pub fn new(job: &'a Job, now: Micros, host: &'a TimeZone, anchors: &'a Anchors) -> Self {
        let mut series = Self { job, now, host, anchors, triggers: Vec::new() };
        series.triggers = job.triggers.iter().filter(|t| !t.off).take(crate::trigger::MOST).map(|t| series.compile(t)).collect();
        series
    }

    /// Runs after now with whether each is about; not sorted.
    pub fn runs(&self) -> Vec<(Micros, bool)> {
        let mut runs: Vec<(Micros, bool)> = self.triggers.iter().flat_map(|t| t.runs(self.now)).collect();
        let chained = self.triggers.iter().filter_map(|t| self.chained(t, &runs)).flatten().collect::<Vec<_>>();
        runs.extend(chained);
        runs
    }

    /// Whether something may still start it that has no time.
    pub fn waits(&self) -> bool {
        self.triggers.iter().any(|t| matches!(t.kind, Runs::Waits))
    }

    pub fn certain(&self) -> bool {
        !self.triggers.is_empty() && self.triggers.iter().all(|t| t.known)
    }

    /// Whether the host's clock matters for any run.
    pub fn needs_zone(&self) -> bool {
        !is_utc(self.job.kind) && self.triggers.iter().any(Compiled::depends_on_host)
    }

    pub fn notes(&self, runs: &[(Micros, bool)]) -> Vec<String> {
        let last = runs.last().map_or(self.now, |run| run.0);
        let mut found = Vec::new();
        for compiled in &self.triggers {
            let refused = matches!(compiled.kind, Runs::Refused);
            found.extend(refused.then(|| notes::refused(compiled.trigger)).flatten());
            found.extend(notes::zone(compiled.trigger, self.job.kind));
            found.extend(notes::clock(self.now, last, &compiled.zone, compiled.rule, self.job.kind, |from, to| compiled.holds(from, to)));
            found.extend(notes::delays(compiled.trigger, self.job.kind));
        }
        let mut seen = std::collections::HashSet::new();
        found.retain(|note| seen.insert(note.clone()));
        found
    }

    fn compile(&self, trigger: &'a Trigger) -> Compiled<'a> {
        let named = trigger.zone.as_deref().and_then(zones::zone);
        let foreign = named.is_some();
        let zone = named.or_else(|| written_zone(trigger)).or_else(|| is_utc(self.job.kind).then_some(TimeZone::UTC)).unwrap_or_else(|| self.host.clone());
        let start = trigger.start.and_then(|moment| self.moment(moment, &zone));
        let end = trigger.end.and_then(|moment| self.moment(moment, &zone)).unwrap_or(Micros::MAX);
        let kind = self.kind(trigger, start, &zone, foreign);
        let rule = match &kind {
            Runs::Cron(cron, foreign) if cron.is_fixed() && !foreign => Rule::AtTheEnd,
            Runs::Cron(..) => Rule::Each,
            Runs::Calendar(_) => Rule::Never,
            _ => Rule::Later,
        };
        let until = if matches!(kind, Runs::Calendar(_)) { LAST } else { self.now.saturating_add(HORIZON).min(LAST) };
        let known = !matches!(kind, Runs::Waits) && trigger.zone.as_deref().is_none_or(|name| zones::zone(name).is_some());
        let about = trigger.guessed || trigger.random > 0 || (Self::needs_created(trigger) && self.anchors.created.is_none());
        Compiled { trigger, zone, rule, start, end, until, kind, known, about }
    }

    fn kind(&self, trigger: &'a Trigger, start: Option<Micros>, zone: &TimeZone, foreign: bool) -> Runs<'a> {
        let delayed = |at: Option<Micros>| at.map_or(Runs::Waits, |at| Runs::At(at.saturating_add(seconds(trigger.delay))));
        match &trigger.when {
            When::Once => delayed(start),
            When::Daily { .. } | When::Weekly { .. } | When::Monthly { .. } | When::MonthlyOn { .. } => {
                let from = start.or_else(|| self.created()).unwrap_or(self.now);
                let local = clock::local(zone, from).and_then(clock::civil);
                let local = match trigger.start {
                    Some(Moment::Local(civil)) => Some(civil),
                    _ => local,
                };
                local.map_or(Runs::Waits, |civil| Runs::Days(Days { when: &trigger.when, start: civil.date(), time: clock::of_civil(civil).rem_euclid(DAY) }))
            }
            When::Every { seconds: 0 } => Runs::Refused,
            When::Every { seconds: step } => start.or_else(|| self.created()).map_or(Runs::Waits, |from| Runs::Every { from, step: seconds(*step) }),
            When::Cron { expression, dialect } => Cron::parse(expression, *dialect).map_or(Runs::Refused, |cron| Runs::Cron(Box::new(cron), foreign)),
            When::Calendar { expression } => Calendar::parse(expression).map_or(Runs::Refused, |calendar| Runs::Calendar(Box::new(calendar))),
            When::At { spec } => self.created().and_then(|created| at::instant(spec, created, zone)).map_or(Runs::Waits, Runs::At),
            When::After { what, seconds: after } => self.anchor(*what).map_or(Runs::Waits, |at| Runs::At(at.saturating_add(seconds(*after)))),
            When::On { what, .. } => match (self.anchor(*what), what) {
                (Some(at), Anchor::Registration) => delayed(Some(at)),
                (Some(at), _) if trigger.repeat.is_some() => delayed(Some(at)),
                _ => Runs::Waits,
            },
        }
    }

    /// Runs that follow each other: so long after the one before.
    fn chained(&self, compiled: &Compiled<'_>, others: &[(Micros, bool)]) -> Option<Vec<(Micros, bool)>> {
        let When::After { what, seconds: step @ 1.. } = compiled.trigger.when else { return None };
        let step = seconds(step);
        let last = match what {
            Anchor::Run => stamp(self.anchors.last_run),
            Anchor::RunEnd => stamp(self.anchors.last_end).or(stamp(self.anchors.last_run)),
            _ => return None,
        };
        let past = self.triggers.iter().filter_map(|t| if let Runs::At(at) = t.kind { Some(at) } else { None }).filter(|at| *at <= self.now).max();
        let seed = last.or(past).or_else(|| others.iter().map(|run| run.0).min())?;
        let first = seed.max(seed + (self.now - seed).div_euclid(step) * step);
        Some((1..).take(RUNS).map_while(|n| first.checked_add(step.checked_mul(n)?)).filter(|at| *at > self.now && *at <= LAST).map(|at| (at, true)).collect())
    }

    fn moment(&self, moment: Moment, zone: &TimeZone) -> Option<Micros> {
        match moment {
            Moment::Instant(at, _) => Some(at.as_microsecond()),
            Moment::Local(civil) => clock::instant(zone, civil),
            Moment::Clock(time) => {
                let day = clock::civil(clock::local(zone, self.created().unwrap_or(self.now))?)?.date();
                clock::instant(zone, day.to_datetime(time))
            }
            Moment::ThisMinute => Some(self.created()?.div_euclid(MINUTE) * MINUTE),
            Moment::Later(after) => self.created()?.checked_add(after.checked_mul(SECOND)?),
        }
    }

    /// Whether its runs hang on the day of its registration.
    fn needs_created(trigger: &Trigger) -> bool {
        let relative = matches!(trigger.start, Some(Moment::Clock(_) | Moment::Later(_) | Moment::ThisMinute));
        let each_day = matches!(
            trigger.when,
            When::Daily { every: 1 } | When::Weekly { every: 1, days: 1.. } | When::Monthly { every: 1, days: 1.., .. } | When::MonthlyOn { every: 1, .. }
        );
        let any_day = each_day && matches!(trigger.start, Some(Moment::Clock(_)));
        let days = matches!(trigger.when, When::Daily { .. } | When::Weekly { .. } | When::Monthly { .. } | When::MonthlyOn { .. });
        (relative && !any_day) || (days && trigger.start.is_none())
    }

    fn anchor(&self, what: Anchor) -> Option<Micros> {
        match what {
            Anchor::Boot | Anchor::Startup => stamp(self.anchors.boot),
            Anchor::Registration => self.created(),
            Anchor::Logon => stamp(self.anchors.logon),
            _ => None,
        }
    }

    fn created(&self) -> Option<Micros> {
        stamp(self.anchors.created)
    }
}

impl Compiled<'_> {
    /// The next five runs.
    fn runs(&self, now: Micros) -> Vec<(Micros, bool)> {
        let first = self.start.map_or(now, |start| now.max(start - 1));
        let runs = std::iter::successors(self.next(first), |at| self.next(*at)).take(RUNS);
        runs.take_while(|at| *at <= self.end && *at <= LAST).map(|at| (at, self.about || self.is_left_open(at))).collect()
    }

    /// Whether its local time is skipped or comes twice, and nobody says what happens then.
    fn is_left_open(&self, at: Micros) -> bool {
        let Runs::Days(days) = &self.kind else { return false };
        let local = clock::local(&self.zone, at);
        let twice = local.and_then(|local| Place::of(local, &self.zone)).is_some_and(|place| matches!(place, Place::Twice { .. }));
        twice || (self.trigger.repeat.is_none() && local.is_some_and(|local| local.rem_euclid(DAY) != days.time))
    }

    fn next(&self, after: Micros) -> Option<Micros> {
        let next = self.activation(after);
        let Some(repeat) = self.trigger.repeat.filter(|r| r.interval > 0) else { return next };
        [next, self.repeated(repeat, after)].into_iter().flatten().min()
    }

    fn activation(&self, after: Micros) -> Option<Micros> {
        match &self.kind {
            Runs::At(at) => (*at > after).then_some(*at),
            Runs::Days(days) => clock::next(days, after.max(self.start.map_or(after, |start| start - 1)), self.until, &self.zone, self.rule),
            Runs::Every { from, step } => {
                let steps = (after - from).div_euclid(*step).checked_add(1)?.max(0);
                from.checked_add(steps.checked_mul(*step)?)
            }
            Runs::Cron(cron, foreign) => cron.next(after, self.until, &self.zone, *foreign),
            Runs::Calendar(calendar) => calendar.next(after, self.until, &self.zone),
            Runs::Waits | Runs::Refused => None,
        }
    }

    /// The next run that the last activation repeats, up to the very end of the duration.
    fn repeated(&self, repeat: Repeat, after: Micros) -> Option<Micros> {
        let last = self.last_activation(after)?;
        let step = seconds(repeat.interval);
        let at = last.checked_add(((after - last) / step).checked_add(1)?.checked_mul(step)?)?;
        repeat.duration.is_none_or(|duration| at - last <= seconds(duration)).then_some(at)
    }

    fn last_activation(&self, now: Micros) -> Option<Micros> {
        if let Runs::At(at) = self.kind {
            return (at <= now).then_some(at);
        }
        let first = BACK.iter().find_map(|back| self.activation(now - back).filter(|at| *at <= now))?;
        std::iter::successors(Some(first), |at| self.activation(*at)).take(500).take_while(|at| *at <= now).last()
    }

    /// Whether it has a local time from one to another.
    fn holds(&self, from: Micros, to: Micros) -> bool {
        match &self.kind {
            Runs::Days(days) => clock::search(days, from, to).is_some(),
            Runs::Cron(cron, _) => clock::search(&**cron, from, to).is_some(),
            Runs::Calendar(calendar) => clock::search(&**calendar, from, to).is_some(),
            _ => false,
        }
    }

    fn depends_on_host(&self) -> bool {
        let local = |moment: Option<Moment>| matches!(moment, Some(Moment::Local(_) | Moment::Clock(_)));
        let own = self.trigger.zone.is_some() || matches!(&self.kind, Runs::Calendar(calendar) if calendar.zone.is_some());
        !own && (matches!(self.kind, Runs::Cron(..) | Runs::Calendar(_)) || local(self.trigger.start) || matches!(self.trigger.when, When::At { .. }))
    }
}

/// A trigger whose start has an offset keeps to it.
fn written_zone(trigger: &Trigger) -> Option<TimeZone> {
    match trigger.start {
        Some(Moment::Instant(_, offset)) => Some(offset.to_time_zone()),
        _ => None,
    }
}

fn seconds(seconds: u64) -> Micros {
    Micros::try_from(seconds).ok().and_then(|s| s.checked_mul(SECOND)).unwrap_or(Micros::MAX / 4)
}

fn stamp(at: Option<Timestamp>) -> Option<Micros> {
    Some(at?.nanos.div_euclid(1000))
}

/// Kinds whose times are the cluster's, not a host's.
pub fn is_cluster(kind: Kind) -> bool {
    matches!(kind, Kind::CronJob | Kind::K8sJob)
}

/// Kinds that count in UTC where they name no zone.
fn is_utc(kind: Kind) -> bool {
    is_cluster(kind) || matches!(kind, Kind::AzureSchedule | Kind::AzureWebhook | Kind::AzureRunbook)
}
