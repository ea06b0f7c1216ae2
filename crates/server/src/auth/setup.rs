//! The first setup: a link that works once, printed where the server starts while nobody has an account.

use super::secret::{fresh, hash};
use crate::api::Problem;
use crate::app::{App, House};

/// How long the link works, in nanoseconds. A restart makes a new one.
const LIFE: i64 = 24 * 3_600_000_000_000;

impl App {
    /// The link by which the first user, an admin, is made; none where there are users. One that was given before works no more.
    pub fn setup_link(&self) -> Result<Option<String>, Problem> {
        let house = self.house();
        let scheme = if house.config.tls.is_some() { "https" } else { "http" };
        let place = self.address().map_or_else(|| house.config.listen.to_string(), |address| address.to_string());
        // What stands behind `#` is not sent, and so in no log.
        Ok(house.setup_secret()?.map(|secret| format!("{scheme}://{place}/setup#{secret}")))
    }
}

impl House {
    /// The link's secret.
    pub fn setup_secret(&self) -> Result<Option<String>, Problem> {
        if !self.store.needs_setup()? {
            return Ok(None);
        }
        let secret = fresh("setup_")?;
        let offered = self.store.offer_setup(&hash(&secret), self.clock.now().nanos + LIFE)?;
        Ok(offered.then_some(secret))
    }
}
