//! Roles: the five that are always there, and others that reach some packs and categories only.

use super::page::{List, Which};
use super::problem::Problem;
use super::revision::{Tagged, expected};
use super::route::{Method, Needs, Route, schema};
use crate::app::House;
use crate::auth::{Reaches, Who};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, delete, get, patch, post};
use axum::{Extension, Json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use watchbell_store::{Base, Grant, Level, Role};

const fn route(method: Method, path: &'static str, does: &'static str, answers: u16, handler: fn() -> MethodRouter<Arc<House>>) -> Route {
    Route { method, path, does, needs: Needs::Admin, reaches: Reaches::All, query: None, takes: None, answers, gives: None, handler }
}

pub const ROUTES: &[Route] = &[
    Route { query: Some(schema::<Which>), gives: Some(schema::<List<RoleView>>), ..route(Method::Get, "/roles", "Lists roles.", 200, || get(list)) },
    Route { takes: Some(schema::<RoleBody>), gives: Some(schema::<RoleView>), ..route(Method::Post, "/roles", "Makes a role.", 201, || post(add)) },
    Route { gives: Some(schema::<RoleView>), ..route(Method::Get, "/roles/{id}", "Shows a role.", 200, || get(show)) },
    Route {
        takes: Some(schema::<RoleBody>),
        gives: Some(schema::<RoleView>),
        ..route(Method::Patch, "/roles/{id}", "Changes a role: from now on it is as given.", 200, || patch(edit))
    },
    route(Method::Delete, "/roles/{id}", "Takes a role away that nobody has.", 204, || delete(remove)),
];

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleBody {
    /// For a new role; its name otherwise.
    #[serde(default)]
    pub id: Option<String>,
    pub name: String,
    /// What it may at all: `viewer`, `analyst`, `engineer`, `admin` or `ingest-only`.
    pub base: String,
    /// Packs and categories that it reaches. None: everything.
    #[serde(default)]
    pub grants: Option<Vec<GrantBody>>,
}

/// One pack or one category.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantBody {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pack: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// `view` or `manage`.
    pub level: LevelWord,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LevelWord {
    View,
    Manage,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct RoleView {
    pub id: String,
    pub name: String,
    pub base: &'static str,
    /// One of the five.
    pub builtin: bool,
    pub grants: Option<Vec<GrantBody>>,
    pub revision: i64,
}

async fn list(State(house): State<Arc<House>>, Query(which): Query<Which>) -> Result<Json<List<RoleView>>, Problem> {
    Ok(Json(List::of(house.store.roles(&which.page()?)?, RoleView::of)))
}

async fn add(State(house): State<Arc<House>>, Extension(who): Extension<Who>, Json(body): Json<RoleBody>) -> Result<Response, Problem> {
    let role = body.role(None)?;
    house.store.put_role(&role, Some(0), &who.actor(), house.clock.now().nanos)?;
    Ok((StatusCode::CREATED, shown(&house, &role.id)?).into_response())
}

async fn show(State(house): State<Arc<House>>, Path(id): Path<String>) -> Result<Tagged<RoleView>, Problem> {
    shown(&house, &id)
}

async fn edit(
    State(house): State<Arc<House>>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Json(body): Json<RoleBody>,
) -> Result<Tagged<RoleView>, Problem> {
    let was = house.store.role(&id)?;
    let role = body.role(Some(id))?;
    let revision = expected(&headers)?.unwrap_or(was.revision);
    house.store.put_role(&role, Some(revision), &who.actor(), house.clock.now().nanos)?;
    shown(&house, &role.id)
}

async fn remove(State(house): State<Arc<House>>, Extension(who): Extension<Who>, Path(id): Path<String>, headers: HeaderMap) -> Result<StatusCode, Problem> {
    house.store.remove_role(&id, expected(&headers)?, &who.actor(), house.clock.now().nanos)?;
    Ok(StatusCode::NO_CONTENT)
}

fn shown(house: &House, id: &str) -> Result<Tagged<RoleView>, Problem> {
    let role = house.store.role(id)?;
    Ok(Tagged(role.revision, RoleView::of(role)))
}

impl RoleBody {
    fn role(self, id: Option<String>) -> Result<Role, Problem> {
        let base = Base::ALL.into_iter().find(|base| base.word() == self.base);
        let base = base.ok_or_else(|| Problem::bad("role/base", format!("`{}` is none of {}", self.base, Base::ALL.map(Base::word).join(", "))))?;
        let limited = self.grants.is_some();
        let grants = self.grants.unwrap_or_default().into_iter().map(GrantBody::grant).collect::<Result<_, _>>()?;
        let id = id.or(self.id).unwrap_or_else(|| self.name.clone());
        Ok(Role { id, name: self.name, base, limited, builtin: false, grants, revision: 0 })
    }
}

impl GrantBody {
    fn grant(self) -> Result<Grant, Problem> {
        let level = if self.level == LevelWord::Manage { Level::Manage } else { Level::View };
        match (self.pack, self.category) {
            (Some(id), None) => Ok(Grant::Pack { id, level }),
            (None, Some(name)) => Ok(Grant::Category { name, level }),
            _ => Err(Problem::bad("role/grant", "a grant names one pack or one category")),
        }
    }

    fn of(grant: Grant) -> Self {
        let word = |level| if level == Level::Manage { LevelWord::Manage } else { LevelWord::View };
        match grant {
            Grant::Pack { id, level } => Self { pack: Some(id), category: None, level: word(level) },
            Grant::Category { name, level } => Self { pack: None, category: Some(name), level: word(level) },
        }
    }
}

impl RoleView {
    fn of(role: Role) -> Self {
        let grants = role.limited.then(|| role.grants.into_iter().map(GrantBody::of).collect());
        Self { id: role.id, name: role.name, base: role.base.word(), builtin: role.builtin, grants, revision: role.revision }
    }
}
