//! Alerts of installed packs: listed, switched on and off.

use super::packs::off;
use super::page::{List, Which};
use super::problem::Problem;
use super::route::{Method, Needs, Route, schema};
use crate::app::House;
use crate::auth::{Reaches, Who};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Extension, Json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use watchbell_store::{AlertFilter, AlertRow, Page};

pub const ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: "/alerts",
        does: "Lists the alerts of installed packs.",
        needs: Needs::Viewer,
        reaches: Reaches::Granted,
        query: Some(schema::<AlertQuery>),
        takes: None,
        answers: 200,
        gives: Some(schema::<List<AlertView>>),
        handler: || get(list),
    },
    Route {
        method: Method::Post,
        path: "/alerts/activation",
        does: "Activates or deactivates alerts: by id, by name, or all that a filter finds.",
        needs: Needs::Engineer,
        reaches: Reaches::Granted,
        query: None,
        takes: Some(schema::<Activation>),
        answers: 200,
        gives: Some(schema::<Activated>),
        handler: || post(activate),
    },
];

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
pub struct AlertQuery {
    pub pack: Option<String>,
    pub category: Option<String>,
    pub active: Option<bool>,
    /// Part of the name.
    pub name: Option<String>,
    pub after: Option<String>,
    #[serde(default)]
    pub limit: u32,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct AlertView {
    pub id: String,
    pub name: String,
    pub pack: String,
    pub category: String,
    pub active: bool,
    pub changed_by: String,
    pub revision: i64,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Activation {
    pub active: bool,
    /// Ids or names.
    #[serde(default)]
    pub alerts: Vec<String>,
    #[serde(default)]
    pub pack: Option<String>,
    #[serde(default)]
    pub category: Option<String>,
    /// Every alert that pack and category leave; needed where `alerts` is empty.
    #[serde(default)]
    pub all: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Activated {
    /// Ids of those whose state changed.
    pub changed: Vec<String>,
}

async fn list(State(house): State<Arc<House>>, Extension(who): Extension<Who>, Query(query): Query<AlertQuery>) -> Result<Json<List<AlertView>>, Problem> {
    let filter = AlertFilter { pack: query.pack, category: query.category, active: query.active, name: query.name, absent: false };
    let page = Which { after: query.after, limit: query.limit }.page()?;
    let mut listed = house.store.alerts(&filter, &page)?;
    // A page may be short by what the asker does not see.
    listed.items.retain(|row| who.reach.sees(&row.pack, &row.category));
    Ok(Json(List::of(listed, view)))
}

async fn activate(State(house): State<Arc<House>>, Extension(who): Extension<Who>, Json(asked): Json<Activation>) -> Result<Json<Activated>, Problem> {
    if asked.alerts.is_empty() && !asked.all {
        return Err(Problem::bad("alert/none", "name alerts, or say `all` with a pack or a category"));
    }
    let ids = chosen(&house, &who, &asked)?;
    let changed = off(move || house.activate(&ids, asked.active, &who.actor())).await?;
    Ok(Json(Activated { changed }))
}

/// The ids of the alerts that are meant.
fn chosen(house: &House, who: &Who, asked: &Activation) -> Result<Vec<String>, Problem> {
    let filter = AlertFilter { pack: asked.pack.clone(), category: asked.category.clone(), ..AlertFilter::default() };
    let (mut all, mut page) = (Vec::new(), Page::first(1000));
    loop {
        let listed = house.store.alerts(&filter, &page)?;
        all.extend(listed.items.into_iter().filter(|row| who.reach.sees(&row.pack, &row.category)));
        let Some(next) = listed.next else { break };
        page = Page::after(next, 1000);
    }
    if asked.all {
        all.retain(|row| who.reach.manages(&row.pack, &row.category));
        return Ok(all.into_iter().map(|row| row.id).collect());
    }
    let find = |name: &String| {
        let found = all.iter().find(|row| row.id == *name || row.name.eq_ignore_ascii_case(name));
        let row = found.ok_or_else(|| Problem::missing("alert/unknown", format!("no installed alert is named `{name}`")))?;
        if !who.reach.manages(&row.pack, &row.category) {
            return Err(Problem::new(StatusCode::FORBIDDEN, "auth/reach", format!("{} may look at {}, and not change it", who.name, row.name)));
        }
        Ok(row.id.clone())
    };
    asked.alerts.iter().map(find).collect()
}

fn view(row: AlertRow) -> AlertView {
    AlertView { id: row.id, name: row.name, pack: row.pack, category: row.category, active: row.active, changed_by: row.changed_by, revision: row.revision }
}
