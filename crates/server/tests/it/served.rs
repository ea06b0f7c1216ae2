//! A server without packs, and people who ask it: nobody, tokens, the socket.

use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use watchbell_io::{Stopper, stop};
use watchbell_model::Timestamp;
use watchbell_server::clock::VirtualClock;
use watchbell_server::config::SourceConfig;
use watchbell_server::{App, AppError, Config, House};

pub const NOW: i64 = 1_795_000_000;
pub const PASSWORD: &str = "correct horse battery";

pub struct Served {
    pub house: Arc<House>,
    pub clock: Arc<VirtualClock>,
    /// The secret of the setup link.
    pub secret: String,
    address: SocketAddr,
    socket: PathBuf,
    stopper: Stopper,
    server: JoinHandle<Result<(), AppError>>,
    folder: TempDir,
}

/// Somebody who asks.
#[derive(Clone)]
pub struct Asker {
    http: Client,
    base: String,
    headers: Vec<(&'static str, String)>,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

impl Served {
    pub fn begin() -> Self {
        Self::with(&[])
    }

    /// With sources: id, kind, configuration.
    pub fn with(sources: &[(&str, &str, Value)]) -> Self {
        watchbell_server::use_ring();
        let folder = tempfile::tempdir().unwrap();
        let source = |(id, kind, settings): &(&str, &str, Value)| {
            ((*id).to_owned(), SourceConfig { kind: (*kind).to_owned(), settings: settings.as_object().cloned().unwrap() })
        };
        let config = Config {
            data: folder.path().to_owned(),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            threads: 1,
            sources: sources.iter().map(source).collect(),
            ..Config::default()
        };
        let clock = Arc::new(VirtualClock::at(Timestamp::from_seconds(NOW)));
        let app = App::build(config, Vec::new(), Arc::clone(&clock) as _).unwrap();
        let link = app.setup_link().unwrap().unwrap();
        let (house, address) = (app.house(), app.address().unwrap());
        let (stopper, told) = stop();
        let secret = link.split_once('#').unwrap().1.to_owned();
        let socket = watchbell_server::app::socket_of(folder.path());
        Self { house, clock, secret, address, socket, stopper, server: tokio::spawn(app.run(told)), folder }
    }

    pub fn nobody(&self) -> Asker {
        Asker { http: Client::new(), base: format!("http://{}", self.address), headers: Vec::new() }
    }

    pub fn socket(&self) -> Asker {
        let http = Client::builder().unix_socket(self.socket.clone()).build().unwrap();
        Asker { http, base: "http://localhost".to_owned(), headers: Vec::new() }
    }

    /// Somebody with a new token of a role.
    pub async fn token(&self, role: &str) -> Asker {
        let made = self.socket().post("/tokens", &json!({"name": role, "role": role})).await;
        assert_eq!(made.status, 201, "{}", made.body);
        self.nobody().with("authorization", &format!("Bearer {}", made.body["secret"].as_str().unwrap()))
    }

    /// Sends a body to a source at the API's address, as it is.
    pub async fn send(&self, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
        let mut request = Client::new().post(format!("http://{}{path}", self.address)).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        let text = String::from_utf8_lossy(&answer.bytes().await.unwrap()).into_owned();
        Answer { status, headers, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) }
    }

    /// Waits until detection has read all that came.
    pub async fn caught_up(&self) {
        let all = async {
            while self.house.feed.position() < self.house.journal.end().0 {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_mins(1), all).await.expect("detection catches up");
    }

    pub fn pass(&self, seconds: i64) {
        self.clock.set(Timestamp { nanos: watchbell_server::clock::Clock::now(&*self.clock).nanos + seconds * 1_000_000_000, digits: 9 });
    }

    pub async fn end(self) {
        self.stopper.stop();
        self.server.await.unwrap().unwrap();
        drop(self.folder);
    }
}

impl Asker {
    pub fn with(&self, name: &'static str, value: &str) -> Self {
        let mut other = self.clone();
        other.headers.push((name, value.to_owned()));
        other
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask(Method::POST, path, Some(body)).await
    }

    pub async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let answer = self.send(method, path, body).await;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let text = answer.text().await.unwrap();
        Answer { status, headers, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) }
    }

    /// The answer's head; its body may have no end.
    pub async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Response {
        let place = if path.starts_with("/api") || path == "/metrics" { path.to_owned() } else { format!("/api/v1{path}") };
        let mut request = self.http.request(method, format!("{}{place}", self.base));
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        request.send().await.unwrap()
    }
}

impl Answer {
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}
