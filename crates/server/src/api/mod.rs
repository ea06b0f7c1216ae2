//! The API: resources one file each, made into a router, a description and a table of who may.

mod alerts;
mod audit;
mod backups;
mod describe;
mod health;
mod hunts;
mod metrics;
mod object;
mod once;
mod outbox;
mod packs;
mod page;
mod plain;
mod problem;
mod quarantine;
mod revision;
mod roles;
mod route;
mod search;
mod sessions;
mod sources;
mod tokens;
mod triggered;
mod users;

pub use describe::{openapi, table};
pub use problem::Problem;
pub use route::{Method, Needs, Route};
pub use tokens::{PREFIX, SCOPE};

use crate::app::House;
use crate::auth::{Reaches, recognise, require};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use std::path::PathBuf;
use std::sync::Arc;
use watchbell_io::Stop;

/// The most bytes of a request.
const BODY: usize = 1 << 20;

/// Every route, in the order of the documentation.
pub fn routes() -> Vec<Route> {
    [
        triggered::ROUTES,
        search::ROUTES,
        hunts::ROUTES,
        alerts::ROUTES,
        packs::ROUTES,
        sources::ROUTES,
        quarantine::ROUTES,
        outbox::ROUTES,
        sessions::ROUTES,
        tokens::ROUTES,
        users::ROUTES,
        roles::ROUTES,
        audit::ROUTES,
        backups::ROUTES,
        health::ROUTES,
        describe::ROUTES,
    ]
    .concat()
}

/// Below `/api/v1`, and what machines ask for beside it. `local`: whoever reaches it may do all, as on the socket in the data folder.
pub fn router(house: &Arc<House>, local: bool) -> Router {
    let known = from_fn_with_state((Arc::clone(house), local), recognise);
    let mut api = Router::new();
    for route in routes() {
        let mut handler = (route.handler)();
        if route.takes.is_some() {
            handler = handler.layer(from_fn(object::object));
        }
        if route.takes_key() {
            handler = handler.layer(from_fn_with_state(Arc::clone(house), once::once));
        }
        let (needs, reaches) = (route.needs, route.reaches);
        api = api.route(route.path, handler.layer(from_fn(move |who, request, next| require(needs, reaches, who, request, next))));
    }
    let seen = from_fn(|who, request, next| require(Needs::Viewer, Reaches::All, who, request, next));
    let metrics = Router::new().route("/metrics", get(metrics::metrics).layer(seen));
    let api = Router::new().nest("/api/v1", api.fallback(plain::unknown)).merge(metrics).layer(known);
    let all = api.merge(health::router()).layer(DefaultBodyLimit::max(BODY)).layer(from_fn(plain::plain));
    all.fallback(plain::unknown).with_state(Arc::clone(house))
}

/// Serves the command line of this machine: whoever may open the socket in the data folder may do all.
pub async fn local(socket: PathBuf, listener: tokio::net::UnixListener, router: Router, mut stop: Stop) {
    let ended = async move { stop.told().await };
    let _ = axum::serve(listener, router).with_graceful_shutdown(ended).await;
    let _ = tokio::fs::remove_file(&socket).await;
}
