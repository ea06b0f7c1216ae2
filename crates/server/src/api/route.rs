//! A route of the API: where it stands, who may, what it takes and gives. Router, documentation and checks are made of these.

use crate::app::House;
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
    pub query: Option<fn() -> Schema>,
    pub takes: Option<fn() -> Schema>,
    pub gives: Option<fn() -> Schema>,
    pub handler: fn() -> MethodRouter<Arc<House>>,
}

impl Method {
    pub fn word(self) -> &'static str {
        ["get", "post", "patch", "delete"][self as usize]
    }
}

impl Needs {
    pub fn word(self) -> &'static str {
        ["nothing", "viewer", "analyst", "engineer", "admin"][self as usize]
    }
}

/// The schema of a type.
pub fn schema<T: schemars::JsonSchema>() -> Schema {
    schemars::schema_for!(T)
}
