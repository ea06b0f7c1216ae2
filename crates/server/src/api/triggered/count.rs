//! How many triggered alerts there are, by status and priority.

use super::view::TriggeredQuery;
use crate::api::problem::Problem;
use crate::app::House;
use crate::auth::Who;
use axum::extract::{Query, State};
use axum::{Extension, Json};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use watchbell_store::Counts;

/// So many are counted, the newest.
const MOST: u32 = 100_000;

#[derive(Debug, Serialize, JsonSchema)]
pub struct Statistics {
    pub total: u64,
    /// There are more; the newest hundred thousand were counted.
    pub more: bool,
    pub by_status: BTreeMap<&'static str, u64>,
    /// By 0, 3, 5, 7 and 10.
    pub by_priority: BTreeMap<u8, u64>,
    /// The twenty alerts with the most.
    pub by_alert: Vec<Most>,
    /// The twenty hosts with the most.
    pub by_host: Vec<Most>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Most {
    pub name: String,
    pub count: u64,
}

pub async fn count(State(house): State<Arc<House>>, Extension(who): Extension<Who>, Query(query): Query<TriggeredQuery>) -> Result<Json<Statistics>, Problem> {
    let filter = query.filter(&who)?;
    let counts = tokio::task::spawn_blocking(move || house.store.count_triggered(&filter, MOST)).await;
    Ok(Json(shown(counts.map_err(Problem::fault)??)))
}

fn shown(counts: Counts) -> Statistics {
    let most = |counts: Vec<(String, u64)>| counts.into_iter().map(|(name, count)| Most { name, count }).collect();
    Statistics {
        total: counts.total,
        more: counts.more,
        by_status: counts.by_status.into_iter().map(|(status, count)| (status.word(), count)).collect(),
        by_priority: counts.by_priority.into_iter().map(|(priority, count)| (priority.number(), count)).collect(),
        by_alert: most(counts.by_alert),
        by_host: most(counts.by_host),
    }
}
