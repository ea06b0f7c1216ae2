//! Triggers worked out the slow way: all matches sorted, every window looked at by itself.

use crate::triggers::SECOND;
use std::collections::{BTreeMap, BTreeSet};
use watchbell_engine::occurrence::Key;
use watchbell_engine::triggers::{Firing, GONE, Life, Match, PAST};
use watchbell_rules::pack::{Aggregate, Difference, Several, Trigger};

/// Every firing up to a watermark, by key and start.
pub fn firings(trigger: &Trigger, life: Life, matches: &[Match<i64>], watermark: i64) -> Vec<Firing<i64>> {
    let mut all = matches.to_vec();
    all.sort_by_key(|m| (m.time, m.event));
    let keys: BTreeSet<Key> = all.iter().map(folded).collect();
    let of = |key: &Key| all.iter().filter(|m| folded(m) == *key).collect::<Vec<_>>();
    let mut firings = match trigger {
        Trigger::Several(rule) => keys.iter().flat_map(|key| several(rule, life, &of(key))).collect(),
        Trigger::Low(rule) if rule.by.is_empty() => low(rule, life, &of(&Key::new()), watermark),
        Trigger::Low(rule) => keys.iter().flat_map(|key| low(rule, life, &of(key), watermark)).collect(),
        Trigger::Rolling(rule) => {
            let runs = (1..400).filter(|second| second % rule.every.cast_signed() == 0).map(|second| second * SECOND);
            let of_run = |run: i64| {
                let seen = |m: &&Match<i64>| m.time < run && m.time >= run - rule.look_back.cast_signed() * SECOND;
                let all: Vec<Firing<i64>> =
                    keys.iter().map(|key| made(run, of(key).into_iter().filter(seen))).filter(|f| f.count > rule.threshold && f.count > 0).collect();
                all
            };
            runs.filter(|run| begins(life, *run)).flat_map(of_run).collect()
        }
        Trigger::Deviation(rule) => periods(rule.period, life, watermark).flat_map(|start| deviation(rule, start, &keys, &of)).collect(),
        Trigger::Gradient(rule) => keys.iter().flat_map(|key| gradient(rule, life, &of(key), watermark)).collect(),
        Trigger::Each {} | Trigger::Ladder(_) => Vec::new(),
    };
    firings.sort_by(|a, b| (&a.key, a.start).cmp(&(&b.key, b.start)));
    firings
}

fn folded(m: &Match<i64>) -> Key {
    m.key.iter().map(|value| value.as_ref().map(|value| value.to_lowercase())).collect()
}

fn begins(life: Life, start: i64) -> bool {
    life.since.is_none_or(|since| since <= start) && life.until.is_none_or(|until| start < until)
}

/// Starts of all periods that are closed, and of the life.
fn periods(seconds: u64, life: Life, watermark: i64) -> impl Iterator<Item = i64> {
    let length = seconds.cast_signed() * SECOND;
    (0..400).map(move |n| n * length).take_while(move |start| start + length - 1 <= watermark).filter(move |start| begins(life, *start))
}

fn made<'a>(start: i64, matches: impl Iterator<Item = &'a Match<i64>>) -> Firing<i64> {
    let all: Vec<&Match<i64>> = matches.collect();
    let edge = |m: Option<&&Match<i64>>| m.map_or(start, |m| m.time);
    Firing {
        trigger: 0,
        key: all.first().map(|m| folded(m)).unwrap_or_default(),
        written: all.first().map(|m| m.key.clone()).unwrap_or_default(),
        start,
        first: edge(all.first()),
        last: edge(all.last()),
        count: all.len() as u64,
        outcome: all.iter().map(|m| m.outcome).max(),
        value: None,
        usual: None,
        members: all.iter().map(|m| m.member).collect(),
    }
}

fn several(rule: &Several, life: Life, matches: &[&Match<i64>]) -> Vec<Firing<i64>> {
    let (mut firings, mut after) = (Vec::new(), i64::MIN);
    let times: BTreeSet<i64> = matches.iter().map(|m| m.time).collect();
    for time in times {
        let window = |m: &&&Match<i64>| m.time > after && m.time <= time && m.time >= time - rule.period.cast_signed() * SECOND;
        let seen: Vec<_> = matches.iter().filter(|m| life.since.is_none_or(|since| since <= m.time)).filter(window).copied().collect();
        let Some(start) = seen.first().map(|m| m.time) else { continue };
        if life.until.is_some_and(|until| until <= start) {
            continue;
        }
        if seen.len() as u64 > rule.threshold {
            firings.push(made(start, seen.into_iter()));
            after = time;
        }
    }
    firings
}

fn low(rule: &Several, life: Life, matches: &[&Match<i64>], watermark: i64) -> Vec<Firing<i64>> {
    let length = rule.period.cast_signed() * SECOND;
    let heard: Vec<_> = matches.iter().filter(|m| life.since.is_none_or(|since| since <= m.time)).copied().collect();
    // Until when it is known, and what it was called.
    let (mut known, mut called): (Option<i64>, Key) = (life.since.filter(|_| rule.by.is_empty()).map(|since| since - 1), Key::new());
    let mut firings = Vec::new();
    let key = matches.first().map(|m| folded(m)).unwrap_or_default();
    for start in (0..400).map(|n| n * length).take_while(|start| start + length - 1 <= watermark && life.until.is_none_or(|until| *start < until)) {
        let inside: Vec<_> = heard.iter().filter(|m| m.time >= start && m.time < start + length).copied().collect();
        let whole = inside.first().is_some_and(|m| m.time == start);
        let before = life.since.is_some_and(|since| start < since);
        // The period of an instant; silence is counted from there.
        let silent = known.map(|time| (start - time.div_euclid(length) * length) / length);
        let judged = !before && (whole || silent.is_some_and(|silent| silent <= GONE));
        if let Some(last) = inside.last() {
            (known, called) = (Some(last.time), inside[0].key.clone());
        }
        if judged && inside.len() as u64 <= rule.threshold {
            let one = made(start, inside.into_iter());
            firings.push(Firing { key: key.clone(), written: called.clone(), first: start, last: start + length, ..one });
        }
    }
    firings
}

fn deviation<'a>(rule: &Difference, start: i64, keys: &BTreeSet<Key>, of: &impl Fn(&Key) -> Vec<&'a Match<i64>>) -> Vec<Firing<i64>> {
    let length = rule.period.cast_signed() * SECOND;
    let groups = keys.iter().filter_map(|key| measured(rule, start, length, &of(key)));
    let groups: Vec<(f64, Firing<i64>)> = groups.collect();
    let mut values: Vec<f64> = groups.iter().map(|(value, _)| *value).collect();
    values.sort_by(f64::total_cmp);
    let n = values.len();
    if n == 0 {
        return Vec::new();
    }
    let usual = if n % 2 == 1 { values[n / 2] } else { f64::midpoint(values[n / 2 - 1], values[n / 2]) };
    groups.into_iter().filter(|(value, _)| differs(rule, *value, usual)).map(|(value, f)| Firing { value: Some(value), usual: Some(usual), ..f }).collect()
}

fn gradient(rule: &Difference, life: Life, matches: &[&Match<i64>], watermark: i64) -> Vec<Firing<i64>> {
    let length = rule.period.cast_signed() * SECOND;
    let all = periods(rule.period, life, watermark).filter_map(|start| Some((start, measured(rule, start, length, matches)?)));
    let all: BTreeMap<i64, (f64, Firing<i64>)> = all.collect();
    let firing = |(start, (value, f)): (&i64, &(f64, Firing<i64>))| {
        let (before, (usual, _)) = all.range(..start).next_back()?;
        (start - before <= PAST * length && differs(rule, *value, *usual)).then(|| Firing { value: Some(*value), usual: Some(*usual), ..f.clone() })
    };
    all.iter().filter_map(firing).collect()
}

fn differs(rule: &Difference, value: f64, usual: f64) -> bool {
    match (rule.absolute, rule.percent) {
        (Some(most), _) => (value - usual).abs() > most,
        (None, Some(percent)) => (value - usual).abs() > usual.abs() * percent / 100.0,
        (None, None) => false,
    }
}

/// The value of a group in a period, and what would fire; none without data.
fn measured(rule: &Difference, start: i64, length: i64, matches: &[&Match<i64>]) -> Option<(f64, Firing<i64>)> {
    let number = |m: &Match<i64>| m.values[0].parse::<f64>().ok();
    let counts = |m: &&&Match<i64>| m.time >= start && m.time < start + length && (rule.value.is_none() || number(m).is_some());
    let inside: Vec<_> = matches.iter().filter(counts).copied().collect();
    let numbers: Vec<f64> = inside.iter().filter_map(|m| number(m)).collect();
    let value = match rule.value.as_ref().map(|value| value.by) {
        None => inside.len() as f64,
        Some(Aggregate::Min) => numbers.iter().copied().fold(f64::MAX, f64::min),
        Some(Aggregate::Max) => numbers.iter().copied().fold(f64::MIN, f64::max),
        Some(Aggregate::Sum) => numbers.iter().sum(),
        Some(Aggregate::Avg) => numbers.iter().sum::<f64>() / numbers.len() as f64,
    };
    (!inside.is_empty()).then(|| (value, made(start, inside.into_iter())))
}
