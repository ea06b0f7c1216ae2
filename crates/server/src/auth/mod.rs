//! Who asks, how that is proved, and what they may reach.

mod login;
mod password;
mod reach;
mod secret;
mod setup;
mod tries;
mod who;

pub use login::{Entered, From, enter, log_in};
pub use password::{Password, check_new};
pub use reach::{Reach, Reaches};
pub use secret::{csrf, fresh, hash, id};
pub use tries::Tries;
pub use who::{COOKIE, Role, Who, recognise, require};

use tokio::sync::Semaphore;

/// What the server remembers about people who come in, besides the store.
pub struct Auth {
    pub tries: Tries,
    /// Each password takes memory and time: so many at once.
    pub hashing: Semaphore,
}

const AT_ONCE: usize = 2;

impl Default for Auth {
    fn default() -> Self {
        Self { tries: Tries::default(), hashing: Semaphore::new(AT_ONCE) }
    }
}
