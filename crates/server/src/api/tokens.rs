//! Tokens of programs: listed, made (the secret is told once), revoked. Everybody their own, admins everybody's.

use super::page::{List, Which};
use super::problem::Problem;
use super::route::{Method, Needs, Route, schema};
use super::triggered::{shown, time};
use crate::app::House;
use crate::auth::{Reach, Reaches, Role, Who, fresh, hash, id};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{delete, get, post};
use axum::{Extension, Json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use watchbell_store::{Base, NewToken, TokenRow};

pub const PATH: &str = "/tokens";

pub const ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: PATH,
        does: "Lists one's own tokens; an admin's list has everybody's.",
        needs: Needs::Viewer,
        reaches: Reaches::Granted,
        query: Some(schema::<Which>),
        takes: None,
        answers: 200,
        gives: Some(schema::<List<TokenView>>),
        handler: || get(list),
    },
    Route {
        method: Method::Post,
        path: PATH,
        does: "Makes a token, of one's own role or less; an admin may make any. The answer has its secret, which is told this once.",
        needs: Needs::Viewer,
        reaches: Reaches::Granted,
        query: None,
        takes: Some(schema::<TokenBody>),
        answers: 201,
        gives: Some(schema::<TokenMade>),
        handler: || post(add),
    },
    Route {
        method: Method::Delete,
        path: "/tokens/{id}",
        does: "Revokes a token, for good.",
        needs: Needs::Viewer,
        reaches: Reaches::Granted,
        query: None,
        takes: None,
        answers: 204,
        gives: None,
        handler: || delete(revoke),
    },
];

/// What all tokens begin with, so that one that leaked is known when it is seen.
pub const PREFIX: &str = "wb_";
/// Scopes of tokens that send: `ingest:SOURCE`.
pub const SCOPE: &str = "ingest:";
const DAY: i64 = 86_400_000_000_000;
const DAYS: u32 = 3650;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenBody {
    pub name: String,
    /// Id of a role; one's own if none is given.
    #[serde(default)]
    pub role: Option<String>,
    /// `read`: only what changes nothing. `ingest:SOURCE`, for the role ingest-only: may send to this source. None: all that
    /// the role may.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// Days until it ends.
    #[serde(default)]
    pub days: Option<u32>,
    /// When it ends, `2027-01-31T00:00:00Z`, instead of `days`.
    #[serde(default)]
    pub expires: Option<String>,
    /// Id of the user who answers for it; for admins. One's own if none is given.
    #[serde(default)]
    pub owner: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct TokenView {
    pub id: String,
    pub name: String,
    pub owner: Option<String>,
    pub role: String,
    pub scopes: Vec<String>,
    pub created_by: String,
    pub created: String,
    pub expires: Option<String>,
    /// To the minute.
    pub used: Option<String>,
    pub revoked: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct TokenMade {
    #[serde(flatten)]
    pub token: TokenView,
    /// Told this once.
    pub secret: String,
}

async fn list(State(house): State<Arc<House>>, Extension(who): Extension<Who>, Query(which): Query<Which>) -> Result<Json<List<TokenView>>, Problem> {
    // Nobody is user "": whoever has no user has no tokens.
    let owner = (!who.is_admin()).then(|| who.user.clone().unwrap_or_default());
    Ok(Json(List::of(house.store.tokens(owner.as_deref(), &which.page()?)?, TokenView::of)))
}

async fn add(State(house): State<Arc<House>>, Extension(who): Extension<Who>, Json(body): Json<TokenBody>) -> Result<(StatusCode, Json<TokenMade>), Problem> {
    let now = house.clock.now().nanos;
    let role = body.role.clone().unwrap_or_else(|| who.role_id.clone());
    may_give(&house, &who, &role, &body)?;
    let secret = fresh(PREFIX)?;
    let owner = body.owner.or_else(|| who.user.clone());
    let expires = until(body.days, body.expires.as_deref(), now)?;
    let token = NewToken { id: id()?, hash: hash(&secret), name: body.name, owner, role, scopes: body.scopes, expires };
    let row = house.store.add_token(&token, &who.actor(), now)?;
    Ok((StatusCode::CREATED, Json(TokenMade { token: TokenView::of(row), secret })))
}

async fn revoke(State(house): State<Arc<House>>, Extension(who): Extension<Who>, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    let token = house.store.token(&id)?;
    if !who.is_admin() && (token.owner.is_none() || token.owner != who.user) {
        return Err(watchbell_store::Error::Missing { kind: "token", id }.into());
    }
    house.store.revoke_token(&id, &who.actor(), house.clock.now().nanos)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Nobody gives more than they have; and a token that leaked makes no others.
fn may_give(house: &House, who: &Who, role: &str, body: &TokenBody) -> Result<(), Problem> {
    let no = |code, why: &str| Err(Problem::new(StatusCode::FORBIDDEN, code, why));
    let given = house.store.role(role)?;
    check_scopes(house, given.base, &body.scopes)?;
    if who.is_admin() {
        return Ok(());
    }
    if who.session.is_none() {
        return no("auth/session", "a token is made in a session, or by an admin");
    }
    if body.owner.is_some() && body.owner != who.user {
        return no("auth/owner", "only an admin makes tokens of others");
    }
    let less = who.reach == Reach::All && Role::of(given.base) <= who.role;
    if role != who.role_id && !less {
        return no("auth/role", "a token has its maker's role or less");
    }
    Ok(())
}

fn check_scopes(house: &House, base: Base, scopes: &[String]) -> Result<(), Problem> {
    let bad = |why: String| Err(Problem::bad("token/scope", why));
    for scope in scopes.iter().filter(|scope| *scope != "read") {
        let Some(source) = scope.strip_prefix(SCOPE) else {
            return bad(format!("`{scope}` is no scope; there are `read` and `{SCOPE}SOURCE`"));
        };
        if base != Base::IngestOnly {
            return bad(format!("`{scope}` is for tokens of the role ingest-only"));
        }
        if !house.config.sources.contains_key(source) {
            let known = house.config.sources.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
            return bad(format!("there is no source `{source}`; there are: {known}"));
        }
    }
    Ok(())
}

fn until(days: Option<u32>, expires: Option<&str>, now: i64) -> Result<Option<i64>, Problem> {
    let end = match days {
        Some(0) => return Err(Problem::bad("token/expires", "a token lives for a day at least")),
        Some(days) => Some(now + i64::from(days.min(DAYS)) * DAY),
        None => time(expires)?,
    };
    if end.is_some_and(|end| end <= now) {
        return Err(Problem::bad("token/expires", "the token would be over already"));
    }
    Ok(end)
}

impl TokenView {
    fn of(row: TokenRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            owner: row.owner,
            role: row.role,
            scopes: row.scopes,
            created_by: row.created_by,
            created: shown(row.created),
            expires: row.expires.map(shown),
            used: row.used.map(shown),
            revoked: row.revoked.map(shown),
        }
    }
}
