//! The API: resources one file each, made into a router, a description and a table of who may.

mod alerts;
mod health;
mod packs;
mod page;
mod problem;
mod route;
mod triggered;
mod who;

pub use problem::Problem;
pub use route::{Method, Needs, Route};
pub use who::{Role, Who};

use crate::app::House;
use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use std::path::PathBuf;
use std::sync::Arc;
use watchbell_io::Stop;

/// Every route, in the order of the documentation.
pub fn routes() -> Vec<Route> {
    [triggered::ROUTES, alerts::ROUTES, packs::ROUTES].concat()
}

/// Below `/api/v1`, and what machines ask for beside it. `local`: whoever reaches it may do all, as on the socket in the data folder.
pub fn router(house: &Arc<House>, local: bool) -> Router {
    let mut api = Router::new();
    for route in routes() {
        let needs = route.needs;
        let asked = from_fn(move |who, request, next| who::require(needs, who, request, next));
        api = api.route(route.path, (route.handler)().layer(asked));
    }
    let known = from_fn_with_state((Arc::clone(house), local), who::recognise);
    Router::new().nest("/api/v1", api.layer(known)).merge(health::router()).with_state(Arc::clone(house))
}

/// Serves the command line of this machine: whoever may open the socket in the data folder may do all.
pub async fn local(socket: PathBuf, listener: tokio::net::UnixListener, router: Router, mut stop: Stop) {
    let ended = async move { stop.told().await };
    let _ = axum::serve(listener, router).with_graceful_shutdown(ended).await;
    let _ = tokio::fs::remove_file(&socket).await;
}
