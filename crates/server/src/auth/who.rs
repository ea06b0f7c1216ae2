//! Who asks, and whether they may: the socket of this machine, a token, or a session.

use super::reach::{Reach, Reaches};
use super::secret::{csrf, hash, is_same};
use crate::api::{Needs, Problem};
use crate::app::House;
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, COOKIE as COOKIES};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use watchbell_store::{Actor, Base, Nanos, Session, TokenRow, UserRow};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Sends logs, and nothing else.
    IngestOnly,
    Viewer,
    Analyst,
    Engineer,
    Admin,
}

/// Somebody whose name is known.
#[derive(Clone, Debug)]
pub struct Who {
    pub name: String,
    /// `socket`, `token:NAME`, `session`.
    pub via: String,
    pub role: Role,
    /// Id of the role as it is kept.
    pub role_id: String,
    pub reach: Reach,
    /// Id of the user, if it is one, or one answers for it.
    pub user: Option<String>,
    /// Of a token that may not all that its role may.
    scopes: Vec<String>,
    /// Of a session, what its cookie says.
    pub session: Option<String>,
}

/// Only sent over TLS or on this machine, to this host, for all of it, and read by no script.
pub const COOKIE: &str = "__Host-watchbell";
const CSRF: &str = "x-csrf-token";
/// A session that nobody used for so long is over.
const IDLE: Nanos = 2 * 3_600_000_000_000;

impl Role {
    pub const ALL: [Self; 5] = [Self::IngestOnly, Self::Viewer, Self::Analyst, Self::Engineer, Self::Admin];

    pub fn of(base: Base) -> Self {
        match base {
            Base::IngestOnly => Self::IngestOnly,
            Base::Viewer => Self::Viewer,
            Base::Analyst => Self::Analyst,
            Base::Engineer => Self::Engineer,
            Base::Admin => Self::Admin,
        }
    }

    pub fn word(self) -> &'static str {
        ["ingest-only", "viewer", "analyst", "engineer", "admin"][self as usize]
    }

    /// Whether it is enough.
    pub fn may(self, needs: Needs) -> bool {
        match needs {
            Needs::Nothing | Needs::Known => true,
            Needs::Viewer => self >= Self::Viewer,
            Needs::Analyst => self >= Self::Analyst,
            Needs::Engineer => self >= Self::Engineer,
            Needs::Admin => self >= Self::Admin,
        }
    }
}

impl Who {
    pub fn actor(&self) -> Actor {
        Actor::new(&self.name, &self.via)
    }

    pub fn is_admin(&self) -> bool {
        self.role == Role::Admin && self.reach == Reach::All
    }

    /// The owner of the data folder, over its socket.
    fn local() -> Self {
        Self {
            name: "local".to_owned(),
            via: "socket".to_owned(),
            role: Role::Admin,
            role_id: Base::Admin.word().to_owned(),
            reach: Reach::All,
            user: None,
            scopes: Vec::new(),
            session: None,
        }
    }

    fn by_token(house: &House, token: TokenRow) -> Result<Self, Problem> {
        let role = house.store.role(&token.role)?;
        let via = format!("token:{}", token.name);
        let mut who = Self { name: token.name, via, role_id: role.id.clone(), scopes: token.scopes, user: token.owner, ..Self::local() };
        (who.role, who.reach) = (Role::of(role.base), Reach::of(&role));
        if let Some(owner) = &who.user {
            // What its owner may no longer, it may no longer.
            let owner = house.store.user(owner)?;
            let role = house.store.role(&owner.role)?;
            (who.role, who.reach) = (who.role.min(Role::of(role.base)), who.reach.and(Reach::of(&role)));
            who.name = owner.name;
        }
        Ok(who)
    }

    fn by_session(house: &House, user: UserRow, secret: &str) -> Result<Self, Problem> {
        let role = house.store.role(&user.role)?;
        let (base, reach) = (Role::of(role.base), Reach::of(&role));
        let known = Self { name: user.name, via: "session".to_owned(), role: base, role_id: role.id, reach, ..Self::local() };
        Ok(Self { user: Some(user.id), session: Some(secret.to_owned()), ..known })
    }

    /// Why this request is not for them, if it is not.
    fn refused(&self, needs: Needs, reaches: Reaches, method: &Method, headers: &HeaderMap) -> Option<Problem> {
        let no = |code, detail: String| Some(Problem::new(StatusCode::FORBIDDEN, code, detail));
        if !self.role.may(needs) {
            return no("auth/role", format!("{} may not: this needs the role {}", self.name, needs.word()));
        }
        if reaches == Reaches::All && self.reach != Reach::All {
            return no("auth/reach", format!("{} may not: this is for those who reach every pack", self.name));
        }
        let changes = !method.is_safe();
        if !self.scopes.is_empty() && needs > Needs::Known && (changes || !self.scopes.iter().any(|scope| scope == "read")) {
            return no("auth/scope", format!("the token {} may not: its scopes are {}", self.via, self.scopes.join(", ")));
        }
        let given = headers.get(CSRF).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if changes && self.session.as_ref().is_some_and(|session| !is_same(&csrf(session), given)) {
            return no("auth/csrf", format!("a session's changes need the header {CSRF}, as the login gave it"));
        }
        None
    }
}

/// Tells the handlers who asks, as far as that is known. `local`: over the socket in the data folder.
pub async fn recognise(State((house, local)): State<(Arc<House>, bool)>, mut request: Request, next: Next) -> Response {
    let who = if local { Ok(Some(Who::local())) } else { known(&house, request.headers()) };
    match who {
        Ok(who) => {
            request.extensions_mut().insert(who);
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    }
}

/// Lets only those through who may.
pub async fn require(needs: Needs, reaches: Reaches, Extension(who): Extension<Option<Who>>, mut request: Request, next: Next) -> Response {
    if needs == Needs::Nothing {
        return next.run(request).await;
    }
    let Some(who) = who else {
        return Problem::new(StatusCode::UNAUTHORIZED, "auth/unknown", "say who you are, with a token or a session").into_response();
    };
    if let Some(problem) = who.refused(needs, reaches, request.method(), request.headers()) {
        return problem.into_response();
    }
    request.extensions_mut().insert(who);
    next.run(request).await
}

/// A header that says something else than a token of ours is nobody's: it is not overruled by a cookie.
fn known(house: &House, headers: &HeaderMap) -> Result<Option<Who>, Problem> {
    let now = house.clock.now().nanos;
    if let Some(value) = headers.get(AUTHORIZATION) {
        let Some(token) = value.to_str().ok().and_then(bearer) else { return Ok(None) };
        return house.store.token_by_hash(&hash(token), now)?.map(|token| Who::by_token(house, token)).transpose();
    }
    let Some(secret) = cookie(headers) else { return Ok(None) };
    match house.store.session(&hash(secret), now)? {
        Some((Session { seen, .. }, user)) if now - seen < IDLE => Who::by_session(house, user, secret).map(Some),
        _ => Ok(None),
    }
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let texts = headers.get_all(COOKIES).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = texts.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).map(|(_, value)| value)
}
