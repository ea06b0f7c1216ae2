//! A route of the API: where it stands, who may, what it takes and gives. Router, documentation and checks are made of these.

use crate::app::House;
use crate::auth::Reaches;
use axum::routing::MethodRouter;
use schemars::Schema;
use std::sync::Arc;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    Get,
    Post,
    Patch,
    Delete,
}

/// The least role that may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Needs {
    /// Nobody is asked who they are.
    Nothing,
    /// Whoever has a name, whatever their role.
    Known,
    Viewer,
    Analyst,
    Engineer,
    Admin,
}

#[derive(Clone, Copy)]
pub struct Route {
    pub method: Method,
    /// Below `/api/v1`, with `{name}` for what varies.
    pub path: &'static str,
    /// What it does, as a sentence.
    pub does: &'static str,
    pub needs: Needs,
    /// What it asks of those whose role reaches some packs and categories only.
    pub reaches: Reaches,
    pub query: Option<fn() -> Schema>,
    pub takes: Option<fn() -> Schema>,
    /// The status of a success.
    pub answers: u16,
    pub gives: Option<fn() -> Schema>,
    pub handler: fn() -> MethodRouter<Arc<House>>,
}

impl Method {
    pub fn word(self) -> &'static str {
        ["get", "post", "patch", "delete"][self as usize]
    }
}

impl Needs {
    pub const ALL: [Self; 6] = [Self::Nothing, Self::Known, Self::Viewer, Self::Analyst, Self::Engineer, Self::Admin];

    pub fn word(self) -> &'static str {
        ["nothing", "any", "viewer", "analyst", "engineer", "admin"][self as usize]
    }
}

impl Route {
    /// Whether an `Idempotency-Key` is heeded: a request sent twice is done once. Not where the answer holds a secret, which is
    /// not to be kept, nor where nothing is done.
    pub fn takes_key(&self) -> bool {
        let nothing_done = [super::search::PATH, super::hunts::PATH, super::backups::PATH];
        self.method == Method::Post && self.needs > Needs::Nothing && self.path != super::tokens::PATH && !nothing_done.contains(&self.path)
    }
}

/// The schema of a type.
pub fn schema<T: schemars::JsonSchema>() -> Schema {
    schemars::schema_for!(T)
}
