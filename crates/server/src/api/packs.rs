//! Packs: what is inside the binary, what is installed; install and uninstall.

use super::problem::Problem;
use super::route::{Method, Needs, Route, schema};
use crate::app::{House, PackError};
use crate::auth::{Reaches, Who};
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::routing::{delete, get, post};
use axum::{Extension, Json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use watchbell_store::{PackRow, Page};

pub const ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: "/packs",
        does: "Lists packs: those that are installed and those that come with Watchbell.",
        needs: Needs::Viewer,
        reaches: Reaches::Granted,
        query: None,
        takes: None,
        answers: 200,
        gives: Some(schema::<Vec<PackView>>),
        handler: || get(list),
    },
    Route {
        method: Method::Post,
        path: "/packs",
        does: "Installs a pack. Its alerts arrive deactivated.",
        needs: Needs::Engineer,
        reaches: Reaches::All,
        query: None,
        takes: Some(schema::<NewPackBody>),
        answers: 201,
        gives: Some(schema::<PackView>),
        handler: || post(install).layer(DefaultBodyLimit::max(PACK)),
    },
    Route {
        method: Method::Delete,
        path: "/packs/{id}",
        does: "Uninstalls a pack. Its alerts go; what they triggered stays.",
        needs: Needs::Engineer,
        reaches: Reaches::All,
        query: None,
        takes: None,
        answers: 204,
        gives: None,
        handler: || delete(uninstall),
    },
];

/// The most bytes of a pack that is sent: all rules of SigmaHQ are some ten million.
const PACK: usize = 64 << 20;

#[derive(Debug, Serialize, JsonSchema)]
pub struct PackView {
    pub id: String,
    pub name: String,
    pub version: String,
    pub installed: bool,
}

/// A pack that comes with Watchbell by its id, or one by its files.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPackBody {
    #[serde(default)]
    pub id: Option<String>,
    /// Path and text of each file.
    #[serde(default)]
    pub files: Vec<(String, String)>,
}

async fn list(State(house): State<Arc<House>>, Extension(who): Extension<Who>) -> Result<Json<Vec<PackView>>, Problem> {
    let installed = house.store.packs(&Page::first(1000))?.items;
    let shipped = house.shipped.iter().filter(|shipped| !installed.iter().any(|row| row.id == shipped.id));
    let shipped: Vec<PackView> =
        shipped.map(|shipped| PackView { id: shipped.id.clone(), name: shipped.id.clone(), version: String::new(), installed: false }).collect();
    let seen = |pack: &PackView| who.reach.sees(&pack.id, "");
    Ok(Json(installed.iter().map(view).chain(shipped).filter(seen).collect()))
}

async fn install(
    State(house): State<Arc<House>>,
    Extension(who): Extension<Who>,
    Json(body): Json<NewPackBody>,
) -> Result<(StatusCode, Json<PackView>), Problem> {
    let texts = match &body.id {
        Some(id) => house.shipped.iter().find(|shipped| shipped.id == *id).map(|shipped| shipped.texts.clone()),
        None => Some(body.files),
    };
    let texts = texts.ok_or_else(|| Problem::missing("pack/unknown", "no pack of this id comes with Watchbell"))?;
    let row = off(move || house.install(&texts, &who.actor())).await?;
    Ok((StatusCode::CREATED, Json(view(&row))))
}

async fn uninstall(State(house): State<Arc<House>>, Extension(who): Extension<Who>, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    off(move || house.uninstall(&id, None, &who.actor())).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn view(row: &PackRow) -> PackView {
    PackView { id: row.id.clone(), name: row.name.clone(), version: row.version.clone(), installed: row.removed_at.is_none() }
}

/// Does what takes long (compiling, the store's writes) where it holds up nobody.
pub async fn off<T: Send + 'static>(work: impl FnOnce() -> Result<T, PackError> + Send + 'static) -> Result<T, Problem> {
    let done = tokio::task::spawn_blocking(work).await;
    let done = done.map_err(|error| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", error.to_string()))?;
    done.map_err(|error| match error {
        PackError::Store(error) => Problem::from(error),
        PackError::Wrong(_) => Problem::bad("pack/wrong", error.to_string()),
    })
}
