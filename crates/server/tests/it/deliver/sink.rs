//! An HTTP server that answers as it is told and remembers what it was sent.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

#[derive(Default)]
struct Shared {
    status: u16,
    wait: Option<&'static str>,
    seen: usize,
    taken: Vec<Value>,
}

pub struct Sink {
    address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
}

impl Sink {
    pub async fn start() -> Self {
        let shared = Arc::new(Mutex::new(Shared { status: 200, ..Shared::default() }));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, shared }
    }

    pub fn answer(&self, status: u16, wait: Option<&'static str>) {
        let mut shared = self.shared.lock().unwrap();
        (shared.status, shared.wait) = (status, wait);
    }

    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// Requests, whatever was answered.
    pub fn seen(&self) -> usize {
        self.shared.lock().unwrap().seen
    }

    /// Of requests that were taken.
    pub fn bodies(&self) -> Vec<Value> {
        self.shared.lock().unwrap().taken.clone()
    }
}

async fn answer(State(shared): State<Arc<Mutex<Shared>>>, body: String) -> Response {
    let mut shared = shared.lock().unwrap();
    shared.seen += 1;
    let status = StatusCode::from_u16(shared.status).unwrap();
    if status.is_success() {
        shared.taken.push(serde_json::from_str(&body).unwrap());
    }
    match shared.wait {
        Some(wait) => (status, [(RETRY_AFTER, wait)]).into_response(),
        None => status.into_response(),
    }
}
