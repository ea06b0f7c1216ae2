//! Who asks, and whether they may.

use super::problem::Problem;
use super::route::Needs;
use crate::app::House;
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use watchbell_store::Actor;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Logs in, and nothing else.
    IngestOnly,
    Viewer,
    Analyst,
    Engineer,
    Admin,
}

/// Somebody whose name is known.
#[derive(Clone, Debug)]
pub struct Who {
    pub name: String,
    /// `socket`, `token`, `session`.
    pub via: &'static str,
    pub role: Role,
}

impl Who {
    pub fn actor(&self) -> Actor {
        Actor::new(&self.name, self.via)
    }

    fn may(&self, needs: Needs) -> bool {
        match needs {
            Needs::Nothing => true,
            Needs::Viewer => self.role >= Role::Viewer,
            Needs::Analyst => self.role >= Role::Analyst,
            Needs::Engineer => self.role >= Role::Engineer,
            Needs::Admin => self.role >= Role::Admin,
        }
    }
}

/// Tells the handlers who asks, as far as that is known.
pub async fn recognise(State((_, local)): State<(Arc<House>, bool)>, mut request: Request, next: Next) -> Response {
    let who = local.then(|| Who { name: "local".to_owned(), via: "socket", role: Role::Admin });
    request.extensions_mut().insert(who);
    next.run(request).await
}

/// Lets only those through who may.
pub async fn require(needs: Needs, Extension(who): Extension<Option<Who>>, mut request: Request, next: Next) -> Response {
    match who {
        Some(who) if who.may(needs) => {
            request.extensions_mut().insert(who);
            next.run(request).await
        }
        Some(who) => Problem::new(StatusCode::FORBIDDEN, "auth/role", format!("{} may not: this needs the role {}", who.name, needs.word())).into_response(),
        None if needs == Needs::Nothing => next.run(request).await,
        None => Problem::new(StatusCode::UNAUTHORIZED, "auth/unknown", "say who you are, with a token or a session").into_response(),
    }
}
