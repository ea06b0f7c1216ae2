//! What machines ask for: whether the server lives, whether it is ready, its metrics.

use crate::app::House;
use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::Ordering;

pub fn router() -> Router<Arc<House>> {
    Router::new().route("/healthz", get(|| async { "ok\n" })).route("/readyz", get(ready))
}

/// Not ready: nothing is active, detection has ended, or the store cannot be written.
async fn ready(State(house): State<Arc<House>>) -> (StatusCode, Json<Value>) {
    let rules = house.content.current().rules;
    let probing = Arc::clone(&house);
    let writable = tokio::task::spawn_blocking(move || probing.probe()).await;
    let mut problems = Vec::new();
    if rules == 0 {
        problems.push("no alert is active: install a pack and activate what you need".to_owned());
    }
    if house.broken.load(Ordering::Relaxed) {
        problems.push(house.feed.troubles().join("; "));
    }
    match writable {
        Ok(Ok(())) => {}
        Ok(Err(error)) => problems.push(error.to_string()),
        Err(error) => problems.push(error.to_string()),
    }
    let behind = house.journal.end().0.saturating_sub(house.feed.position());
    let lags: Vec<(Option<u64>, u64)> = house.feed.lags().collect();
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!({"ready": problems.is_empty(), "rules": rules, "problems": problems, "behind_bytes": behind, "kept_within_millis": lags})))
}
