//! Triggered alerts: listed, looked at, followed as they come, handled by people.

mod count;
mod edit;
mod follow;
mod text;
mod view;

use super::page::{List, Which};
use super::problem::Problem;
use super::revision::Tagged;
use super::route::{Method, Needs, Route, schema};
use crate::app::House;
use crate::auth::{Reaches, Role, Who};
use axum::extract::{Path, Query, State};
use axum::routing::{get, patch, post};
use axum::{Extension, Json};
use edit::{Edited, TriggeredEdit};
use std::sync::Arc;
use view::{TriggeredQuery, TriggeredView, WholeView};
use watchbell_store::{Order, TriggeredFull};

pub use view::{shown, time};

pub const ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: "/triggered-alerts",
        does: "Lists triggered alerts, newest first.",
        needs: Needs::Viewer,
        reaches: Reaches::Granted,
        query: Some(schema::<TriggeredQuery>),
        takes: None,
        answers: 200,
        gives: Some(schema::<List<TriggeredView>>),
        handler: || get(list),
    },
    Route {
        method: Method::Get,
        path: "/triggered-alerts/stream",
        does: "Follows triggered alerts as they come and change, as server-sent events.",
        needs: Needs::Viewer,
        reaches: Reaches::Granted,
        query: Some(schema::<TriggeredQuery>),
        takes: None,
        answers: 200,
        gives: None,
        handler: || get(follow::follow),
    },
    Route {
        method: Method::Get,
        path: "/triggered-alerts/statistics",
        does: "Counts triggered alerts by status and priority, and the alerts and hosts with the most.",
        needs: Needs::Viewer,
        reaches: Reaches::Granted,
        query: Some(schema::<TriggeredQuery>),
        takes: None,
        answers: 200,
        gives: Some(schema::<count::Statistics>),
        handler: || get(count::count),
    },
    Route {
        method: Method::Get,
        path: "/triggered-alerts/{id}",
        does: "Shows a triggered alert whole, with its story. One that was unread is watched from then on, where the asker may handle it.",
        needs: Needs::Viewer,
        reaches: Reaches::Granted,
        query: None,
        takes: None,
        answers: 200,
        gives: Some(schema::<WholeView>),
        handler: || get(show),
    },
    Route {
        method: Method::Get,
        path: "/triggered-alerts/{id}/text",
        does: "Tells a triggered alert for a terminal: what led to it, how far it got, what runs next.",
        needs: Needs::Viewer,
        reaches: Reaches::Granted,
        query: Some(schema::<text::Terminal>),
        takes: None,
        answers: 200,
        gives: Some(schema::<text::Told>),
        handler: || get(text::tell),
    },
    Route {
        method: Method::Patch,
        path: "/triggered-alerts/{id}",
        does: "Changes a triggered alert: status, priority, assignee, acknowledgement, tags; adds a comment. `If-Match` with its revision keeps two people apart.",
        needs: Needs::Analyst,
        reaches: Reaches::Granted,
        query: None,
        takes: Some(schema::<TriggeredEdit>),
        answers: 200,
        gives: Some(schema::<Edited>),
        handler: || patch(edit::one),
    },
    Route {
        method: Method::Post,
        path: "/triggered-alerts/edit",
        does: "Changes many triggered alerts alike.",
        needs: Needs::Analyst,
        reaches: Reaches::Granted,
        query: None,
        takes: Some(schema::<edit::Many>),
        answers: 200,
        gives: Some(schema::<Vec<Edited>>),
        handler: || post(edit::many),
    },
];

async fn list(
    State(house): State<Arc<House>>,
    Extension(who): Extension<Who>,
    Query(query): Query<TriggeredQuery>,
) -> Result<Json<List<TriggeredView>>, Problem> {
    let page = Which { after: query.after.clone(), limit: query.limit }.page()?;
    let listed = house.store.list_triggered(&query.filter(&who)?, Order::NewestFirst, &page)?;
    Ok(Json(List::of(listed, TriggeredView::of)))
}

async fn show(State(house): State<Arc<House>>, Extension(who): Extension<Who>, Path(id): Path<String>) -> Result<Tagged<WholeView>, Problem> {
    let full = opened(&house, &who, &id)?;
    Ok(Tagged(full.row.revision, WholeView::of(full)))
}

/// Opens one that the asker sees; one that a viewer may only look at stays as unread as it was.
fn opened(house: &House, who: &Who, id: &str) -> Result<TriggeredFull, Problem> {
    let missing = || Problem::missing("triggered/unknown", format!("there is no triggered alert {id}"));
    let full = match house.store.triggered(id) {
        Err(watchbell_store::Error::Missing { .. }) => return Err(missing()),
        other => other?,
    };
    if !who.reach.sees(&full.row.pack, &full.row.category) {
        return Err(missing());
    }
    if who.role < Role::Analyst || !who.reach.manages(&full.row.pack, &full.row.category) {
        return Ok(full);
    }
    Ok(house.store.open_triggered(id, &who.actor(), house.clock.now().nanos)?)
}
