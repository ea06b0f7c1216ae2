//! Triggered alerts: listed, looked at, followed as they come, handled by people.

mod edit;
mod follow;
mod text;
mod view;

use super::page::{List, Which};
use super::problem::Problem;
use super::route::{Method, Needs, Route, schema};
use super::who::Who;
use crate::app::House;
use axum::extract::{Path, Query, State};
use axum::routing::{get, patch, post};
use axum::{Extension, Json};
use edit::{Edited, TriggeredEdit};
use std::sync::Arc;
use view::{TriggeredQuery, TriggeredView, WholeView};
use watchbell_store::Order;

pub const ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: "/triggered-alerts",
        does: "Lists triggered alerts, newest first.",
        needs: Needs::Viewer,
        query: Some(schema::<TriggeredQuery>),
        takes: None,
        gives: Some(schema::<List<TriggeredView>>),
        handler: || get(list),
    },
    Route {
        method: Method::Get,
        path: "/triggered-alerts/stream",
        does: "Follows triggered alerts as they come and change, as server-sent events.",
        needs: Needs::Viewer,
        query: Some(schema::<TriggeredQuery>),
        takes: None,
        gives: None,
        handler: || get(follow::follow),
    },
    Route {
        method: Method::Get,
        path: "/triggered-alerts/{id}",
        does: "Shows a triggered alert whole, with its story. One that was unread is watched from then on.",
        needs: Needs::Viewer,
        query: None,
        takes: None,
        gives: Some(schema::<WholeView>),
        handler: || get(show),
    },
    Route {
        method: Method::Get,
        path: "/triggered-alerts/{id}/text",
        does: "Tells a triggered alert for a terminal: what led to it, how far it got, what runs next.",
        needs: Needs::Viewer,
        query: Some(schema::<text::Terminal>),
        takes: None,
        gives: Some(schema::<text::Told>),
        handler: || get(text::tell),
    },
    Route {
        method: Method::Patch,
        path: "/triggered-alerts/{id}",
        does: "Changes a triggered alert: status, priority, assignee, acknowledgement, tags; adds a comment. `If-Match` with its revision keeps two people apart.",
        needs: Needs::Analyst,
        query: None,
        takes: Some(schema::<TriggeredEdit>),
        gives: Some(schema::<Edited>),
        handler: || patch(edit::one),
    },
    Route {
        method: Method::Post,
        path: "/triggered-alerts/edit",
        does: "Changes many triggered alerts alike.",
        needs: Needs::Analyst,
        query: None,
        takes: Some(schema::<edit::Many>),
        gives: Some(schema::<Vec<Edited>>),
        handler: || post(edit::many),
    },
];

async fn list(State(house): State<Arc<House>>, Query(query): Query<TriggeredQuery>) -> Result<Json<List<TriggeredView>>, Problem> {
    let page = Which { after: query.after.clone(), limit: query.limit }.page()?;
    let listed = house.store.list_triggered(&query.filter()?, Order::NewestFirst, &page)?;
    Ok(Json(List::of(listed, TriggeredView::of)))
}

async fn show(State(house): State<Arc<House>>, Extension(who): Extension<Who>, Path(id): Path<String>) -> Result<Json<WholeView>, Problem> {
    let full = house.store.open_triggered(&id, &who.actor(), house.clock.now().nanos)?;
    Ok(Json(WholeView::of(full)))
}
