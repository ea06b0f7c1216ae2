//! Coming in with a name and a password: the same answer and the same time whoever does not, locks, and a session.

use super::password::Password;
use super::secret::{csrf, fresh, hash};
use super::tries::Tries;
use super::who::COOKIE;
use crate::api::Problem;
use crate::app::House;
use axum::http::StatusCode;
use std::sync::Arc;
use watchbell_store::{Actor, Nanos, Session, UserRow};

/// Somebody who came in.
pub struct Entered {
    pub user: UserRow,
    pub csrf: String,
    pub expires: Nanos,
    /// The `Set-Cookie` of it.
    pub cookie: String,
}

const HOUR: Nanos = 3_600_000_000_000;
/// A session's longest life; it ends before that when it is not used.
const LIFE: Nanos = 12 * HOUR;

/// Where somebody comes from.
#[derive(Clone, Default)]
pub struct From {
    pub peer: String,
    pub agent: String,
}

pub async fn log_in(house: &Arc<House>, name: String, password: String, from: From) -> Result<Entered, Problem> {
    let now = house.clock.now().nanos;
    house.auth.tries.come(&from.peer, now).map_err(wait)?;
    let _turn = house.auth.hashing.acquire().await.map_err(|_| wrong())?;
    let doing = Arc::clone(house);
    let user = tokio::task::spawn_blocking(move || proved(&doing, &name, &password, now)).await;
    let user = user.map_err(Problem::fault)??;
    enter(house, user, &from)
}

/// Begins a session.
pub fn enter(house: &House, user: UserRow, from: &From) -> Result<Entered, Problem> {
    let now = house.clock.now().nanos;
    let (secret, expires) = (fresh("")?, now + LIFE);
    let session = Session { hash: hash(&secret), user: user.id.clone(), created: now, seen: now, expires, peer: from.peer.clone(), agent: from.agent.clone() };
    house.store.begin_session(&session)?;
    let cookie = format!("{COOKIE}={secret}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age={}", LIFE / 1_000_000_000);
    Ok(Entered { user, csrf: csrf(&secret), expires, cookie })
}

/// The user, if name and password are right and neither is locked.
fn proved(house: &House, name: &str, password: &str, now: Nanos) -> Result<UserRow, Problem> {
    let Some((user, kept)) = house.store.user_by_name(name)? else {
        house.auth.tries.stranger(name, now).map_err(wait)?;
        Password::is_right(password, None);
        return Err(wrong());
    };
    if let Some(until) = user.locked_until.filter(|until| *until > now) {
        return Err(wait(until - now));
    }
    let right = Password::is_right(password, kept.as_deref()) && !user.disabled;
    let locked = if right { None } else { Tries::locked_until(user.failures + 1, now) };
    house.store.login_tried(&user.id, right, locked, &Actor::new(&user.name, "login"), now)?;
    if right { Ok(user) } else { Err(wrong()) }
}

fn wrong() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "auth/login", "name or password is wrong")
}

fn wait(nanos: Nanos) -> Problem {
    let seconds = u64::try_from(nanos / 1_000_000_000).unwrap_or(0) + 1;
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "auth/locked", format!("too many tries; come again in {seconds} s")).retry_after(seconds)
}
