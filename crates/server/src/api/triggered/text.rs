//! A triggered alert told for a terminal.

use super::view::{CommentView, TriggeredView, WholeView, alert_of};
use crate::api::problem::Problem;
use crate::app::House;
use crate::auth::Who;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use watchbell_alerts::render;

/// How wide, and whether it shows colours.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub struct Terminal {
    #[serde(default = "eighty")]
    pub width: u16,
    #[serde(default)]
    pub colours: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Told {
    #[serde(flatten)]
    pub row: TriggeredView,
    pub text: String,
    pub comments: Vec<CommentView>,
}

pub async fn tell(
    State(house): State<Arc<House>>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Query(terminal): Query<Terminal>,
) -> Result<Json<Told>, Problem> {
    let full = super::opened(&house, &who, &id)?;
    let unreadable = || Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "triggered/unreadable", format!("what is kept of {id} cannot be read"));
    let alert = alert_of(&full).ok_or_else(unreadable)?;
    let mut text = Vec::new();
    render::story(&[alert], |_| true, usize::from(terminal.width.clamp(40, 400)), terminal.colours, &mut text).map_err(|_| unreadable())?;
    let whole = WholeView::of(full);
    Ok(Json(Told { row: whole.row, text: String::from_utf8_lossy(&text).into_owned(), comments: whole.comments }))
}

fn eighty() -> u16 {
    80
}
