//! Users: who there is, made, changed, taken away.

use super::page::{List, Which};
use super::problem::Problem;
use super::revision::{Tagged, expected};
use super::route::{Method, Needs, Route, schema};
use super::triggered::shown;
use crate::app::House;
use crate::auth::{Password, Reaches, Who, check_new, id};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, patch, post};
use axum::{Extension, Json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use watchbell_store::{NewUser, UserEdit, UserRow};

/// A route for admins.
const fn route(method: Method, path: &'static str, does: &'static str, answers: u16, handler: fn() -> axum::routing::MethodRouter<Arc<House>>) -> Route {
    Route { method, path, does, needs: Needs::Admin, reaches: Reaches::All, query: None, takes: None, answers, gives: None, handler }
}

pub const ROUTES: &[Route] = &[
    Route { query: Some(schema::<Which>), gives: Some(schema::<List<UserView>>), ..route(Method::Get, "/users", "Lists users.", 200, || get(list)) },
    Route { takes: Some(schema::<UserBody>), gives: Some(schema::<UserView>), ..route(Method::Post, "/users", "Makes a user.", 201, || post(add)) },
    Route { gives: Some(schema::<UserView>), ..route(Method::Get, "/users/{id}", "Shows a user.", 200, || get(show)) },
    Route {
        takes: Some(schema::<UserChange>),
        gives: Some(schema::<UserView>),
        ..route(
            Method::Patch,
            "/users/{id}",
            "Changes a user. A new role, or being disabled, ends the user's sessions; tokens of a disabled user are dead.",
            200,
            || patch(edit),
        )
    },
    route(Method::Delete, "/users/{id}", "Takes a user away, with sessions and tokens.", 204, || delete(remove)),
    Route {
        takes: Some(schema::<PasswordBody>),
        ..route(Method::Post, "/users/{id}/password", "Sets a user's password and ends the user's sessions and locks.", 204, || post(password))
    },
    route(Method::Delete, "/users/{id}/sessions", "Logs a user out everywhere.", 204, || delete(end)),
];

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UserBody {
    /// What one logs in with.
    pub name: String,
    #[serde(default)]
    pub display: String,
    #[serde(default)]
    pub email: String,
    /// Id of a role.
    pub role: String,
    /// At least twelve characters. Without one there is no login.
    #[serde(default)]
    pub password: Option<String>,
}

/// What is given is changed.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct UserChange {
    pub display: Option<String>,
    pub email: Option<String>,
    /// Id of a role.
    pub role: Option<String>,
    pub disabled: Option<bool>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordBody {
    /// None takes it away.
    pub password: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct UserView {
    pub id: String,
    pub name: String,
    pub display: String,
    pub email: String,
    pub role: String,
    pub has_password: bool,
    pub disabled: bool,
    /// Wrong passwords in a row.
    pub failures: u32,
    pub locked_until: Option<String>,
    pub last_login: Option<String>,
    pub created: String,
    pub updated: String,
    pub revision: i64,
}

async fn list(State(house): State<Arc<House>>, Query(which): Query<Which>) -> Result<Json<List<UserView>>, Problem> {
    Ok(Json(List::of(house.store.users(&which.page()?)?, UserView::of)))
}

async fn add(State(house): State<Arc<House>>, Extension(who): Extension<Who>, Json(body): Json<UserBody>) -> Result<Response, Problem> {
    let password_hash = hashed(&house, body.password, &body.name).await?;
    let user = NewUser { id: id()?, name: body.name, display: body.display, email: body.email, password_hash, role: body.role };
    let row = house.store.add_user(&user, &who.actor(), house.clock.now().nanos)?;
    Ok((StatusCode::CREATED, Tagged(row.revision, UserView::of(row))).into_response())
}

async fn show(State(house): State<Arc<House>>, Path(id): Path<String>) -> Result<Tagged<UserView>, Problem> {
    let row = house.store.user(&id)?;
    Ok(Tagged(row.revision, UserView::of(row)))
}

async fn edit(
    State(house): State<Arc<House>>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Json(body): Json<UserChange>,
) -> Result<Tagged<UserView>, Problem> {
    let edit = UserEdit { display: body.display, email: body.email, role: body.role, disabled: body.disabled };
    let row = house.store.edit_user(&id, &edit, expected(&headers)?, &who.actor(), house.clock.now().nanos)?;
    Ok(Tagged(row.revision, UserView::of(row)))
}

async fn remove(State(house): State<Arc<House>>, Extension(who): Extension<Who>, Path(id): Path<String>, headers: HeaderMap) -> Result<StatusCode, Problem> {
    house.store.remove_user(&id, expected(&headers)?, &who.actor(), house.clock.now().nanos)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn password(
    State(house): State<Arc<House>>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Json(body): Json<PasswordBody>,
) -> Result<StatusCode, Problem> {
    let name = house.store.user(&id)?.name;
    let kept = hashed(&house, body.password, &name).await?;
    house.store.set_password(&id, kept.as_deref(), None, &who.actor(), house.clock.now().nanos)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn end(State(house): State<Arc<House>>, Extension(who): Extension<Who>, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    house.store.user(&id)?;
    house.store.end_sessions(&id)?;
    house.store.record(&who.actor(), "sessions.end", "user", &id, None, house.clock.now().nanos)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn hashed(house: &House, password: Option<String>, name: &str) -> Result<Option<String>, Problem> {
    let Some(password) = password else { return Ok(None) };
    check_new(&password, name)?;
    Password::hash(house, password).await.map(Some)
}

impl UserView {
    fn of(row: UserRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            display: row.display,
            email: row.email,
            role: row.role,
            has_password: row.has_password,
            disabled: row.disabled,
            failures: row.failures,
            locked_until: row.locked_until.map(shown),
            last_login: row.last_login.map(shown),
            created: shown(row.created),
            updated: shown(row.updated),
            revision: row.revision,
        }
    }
}
