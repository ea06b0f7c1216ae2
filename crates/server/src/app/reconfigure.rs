//! Another configuration for a running server: what can change while it runs does, the rest is named.

use super::{AppError, House};
use crate::config::Config;
use crate::deliver;
use watchbell_model::Diagnostic;

/// What takes effect at once.
const AT_ONCE: [&str; 1] = ["delivery"];

impl House {
    /// Delivery methods and certificates are taken over; the keys that differ otherwise wait for a restart. Where something is
    /// wrong, nothing changes.
    pub fn reconfigure(&self, new: &Config) -> Result<Vec<String>, AppError> {
        deliver::check(&new.delivery).map_err(AppError::Wrong)?;
        if let Some(tls) = &self.tls {
            tls.reload().map_err(|error| AppError::Wrong(vec![Diagnostic::error(error.code(), "tls", error.to_string())]))?;
        }
        deliver::sync(&new.delivery, &self.store, self.clock.now().nanos)?;
        self.feed.changed();
        Ok(differing(&self.config, new))
    }
}

fn differing(old: &Config, new: &Config) -> Vec<String> {
    let (old, new) = (serde_json::to_value(old).unwrap_or_default(), serde_json::to_value(new).unwrap_or_default());
    let keys = old.as_object().into_iter().flat_map(|sections| sections.keys());
    keys.filter(|key| !AT_ONCE.contains(&key.as_str()) && old.get(key.as_str()) != new.get(key.as_str())).map(String::to_owned).collect::<Vec<_>>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_for_a_restart_is_named() {
        let old = Config::default();
        let mut new = Config { lateness: 5, public_url: "https://w.example".to_owned(), ..old.clone() };
        new.delivery.default.push("mail".to_owned());
        assert_eq!(differing(&old, &new), ["lateness", "public_url"]);
        assert_eq!(differing(&old, &old), Vec::<String>::new());
    }
}
