//! Where an event comes from, in Sigma's words: product, category, service.

use serde::{Deserialize, Serialize};

/// A log source. A rule's names what it wants; a view's says what it is. `None` in a rule asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LogSource {
    pub product: Option<String>,
    pub category: Option<String>,
    /// Of a view: every service that it belongs to (`sshd`, `auth`, `syslog`). Of a rule: one or none.
    pub service: Vec<String>,
}

impl LogSource {
    pub fn new(product: &str, category: &str, services: &[&str]) -> Self {
        let some = |s: &str| (!s.is_empty()).then(|| s.to_owned());
        Self { product: some(product), category: some(category), service: services.iter().map(|s| (*s).to_owned()).collect() }
    }

    /// Whether a rule of log source `self` is asked of a view of log source `view`. A rule that names a service and no
    /// category means the records themselves, not a category made of them.
    pub fn admits(&self, view: &Self) -> bool {
        let category = match &self.category {
            Some(_) => self.category == view.category,
            None => self.service.is_empty() || view.category.as_deref().is_none_or(|category| category == "application"),
        };
        category && (self.product.is_none() || self.product == view.product) && self.service.iter().all(|s| view.service.contains(s))
    }
}

impl std::fmt::Display for LogSource {
    /// `windows/process_creation`, `linux/auditd`: product, then category or else the first service.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let second = self.category.as_deref().or(self.service.first().map(String::as_str));
        match (self.product.as_deref(), second) {
            (Some(p), Some(s)) => write!(f, "{p}/{s}"),
            (Some(p), None) => f.write_str(p),
            (None, Some(s)) => f.write_str(s),
            (None, None) => f.write_str("unknown"),
        }
    }
}
