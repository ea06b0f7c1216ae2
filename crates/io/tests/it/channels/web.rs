//! An HTTP server that answers one thing and remembers what it was sent.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

type Requests = Arc<Mutex<Vec<(HeaderMap, String)>>>;

pub struct WebSink {
    address: SocketAddr,
    requests: Requests,
}

impl WebSink {
    pub async fn start(status: u16, headers: Vec<(&'static str, &'static str)>) -> Self {
        let requests = Requests::default();
        let headers: HeaderMap = headers.into_iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect();
        let answer = move |State(requests): State<Requests>, got: HeaderMap, body: String| async move {
            requests.lock().unwrap().push((got, body));
            (StatusCode::from_u16(status).unwrap(), headers)
        };
        let router = Router::new().fallback(answer).with_state(Arc::clone(&requests));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(serve(listener, router));
        Self { address, requests }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn requests(&self) -> Vec<(HeaderMap, String)> {
        self.requests.lock().unwrap().clone()
    }
}

async fn serve(listener: tokio::net::TcpListener, router: Router) {
    while let Ok((stream, _)) = listener.accept().await {
        let service = hyper_util::service::TowerToHyperService::new(router.clone());
        let io = hyper_util::rt::TokioIo::new(stream);
        tokio::spawn(async move { hyper::server::conn::http1::Builder::new().serve_connection(io, service).await });
    }
}
