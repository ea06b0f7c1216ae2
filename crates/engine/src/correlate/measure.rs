//! What a correlation measures of the matches in a window, kept up as they come and go.

use super::window::{HELD, Item};
use crate::value::number;
use std::collections::{BTreeMap, VecDeque};
use watchbell_rules::{Bound, Bounds, Compare, Correlation, CorrelationKind, Extended, Number};

/// What came of adding a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    All,
    /// There was no room for all that is measured of it.
    Part,
    /// There is nothing in it that is measured: it belongs to no window.
    Nothing,
}

#[derive(Clone, Debug, Default)]
pub struct Measure {
    /// Distinct values, and how often each.
    distinct: BTreeMap<String, u32>,
    /// Numbers, rising.
    numbers: Vec<f64>,
    /// For each rule referred to, the times of its matches.
    times: Vec<VecDeque<i64>>,
}

/// Whether the condition can only become truer by further matches, so that it is judged at each.
pub fn slides(kind: &CorrelationKind) -> bool {
    use CorrelationKind as Kind;
    match kind {
        Kind::Temporal(extended) | Kind::TemporalOrdered(extended) => extended.as_ref().is_none_or(only_seen),
        Kind::EventCount(bounds) | Kind::ValueCount(bounds) | Kind::ValueSum(bounds) | Kind::ValueAvg(bounds) | Kind::ValueMedian(bounds) => grows(bounds),
        Kind::ValuePercentile { bounds, .. } => grows(bounds),
    }
}

fn grows(bounds: &Bounds) -> bool {
    bounds.0.iter().all(|bound| !bound.negated && matches!(bound.compare, Compare::Greater | Compare::GreaterOrEqual))
}

fn only_seen(extended: &Extended) -> bool {
    match extended {
        Extended::All(parts) | Extended::Any(parts) => parts.iter().all(only_seen),
        Extended::Not(_) => false,
        Extended::Seen(_) => true,
    }
}

impl Measure {
    pub fn add(&mut self, kind: &CorrelationKind, item: &Item) -> Added {
        use CorrelationKind as Kind;
        match kind {
            Kind::EventCount(_) => Added::All,
            Kind::ValueCount(_) => added(item.values.iter().flatten().map(|value| self.count(value))),
            Kind::Temporal(_) | Kind::TemporalOrdered(_) => {
                let at = item.position as usize;
                self.times.resize(self.times.len().max(at + 1), VecDeque::new());
                let room = self.times[at].len() <= HELD;
                if room {
                    self.times[at].push_back(item.time);
                }
                // Without an order, one is as good as many.
                if room || matches!(kind, Kind::Temporal(_)) { Added::All } else { Added::Part }
            }
            Kind::ValueSum(_) | Kind::ValueAvg(_) | Kind::ValueMedian(_) | Kind::ValuePercentile { .. } => added(numbers(item).map(|x| self.insert(x))),
        }
    }

    pub fn remove(&mut self, kind: &CorrelationKind, item: &Item) {
        use CorrelationKind as Kind;
        match kind {
            Kind::EventCount(_) => {}
            Kind::ValueCount(_) => item.values.iter().flatten().for_each(|value| self.forget(value)),
            Kind::Temporal(_) | Kind::TemporalOrdered(_) => drop(self.times[item.position as usize].pop_front()),
            Kind::ValueSum(_) | Kind::ValueAvg(_) | Kind::ValueMedian(_) | Kind::ValuePercentile { .. } => {
                for x in numbers(item) {
                    if let Ok(at) = self.numbers.binary_search_by(|y| y.total_cmp(&x)) {
                        self.numbers.remove(at);
                    }
                }
            }
        }
    }

    pub fn holds(&self, correlation: &Correlation, items: u64) -> bool {
        use CorrelationKind as Kind;
        let len = self.numbers.len() as f64;
        match &correlation.kind {
            Kind::EventCount(bounds) => within(bounds, items as f64),
            Kind::ValueCount(bounds) => within(bounds, self.distinct.len() as f64),
            Kind::Temporal(extended) => seen(extended.as_ref(), correlation.of.len(), &|at| self.times.get(at).is_some_and(|times| !times.is_empty())),
            Kind::TemporalOrdered(extended) => {
                let in_order = self.in_order(correlation.of.len());
                seen(extended.as_ref(), correlation.of.len(), &|at| in_order[at])
            }
            Kind::ValueSum(bounds) => within(bounds, self.numbers.iter().sum()),
            Kind::ValueAvg(bounds) => !self.numbers.is_empty() && within(bounds, self.numbers.iter().sum::<f64>() / len),
            Kind::ValueMedian(bounds) => self.at(50.0).is_some_and(|x| within(bounds, x)),
            Kind::ValuePercentile { percentile, bounds } => self.at(f64::from(*percentile)).is_some_and(|x| within(bounds, x)),
        }
    }

    /// Which rules were seen after those before them in the list (a rule that was not is passed over). Each is taken as
    /// early as can be, which leaves the most room for the next.
    fn in_order(&self, rules: usize) -> Vec<bool> {
        let mut from = i64::MIN;
        let next = |at: usize| {
            let times = self.times.get(at)?;
            let found = *times.get(times.partition_point(|time| *time < from))?;
            from = found;
            Some(found)
        };
        (0..rules).map(next).map(|found| found.is_some()).collect()
    }

    /// A percentile, between two neighbours in proportion.
    fn at(&self, percentile: f64) -> Option<f64> {
        let place = percentile / 100.0 * (self.numbers.len().checked_sub(1)? as f64);
        let (low, high) = (*self.numbers.get(place.floor() as usize)?, *self.numbers.get(place.ceil() as usize)?);
        Some(low + (high - low) * place.fract())
    }

    /// `false` if there is no room.
    fn insert(&mut self, x: f64) -> bool {
        let room = self.numbers.len() <= HELD;
        if room {
            let at = self.numbers.partition_point(|y| y.total_cmp(&x).is_lt());
            self.numbers.insert(at, x);
        }
        room
    }

    /// `false` if there is no room.
    fn count(&mut self, value: &str) -> bool {
        if let Some(count) = self.distinct.get_mut(value) {
            *count += 1;
            return true;
        }
        let room = self.distinct.len() <= HELD;
        if room {
            self.distinct.insert(value.to_owned(), 1);
        }
        room
    }

    fn forget(&mut self, value: &str) {
        if let Some(count) = self.distinct.get_mut(value) {
            *count -= 1;
            if *count == 0 {
                self.distinct.remove(value);
            }
        }
    }
}

/// For each value, whether there was room.
fn added(values: impl Iterator<Item = bool>) -> Added {
    values.fold(Added::Nothing, |added, room| if room && added != Added::Part { Added::All } else { Added::Part })
}

fn numbers(item: &Item) -> impl Iterator<Item = f64> {
    item.values.iter().flatten().filter_map(|text| number(text)).map(|n| match n {
        Number::Integer(n) => n as f64,
        Number::Float(x) => x,
    })
}

fn within(bounds: &Bounds, value: f64) -> bool {
    bounds.0.iter().all(|bound| bound_holds(*bound, value))
}

fn bound_holds(bound: Bound, value: f64) -> bool {
    let order = value.partial_cmp(&bound.value);
    let holds = match bound.compare {
        Compare::Equal => order.is_some_and(std::cmp::Ordering::is_eq),
        Compare::Less => order.is_some_and(std::cmp::Ordering::is_lt),
        Compare::LessOrEqual => order.is_some_and(std::cmp::Ordering::is_le),
        Compare::Greater => order.is_some_and(std::cmp::Ordering::is_gt),
        Compare::GreaterOrEqual => order.is_some_and(std::cmp::Ordering::is_ge),
    };
    holds != bound.negated
}

fn seen(extended: Option<&Extended>, rules: usize, each: &dyn Fn(usize) -> bool) -> bool {
    match extended {
        None => (0..rules).all(each),
        Some(extended) => extended_holds(extended, each),
    }
}

fn extended_holds(extended: &Extended, seen: &dyn Fn(usize) -> bool) -> bool {
    match extended {
        Extended::All(parts) => parts.iter().all(|part| extended_holds(part, seen)),
        Extended::Any(parts) => parts.iter().any(|part| extended_holds(part, seen)),
        Extended::Not(part) => !extended_holds(part, seen),
        Extended::Seen(at) => seen(*at),
    }
}
