//! What is said of one sample.

use super::{Lint, nearest};
use crate::pack::alert::Alert;
use crate::pack::sample::Sample;
use watchbell_model::Diagnostic;

impl<'a> Lint<'a> {
    pub(super) fn sample(&mut self, sample: &Sample) {
        self.expected(sample);
        for (n, name) in sample.silent.iter().enumerate() {
            self.named(sample, &format!("silent/{n}"), name);
        }
        self.excepted(sample);
        if sample.expect.is_empty() && sample.silent.is_empty() && !sample.only && sample.show_excepted.is_empty() {
            self.problems.push(sample.source.error("pack/sample-empty", "", "the sample expects nothing and keeps nothing silent"));
        }
    }

    fn expected(&mut self, sample: &Sample) {
        for (n, expected) in sample.expect.iter().enumerate() {
            let path = format!("expect/{n}/alert");
            let Some(alert) = self.named(sample, &path, &expected.alert) else { continue };
            for (name, _) in expected.entities.iter().filter(|(name, _)| alert.entities.get(name).is_none()) {
                let problem =
                    sample.source.error("pack/sample-entity", &format!("expect/{n}/entities/{name}"), format!("`{}` has no entity `{name}`", alert.name));
                self.problems.push(problem);
            }
        }
    }

    fn excepted(&mut self, sample: &Sample) {
        for (n, name) in sample.show_excepted.iter().enumerate() {
            let path = format!("show_excepted/{n}");
            let (alert, id) = name.split_once('/').unwrap_or((name, ""));
            let Some(alert) = self.named(sample, &path, alert) else { continue };
            if !alert.exceptions.iter().any(|exception| exception.id == id) {
                let problem = sample.source.error("pack/sample-exception", &path, format!("`{}` has no exception `{id}`", alert.name));
                self.problems.push(problem.hint("written as `Alert/exception-id`"));
            }
        }
    }

    fn named(&mut self, sample: &Sample, path: &str, name: &str) -> Option<&'a Alert> {
        let found = self.pack.alerts.iter().find(|alert| alert.name == name);
        if found.is_none() {
            let hint = nearest(name, self.pack.alerts.iter().map(|a| a.name.as_str())).map(|name| format!("did you mean `{name}`?"));
            self.problems.push(Diagnostic { hint, ..sample.source.error("pack/sample-alert", path, format!("`{name}` is no alert of this pack")) });
        }
        found
    }
}
