//! What logs come from: what is configured, what came of each, when it was last heard.

use super::problem::Problem;
use super::route::{Method, Needs, Route, schema};
use super::triggered::shown;
use crate::app::House;
use crate::auth::Reaches;
use crate::intake::Heard;
use axum::Json;
use axum::extract::State;
use axum::routing::get;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use watchbell_io::Count;

pub const ROUTES: &[Route] = &[Route {
    method: Method::Get,
    path: "/sources",
    does: "Lists sources: what is configured, and what came of each since the start.",
    needs: Needs::Viewer,
    reaches: Reaches::All,
    query: None,
    takes: None,
    answers: 200,
    gives: Some(schema::<SourceList>),
    handler: || get(list),
}];

#[derive(Debug, Serialize, JsonSchema)]
pub struct SourceList {
    pub sources: Vec<SourceView>,
    /// Records of all sources since the start, by the format that read them.
    pub records: BTreeMap<&'static str, u64>,
    /// Records of all sources that could not be read, by reason.
    pub unreadable: BTreeMap<&'static str, u64>,
}

#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct SourceView {
    pub id: String,
    /// None: it is in the configuration no more, or is a listener that several share.
    pub kind: Option<String>,
    /// Deliveries that were kept.
    pub deliveries: u64,
    pub bytes: u64,
    pub last_heard: Option<String>,
    pub connections: u64,
    /// Said no to, by reason; the sender knows.
    pub refused: BTreeMap<&'static str, u64>,
    /// Not framed and kept aside, by reason.
    pub quarantined: BTreeMap<&'static str, u64>,
    /// Gone, by reason; the sender does not know.
    pub dropped: BTreeMap<&'static str, u64>,
}

async fn list(State(house): State<Arc<House>>) -> Result<Json<SourceList>, Problem> {
    let (records, unreadable) = house.feed.tally(|tally| (tally.by_format.clone(), tally.reasons.clone()));
    Ok(Json(SourceList { sources: sources(&house), records, unreadable }))
}

/// By id.
pub fn sources(house: &House) -> Vec<SourceView> {
    let (counts, heard) = (house.gate.counts(), house.gate.heard());
    let configured = house.config.sources.keys().map(String::as_str);
    let ids: BTreeSet<&str> = configured.chain(counts.keys().map(|(id, _)| id.as_str())).chain(heard.keys().map(|id| &**id)).collect();
    let kind = |id: &str| house.config.sources.get(id).map(|source| source.kind.clone());
    let mut all: BTreeMap<&str, SourceView> =
        ids.into_iter().map(|id| (id, SourceView { id: id.to_owned(), kind: kind(id), ..SourceView::default() })).collect();
    for (id, Heard { deliveries, bytes, last }) in &heard {
        if let Some(view) = all.get_mut(&**id) {
            (view.deliveries, view.bytes, view.last_heard) = (*deliveries, *bytes, Some(shown(*last)));
        }
    }
    for ((id, what), n) in &counts {
        let Some(view) = all.get_mut(id.as_str()) else { continue };
        match what {
            Count::Connected => view.connections += n,
            Count::Refused(reason) => *view.refused.entry(reason).or_default() += n,
            Count::Quarantined(reason) => *view.quarantined.entry(reason).or_default() += n,
            Count::Dropped(reason) => *view.dropped.entry(reason).or_default() += n,
        }
    }
    all.into_values().collect()
}
