//! Coming and going: the first setup, login, logout, who one is, one's own password.

use super::problem::Problem;
use super::route::{Method, Needs, Route, schema};
use super::triggered::shown;
use crate::app::House;
use crate::auth::{COOKIE, Entered, From, Password, Reach, Reaches, Who, check_new, csrf, enter, hash, id, log_in};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Extension, Json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use watchbell_io::http::Peer;
use watchbell_store::NewUser;

pub const ROUTES: &[Route] = &[
    Route {
        method: Method::Post,
        path: "/setup",
        does: "Makes the first user, an admin, with the secret of the link that is printed at the first start.",
        needs: Needs::Nothing,
        reaches: Reaches::Granted,
        query: None,
        takes: Some(schema::<Setup>),
        answers: 201,
        gives: Some(schema::<SessionView>),
        handler: || post(setup),
    },
    Route {
        method: Method::Post,
        path: "/session",
        does: "Logs in: the answer sets a cookie, and has the token that changes need in `X-CSRF-Token`.",
        needs: Needs::Nothing,
        reaches: Reaches::Granted,
        query: None,
        takes: Some(schema::<Login>),
        answers: 201,
        gives: Some(schema::<SessionView>),
        handler: || post(begin),
    },
    Route {
        method: Method::Delete,
        path: "/session",
        does: "Logs out.",
        needs: Needs::Known,
        reaches: Reaches::Granted,
        query: None,
        takes: None,
        answers: 204,
        gives: None,
        handler: || delete(end),
    },
    Route {
        method: Method::Get,
        path: "/me",
        does: "Tells who one is, and what one may.",
        needs: Needs::Known,
        reaches: Reaches::Granted,
        query: None,
        takes: None,
        answers: 200,
        gives: Some(schema::<Me>),
        handler: || get(me),
    },
    Route {
        method: Method::Post,
        path: "/me/password",
        does: "Changes one's own password, and logs out everywhere else.",
        needs: Needs::Known,
        reaches: Reaches::Granted,
        query: None,
        takes: Some(schema::<NewPassword>),
        answers: 204,
        gives: None,
        handler: || post(change),
    },
];

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Setup {
    /// What stands behind `#` in the link.
    pub secret: String,
    pub name: String,
    /// At least twelve characters.
    pub password: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    pub name: String,
    pub password: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPassword {
    pub old: String,
    /// At least twelve characters.
    pub new: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct SessionView {
    pub user: String,
    pub role: String,
    /// For the header `X-CSRF-Token`.
    pub csrf: String,
    pub expires: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Me {
    pub name: String,
    /// `socket`, `session` or `token:NAME`.
    pub via: String,
    /// What it may at all: `viewer`, `analyst`, `engineer`, `admin` or `ingest-only`.
    pub role: &'static str,
    /// Whether it reaches some packs and categories only.
    pub limited: bool,
    pub sees: Reached,
    pub manages: Reached,
    /// Of a session.
    pub csrf: Option<String>,
}

/// Of somebody limited.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct Reached {
    pub packs: Vec<String>,
    pub categories: Vec<String>,
}

/// Over the socket of this machine there is no peer.
type FromPeer = Option<Extension<Peer>>;

async fn setup(State(house): State<Arc<House>>, peer: FromPeer, headers: HeaderMap, Json(asked): Json<Setup>) -> Result<Response, Problem> {
    let (from, now) = (from(peer, &headers), house.clock.now().nanos);
    house.auth.tries.come(&from.peer, now).map_err(|_| Problem::new(StatusCode::TOO_MANY_REQUESTS, "auth/locked", "too many tries"))?;
    check_new(&asked.password, &asked.name)?;
    if !house.store.needs_setup()? {
        return Err(watchbell_store::Error::Refused("this setup link is used or too old").into());
    }
    let password_hash = Some(Password::hash(&house, asked.password).await?);
    let user = NewUser { id: id()?, name: asked.name, password_hash, ..NewUser::default() };
    let user = house.store.use_setup(&hash(&asked.secret), &user, now)?;
    Ok(entered(enter(&house, user, &from)?))
}

async fn begin(State(house): State<Arc<House>>, peer: FromPeer, headers: HeaderMap, Json(asked): Json<Login>) -> Result<Response, Problem> {
    Ok(entered(log_in(&house, asked.name, asked.password, from(peer, &headers)).await?))
}

fn entered(entered: Entered) -> Response {
    let view = SessionView { user: entered.user.name, role: entered.user.role, csrf: entered.csrf, expires: shown(entered.expires) };
    with_cookie((StatusCode::CREATED, Json(view)).into_response(), &entered.cookie)
}

async fn end(State(house): State<Arc<House>>, Extension(who): Extension<Who>) -> Result<Response, Problem> {
    if let Some(session) = &who.session {
        house.store.end_session(&hash(session))?;
        house.store.record(&who.actor(), "logout", "user", who.user.as_deref().unwrap_or_default(), None, house.clock.now().nanos)?;
    }
    Ok(with_cookie(StatusCode::NO_CONTENT.into_response(), &format!("{COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0")))
}

async fn me(Extension(who): Extension<Who>) -> Json<Me> {
    let (sees, manages) = match &who.reach {
        Reach::All => Default::default(),
        Reach::Granted { view, manage } => (Reached::of(view), Reached::of(manage)),
    };
    let csrf = who.session.as_deref().map(csrf);
    Json(Me { limited: who.reach != Reach::All, role: who.role.word(), name: who.name, via: who.via, sees, manages, csrf })
}

/// Only in a session: whoever has found a token is not to keep the account.
async fn change(State(house): State<Arc<House>>, Extension(who): Extension<Who>, Json(asked): Json<NewPassword>) -> Result<StatusCode, Problem> {
    let (Some(user), Some(session)) = (&who.user, &who.session) else {
        return Err(Problem::new(StatusCode::FORBIDDEN, "auth/session", "a password is changed in a session of its user"));
    };
    check_new(&asked.new, &who.name)?;
    log_in(&house, who.name.clone(), asked.old, From::default()).await?;
    let kept = Password::hash(&house, asked.new).await?;
    house.store.set_password(user, Some(&kept), Some(&hash(session)), &who.actor(), house.clock.now().nanos)?;
    Ok(StatusCode::NO_CONTENT)
}

impl Reached {
    fn of(visible: &watchbell_store::Visible) -> Self {
        Self { packs: visible.packs.clone(), categories: visible.categories.clone() }
    }
}

fn from(peer: FromPeer, headers: &HeaderMap) -> From {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    From { peer: peer.map_or_else(|| "socket".to_owned(), |Extension(peer)| peer.0.to_string()), agent: agent.to_owned() }
}

fn with_cookie(mut answer: Response, cookie: &str) -> Response {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        answer.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    answer
}
