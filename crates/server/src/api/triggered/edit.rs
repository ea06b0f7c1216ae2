//! What people do to triggered alerts.

use super::view::status;
use crate::api::problem::Problem;
use crate::api::revision::expected;
use crate::app::House;
use crate::auth::{Reach, Who};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::{Extension, Json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use watchbell_store::{Change, Changed, Edit, Priority};

/// What is given is done, all of it or nothing.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TriggeredEdit {
    pub status: Option<String>,
    /// 0, 3, 5, 7 or 10.
    pub priority: Option<u8>,
    /// An empty text takes the assignee away.
    pub assignee: Option<String>,
    pub acknowledge: Option<bool>,
    pub add_tags: Vec<String>,
    pub remove_tags: Vec<String>,
    pub comment: Option<String>,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Many {
    pub ids: Vec<String>,
    pub edit: TriggeredEdit,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Edited {
    pub id: String,
    /// `done`, `same`, `missing` or `conflict`.
    pub result: &'static str,
    pub revision: Option<i64>,
}

/// As many as the store edits at once.
const MOST: usize = 1000;

pub async fn one(
    State(house): State<Arc<House>>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Json(edit): Json<TriggeredEdit>,
) -> Result<Json<Edited>, Problem> {
    let change = Change { id: id.clone(), revision: expected(&headers)? };
    managed(&house, &who, std::slice::from_ref(&id))?;
    let done = house.store.edit_triggered(&[change], &edit.parse()?, &who.actor(), house.clock.now().nanos)?;
    house.feed.changed();
    match done.into_iter().next() {
        None | Some(Changed::Missing) => Err(Problem::missing("triggered/unknown", format!("there is no triggered alert {id}"))),
        Some(Changed::Conflict { found }) => {
            Err(Problem::new(StatusCode::PRECONDITION_FAILED, "conflict", format!("somebody was faster: it has revision {found} now")))
        }
        Some(done) => Ok(Json(edited(id, &done))),
    }
}

pub async fn many(State(house): State<Arc<House>>, Extension(who): Extension<Who>, Json(asked): Json<Many>) -> Result<Json<Vec<Edited>>, Problem> {
    managed(&house, &who, &asked.ids)?;
    let changes: Vec<Change> = asked.ids.iter().map(|id| Change { id: id.clone(), revision: None }).collect();
    let done = house.store.edit_triggered(&changes, &asked.edit.parse()?, &who.actor(), house.clock.now().nanos)?;
    house.feed.changed();
    Ok(Json(asked.ids.into_iter().zip(&done).map(|(id, done)| edited(id, done)).collect()))
}

/// Refuses where one of them is not the asker's to handle. One that does not exist is nobody's, and told by the store.
fn managed(house: &House, who: &Who, ids: &[String]) -> Result<(), Problem> {
    if who.reach == Reach::All {
        return Ok(());
    }
    for id in ids.iter().take(MOST) {
        let row = match house.store.triggered(id) {
            Ok(full) => full.row,
            Err(watchbell_store::Error::Missing { .. }) => continue,
            Err(error) => return Err(error.into()),
        };
        if !who.reach.sees(&row.pack, &row.category) {
            return Err(Problem::missing("triggered/unknown", format!("there is no triggered alert {id}")));
        }
        if !who.reach.manages(&row.pack, &row.category) {
            return Err(Problem::new(StatusCode::FORBIDDEN, "auth/reach", format!("{} may look at {id}, and not handle it", who.name)));
        }
    }
    Ok(())
}

impl TriggeredEdit {
    fn parse(&self) -> Result<Edit, Problem> {
        let priority = |number: u8| Priority::from_number(i64::from(number)).map(Some).map_err(Problem::from);
        Ok(Edit {
            status: self.status.as_deref().map(status).transpose()?,
            priority: self.priority.map(priority).transpose()?,
            assignee: self.assignee.clone().map(|name| Some(name).filter(|name| !name.is_empty())),
            acknowledge: self.acknowledge,
            add_tags: self.add_tags.clone(),
            remove_tags: self.remove_tags.clone(),
            comment: self.comment.clone(),
        })
    }
}

fn edited(id: String, done: &Changed) -> Edited {
    let (result, revision) = match done {
        Changed::Done { revision } => ("done", Some(*revision)),
        Changed::Same { revision } => ("same", Some(*revision)),
        Changed::Missing => ("missing", None),
        Changed::Conflict { found } => ("conflict", Some(*found)),
    };
    Edited { id, result, revision }
}
