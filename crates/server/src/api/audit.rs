//! The audit log: who did what, when, and what was before and after.

use super::page::{List, Which};
use super::problem::Problem;
use super::route::{Method, Needs, Route, schema};
use super::triggered::{shown, time};
use crate::app::House;
use crate::auth::Reaches;
use axum::Json;
use axum::extract::{Query, State};
use axum::routing::get;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use watchbell_store::{AuditFilter, AuditRow};

pub const ROUTES: &[Route] = &[Route {
    method: Method::Get,
    path: "/audit",
    does: "Lists what was done, newest first.",
    needs: Needs::Admin,
    reaches: Reaches::All,
    query: Some(schema::<AuditQuery>),
    takes: None,
    answers: 200,
    gives: Some(schema::<List<AuditView>>),
    handler: || get(list),
}];

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
pub struct AuditQuery {
    /// Who did it.
    pub actor: Option<String>,
    /// `login`, `alert.activate`, `token.add`…
    pub action: Option<String>,
    /// `user`, `token`, `alert`…
    pub kind: Option<String>,
    /// Id of what it was done to.
    pub target: Option<String>,
    /// Not before then, `2026-01-31T09:30:00Z`.
    pub from: Option<String>,
    /// Before then.
    pub to: Option<String>,
    pub after: Option<String>,
    #[serde(default)]
    pub limit: u32,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct AuditView {
    pub id: i64,
    pub at: String,
    pub actor: String,
    /// `session`, `token:NAME`, `socket`…
    pub via: String,
    pub action: String,
    pub kind: String,
    pub target: String,
    pub before: Value,
    pub after: Value,
}

async fn list(State(house): State<Arc<House>>, Query(query): Query<AuditQuery>) -> Result<Json<List<AuditView>>, Problem> {
    let page = Which { after: query.after.clone(), limit: query.limit }.page()?;
    let (from, to) = (time(query.from.as_deref())?, time(query.to.as_deref())?);
    let filter = AuditFilter { actor: query.actor, action: query.action, kind: query.kind, target: query.target, from, to };
    Ok(Json(List::of(house.store.audit(&filter, &page)?, view)))
}

fn view(row: AuditRow) -> AuditView {
    let json = |text: Option<String>| text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    AuditView {
        id: row.id,
        at: shown(row.at),
        actor: row.actor,
        via: row.via,
        action: row.action,
        kind: row.kind,
        target: row.target,
        before: json(row.before),
        after: json(row.after),
    }
}
