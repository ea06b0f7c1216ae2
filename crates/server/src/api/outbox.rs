//! Messages that are to be sent: what waits, what was given up and can be sent again, and who was told what.

use super::page::{List, Which};
use super::problem::Problem;
use super::route::{Method, Needs, Route, schema};
use super::triggered::shown;
use crate::app::House;
use crate::auth::{Reaches, Who};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Extension, Json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use watchbell_store::{AttemptFilter, AttemptRow, OutboxFilter, OutboxRow, State as MessageState};

pub const ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: "/outbox",
        does: "Lists messages, newest first: `?state=dead` are those that were given up.",
        needs: Needs::Analyst,
        reaches: Reaches::All,
        query: Some(schema::<OutboxQuery>),
        takes: None,
        answers: 200,
        gives: Some(schema::<List<MessageView>>),
        handler: || get(list),
    },
    Route {
        method: Method::Get,
        path: "/outbox/attempts",
        does: "Lists every try to tell somebody, newest first, with what came of it.",
        needs: Needs::Analyst,
        reaches: Reaches::All,
        query: Some(schema::<AttemptQuery>),
        takes: None,
        answers: 200,
        gives: Some(schema::<List<AttemptView>>),
        handler: || get(attempts),
    },
    Route {
        method: Method::Post,
        path: "/outbox/{id}/resend",
        does: "Sends a message again that was given up.",
        needs: Needs::Engineer,
        reaches: Reaches::All,
        query: None,
        takes: None,
        answers: 204,
        gives: None,
        handler: || post(resend),
    },
    Route {
        method: Method::Post,
        path: "/outbox/{id}/drop",
        does: "Gives a message up that nobody wants any more.",
        needs: Needs::Engineer,
        reaches: Reaches::All,
        query: None,
        takes: None,
        answers: 204,
        gives: None,
        handler: || post(give_up),
    },
];

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
pub struct OutboxQuery {
    /// `waiting`, `sent`, `dead` or `dropped`.
    pub state: Option<String>,
    /// Id of a delivery method.
    pub method: Option<String>,
    /// Id of a triggered alert.
    pub triggered: Option<String>,
    pub after: Option<String>,
    #[serde(default)]
    pub limit: u32,
}

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
pub struct AttemptQuery {
    /// Id of a message.
    pub message: Option<i64>,
    /// Id of a delivery method.
    pub method: Option<String>,
    /// Id of a triggered alert.
    pub triggered: Option<String>,
    pub after: Option<String>,
    #[serde(default)]
    pub limit: u32,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct MessageView {
    pub id: i64,
    pub triggered: String,
    /// `new`, `update`, `reminder`, `recovery` or `test`.
    pub kind: String,
    pub method: String,
    pub policy: String,
    pub state: &'static str,
    pub due: String,
    pub tries: u32,
    pub created: String,
    pub settled: Option<String>,
    pub last_error: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct AttemptView {
    pub id: i64,
    pub message: i64,
    pub triggered: String,
    pub kind: String,
    pub method: String,
    /// The method's name as it was then.
    pub method_name: String,
    pub recipient: String,
    pub number: u32,
    pub at: String,
    pub took_millis: i64,
    /// `sent`, `again` or `dead`.
    pub result: &'static str,
    pub answer: String,
}

async fn list(State(house): State<Arc<House>>, Query(query): Query<OutboxQuery>) -> Result<Json<List<MessageView>>, Problem> {
    let page = Which { after: query.after.clone(), limit: query.limit }.page()?;
    let state = query.state.as_deref().map(state).transpose()?;
    let filter = OutboxFilter { state, method: query.method, triggered_id: query.triggered };
    Ok(Json(List::of(house.store.outbox(&filter, &page)?, message)))
}

async fn attempts(State(house): State<Arc<House>>, Query(query): Query<AttemptQuery>) -> Result<Json<List<AttemptView>>, Problem> {
    let page = Which { after: query.after.clone(), limit: query.limit }.page()?;
    let filter = AttemptFilter { triggered_id: query.triggered, method: query.method, message: query.message };
    Ok(Json(List::of(house.store.attempts(&filter, &page)?, attempt)))
}

async fn resend(State(house): State<Arc<House>>, Extension(who): Extension<Who>, Path(id): Path<i64>) -> Result<StatusCode, Problem> {
    house.store.resend(id, &who.actor(), house.clock.now().nanos)?;
    house.feed.changed();
    Ok(StatusCode::NO_CONTENT)
}

async fn give_up(State(house): State<Arc<House>>, Extension(who): Extension<Who>, Path(id): Path<i64>) -> Result<StatusCode, Problem> {
    house.store.drop_message(id, &who.actor(), house.clock.now().nanos)?;
    Ok(StatusCode::NO_CONTENT)
}

fn state(word: &str) -> Result<MessageState, Problem> {
    let found = MessageState::ALL.into_iter().find(|state| state.word() == word);
    found.ok_or_else(|| Problem::bad("outbox/state", format!("`{word}` is none of {}", MessageState::ALL.map(MessageState::word).join(", "))))
}

fn message(row: OutboxRow) -> MessageView {
    MessageView {
        id: row.id,
        triggered: row.triggered_id,
        kind: row.kind,
        method: row.method,
        policy: row.policy,
        state: row.state.word(),
        due: shown(row.due),
        tries: row.tries,
        created: shown(row.created),
        settled: row.settled.map(shown),
        last_error: row.last_error,
    }
}

fn attempt(row: AttemptRow) -> AttemptView {
    AttemptView {
        id: row.id,
        message: row.message,
        triggered: row.triggered_id,
        kind: row.kind,
        method: row.method,
        method_name: row.method_name,
        recipient: row.recipient,
        number: row.number,
        at: shown(row.at),
        took_millis: row.took / 1_000_000,
        result: row.result,
        answer: row.answer,
    }
}
