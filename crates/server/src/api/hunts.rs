//! Hunts: an alert over what is kept, answered line by line as it goes.

use super::problem::Problem;
use super::route::{Method, Needs, Route, schema};
use super::search::wrong;
use super::triggered::time;
use crate::app::{House, PackError};
use crate::auth::{Reaches, Who};
use crate::hunt::{Error, Hunted, Span, What, hunted, keep, run};
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Extension, Json};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::{Sender, channel};
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;
use watchbell_rules::pack::duration;
use watchbell_store::Actor;

pub const PATH: &str = "/hunts";

pub const ROUTES: &[Route] = &[Route {
    method: Method::Post,
    path: PATH,
    does: "Runs an alert, active or not, or a rule, over what is kept. Answers JSON lines: `progress`, then each `triggered`, then `done`, or a `problem`.",
    needs: Needs::Analyst,
    reaches: Reaches::All,
    query: None,
    takes: Some(schema::<HuntBody>),
    answers: 200,
    gives: None,
    handler: || post(hunt),
}];

/// One of `alert` and `rule`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HuntBody {
    /// Name or id of an installed alert.
    #[serde(default)]
    pub alert: Option<String>,
    /// The text of an alert's file, or of Sigma rules.
    #[serde(default)]
    pub rule: Option<String>,
    /// So long before now, `30d`; instead of `from`.
    #[serde(default)]
    pub last: Option<String>,
    /// Not before then, `2026-01-31T09:30:00Z`.
    #[serde(default)]
    pub from: Option<String>,
    /// Before then.
    #[serde(default)]
    pub to: Option<String>,
    /// Keep what is caught as triggered alerts. Nobody is sent a message for them.
    #[serde(default)]
    pub store: bool,
    /// After so many seconds the hunt is given up: an hour if not told, at most a day.
    #[serde(default)]
    pub seconds: Option<u32>,
}

const SECONDS: u32 = 3600;
const MOST_SECONDS: u32 = 86_400;
/// Rows after which progress is told again.
const OFTEN: u64 = 1 << 15;
/// Lines that wait for a slow reader.
const WAITING: usize = 64;

async fn hunt(State(house): State<Arc<House>>, Extension(who): Extension<Who>, Json(asked): Json<HuntBody>) -> Result<Response, Problem> {
    let what = match (&asked.alert, &asked.rule) {
        (Some(name), None) => What::Alert(name.clone()),
        (None, Some(text)) => What::Text(text.clone()),
        _ => return Err(Problem::bad("hunt/what", "give one of `alert` and `rule`")),
    };
    let span = span(&asked, house.clock.now().nanos)?;
    let busy = || Problem::new(StatusCode::TOO_MANY_REQUESTS, "hunt/busy", "another hunt is running").retry_after(30);
    let turn = house.desk.hunt().ok_or_else(busy)?;
    let compiling = Arc::clone(&house);
    let compiled = tokio::task::spawn_blocking(move || hunted(&compiling, &what)).await.map_err(Problem::fault)?;
    let compiled = compiled.map_err(|error| match error {
        PackError::Wrong(_) => Problem::bad("hunt/rule", error.to_string()),
        PackError::Store(error) => error.into(),
    })?;
    let actor = who.actor();
    house.store.record(&actor, "hunt", "alert", &compiled.name, None, house.clock.now().nanos)?;
    let (sender, receiver) = channel(WAITING);
    tokio::task::spawn_blocking(move || {
        let lines = Lines(sender);
        tell(&house, &compiled, &asked, span, &actor, &lines);
        drop(turn);
    });
    let body = Body::from_stream(ReceiverStream::new(receiver).map(Ok::<_, Infallible>));
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], body).into_response())
}

struct Lines(Sender<Bytes>);

impl Lines {
    /// False where nobody reads any more.
    fn say(&self, line: &Value) -> bool {
        self.0.blocking_send(Bytes::from(format!("{line}\n"))).is_ok()
    }

    fn problem(&self, problem: &Problem) {
        self.say(&json!({"problem": {"code": problem.code, "detail": problem.detail, "status": problem.status.as_u16()}}));
    }
}

fn tell(house: &House, hunted: &Hunted, asked: &HuntBody, span: Span, actor: &Actor, lines: &Lines) {
    let seconds = asked.seconds.unwrap_or(SECONDS).clamp(1, MOST_SECONDS);
    let mut told = 0;
    let mut progress = |rows: u64, of: u64| {
        let due = rows >= told + OFTEN;
        told = if due { rows } else { told };
        !lines.0.is_closed() && (!due || lines.say(&json!({"progress": {"rows": rows, "of": of}})))
    };
    let caught = match run(house, hunted, span, Duration::from_secs(seconds.into()), &mut progress) {
        Ok(caught) => caught,
        Err(Error::Gone) => return,
        Err(Error::Lake(error)) => return lines.problem(&wrong(&error, seconds)),
        Err(error @ Error::Many) => return lines.problem(&Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "hunt/many", error.to_string())),
    };
    let stored = if asked.store {
        match keep(house, hunted, &caught.alerts, actor) {
            Ok(stored) => Some(stored),
            Err(error) => return lines.problem(&error.into()),
        }
    } else {
        None
    };
    for alert in &caught.alerts {
        let document: Value = serde_json::from_str(&alert.keep()).unwrap_or_default();
        if !lines.say(&json!({"triggered": document})) {
            return;
        }
    }
    lines.say(&json!({"done": {"rows": caught.rows, "triggered": caught.alerts.len(), "stored": stored}}));
}

fn span(asked: &HuntBody, now: i64) -> Result<Span, Problem> {
    let mut span = Span { from: time(asked.from.as_deref())?, to: time(asked.to.as_deref())? };
    if let Some(last) = &asked.last {
        if span.from.is_some() {
            return Err(Problem::bad("hunt/time", "give one of `last` and `from`"));
        }
        let seconds = duration(last).ok_or_else(|| Problem::bad("hunt/time", format!("`{last}` is no stretch of time; write 12h or 30d")))?;
        span.from = Some(now.saturating_sub(seconds.cast_signed().saturating_mul(1_000_000_000)));
    }
    Ok(span)
}
