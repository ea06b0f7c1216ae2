//! What is said of an alert's trigger.

use super::Lint;
use crate::pack::alert::Alert;
use crate::pack::trigger::{Difference, RUNS, Rolling, Trigger};

impl Lint<'_> {
    pub(super) fn trigger(&mut self, alert: &Alert) {
        let trigger = &alert.trigger;
        if trigger.counts() && alert.fold.is_some() {
            let message = format!("`fold` has no part in what the trigger `{}` counts", trigger.word());
            self.problems.push(alert.source.warning("pack/trigger-fold", "fold", message).hint("groups are made by the trigger's `by`"));
        }
        match trigger {
            Trigger::Rolling(rolling) => self.rolling(alert, rolling),
            Trigger::Deviation(difference) | Trigger::Gradient(difference) => self.difference(alert, difference),
            _ => {}
        }
        if matches!(trigger, Trigger::Deviation(difference) if difference.by.is_empty()) {
            let problem = alert.source.error("pack/trigger-groups", "trigger", "one group alone does not differ from the median of all");
            self.problems.push(problem.hint("`by` names the entities that make groups"));
        }
    }

    fn rolling(&mut self, alert: &Alert, rolling: &Rolling) {
        if rolling.look_back > rolling.every.saturating_mul(RUNS) {
            let message = format!("`look_back` is more than {RUNS} times `every`: each match would fire so often");
            self.problems.push(alert.source.error("pack/trigger-runs", "trigger/rolling/every", message));
        }
        if rolling.look_back < rolling.every {
            let message = "`look_back` is less than `every`: what lies between is never looked at";
            self.problems.push(alert.source.warning("pack/trigger-gap", "trigger/rolling/look_back", message));
        }
    }

    fn difference(&mut self, alert: &Alert, difference: &Difference) {
        let word = alert.trigger.word();
        if difference.absolute.is_some() == difference.percent.is_some() {
            self.problems.push(alert.source.error("pack/trigger", "trigger", "a difference is either `absolute` or `percent`"));
        }
        for (key, most) in [("absolute", difference.absolute), ("percent", difference.percent)] {
            if most.is_some_and(|most| most <= 0.0) {
                let message = format!("`{key}` is not above 0: everything would differ");
                self.problems.push(alert.source.error("pack/trigger", &format!("trigger/{word}/{key}"), message));
            }
        }
    }
}
