//! A source under test: its configuration in YAML, made and run on ports of its own; and the plain clients that tests need.

use crate::fake::Fake;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use watchbell_io::{Intake, Positions, Source, Stopper, Tls, assemble, stop};

pub const TOKEN: &str = "a-token-of-the-tests";

pub struct World {
    pub addresses: Vec<SocketAddr>,
    pub certificates: Vec<Arc<Tls>>,
    stopper: Stopper,
    tasks: JoinSet<()>,
}

/// Positions in memory.
#[derive(Default)]
pub struct Kept(pub Mutex<std::collections::BTreeMap<(String, String), String>>, tokio::sync::Notify);

impl Kept {
    /// Waits until something is kept.
    pub async fn some(&self) {
        loop {
            let changed = self.1.notified();
            if !self.0.lock().unwrap().is_empty() {
                return;
            }
            changed.await;
        }
    }
}

impl Positions for Kept {
    fn load(&self, source: &str) -> Vec<(String, String)> {
        self.0.lock().unwrap().iter().filter(|((of, _), _)| of == source).map(|((_, key), value)| (key.clone(), value.clone())).collect()
    }

    fn save(&self, source: &str, key: &str, value: &str) {
        self.0.lock().unwrap().insert((source.into(), key.into()), value.into());
        self.1.notify_waiters();
    }

    fn forget(&self, source: &str, key: &str) {
        self.0.lock().unwrap().remove(&(source.into(), key.into()));
    }
}

/// The entries under `sources` of a configuration.
pub fn sources(yaml: &str) -> Vec<Source> {
    let config: serde_json::Value = yaml_serde::from_str(yaml).unwrap();
    let each = |(id, entry): (&String, &serde_json::Value)| {
        let mut config = entry.as_object().unwrap().clone();
        let kind = config.remove("kind").unwrap().as_str().unwrap().to_owned();
        Source { id: id.clone(), kind, config: config.into() }
    };
    config["sources"].as_object().unwrap().iter().map(each).collect()
}

impl World {
    pub fn new(yaml: &str, fake: &Arc<Fake>) -> Self {
        Self::after(yaml, fake, &Arc::default())
    }

    /// With the positions that an earlier one left.
    pub fn after(yaml: &str, fake: &Arc<Fake>, positions: &Arc<Kept>) -> Self {
        let intake: Arc<dyn Intake> = Arc::clone(fake) as Arc<dyn Intake>;
        let positions = Arc::clone(positions) as Arc<dyn Positions>;
        let assembled = assemble(&sources(yaml), &intake, &positions).unwrap_or_else(|problems| panic!("{problems:?}"));
        let (stopper, stop) = stop();
        let (mut tasks, mut addresses) = (JoinSet::new(), Vec::new());
        for (_, run) in assembled.runs {
            addresses.extend(run.addresses());
            tasks.spawn(run.run(Arc::clone(&intake), stop.clone()));
        }
        Self { addresses, certificates: assembled.certificates, stopper, tasks }
    }

    /// One source of a kind over HTTP, with the tests' token and what else is told of it.
    pub fn http(kind: &str, more: &str, fake: &Arc<Fake>) -> Self {
        use sha2::Digest;
        let hash = sha2::Sha256::digest(TOKEN).iter().fold(String::new(), |hex, b| format!("{hex}{b:02x}"));
        Self::new(&format!("sources: {{test: {{kind: {kind}, listen: '127.0.0.1:0', token_sha256: [{hash}]{more}}}}}"), fake)
    }

    pub async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.addresses[0]).await.unwrap()
    }

    /// Sends one request on a connection of its own. `request`: method, path and fields, a line each.
    pub async fn ask(&self, request: &str, body: &[u8]) -> Answer {
        let mut connection = self.connect().await;
        ask(&mut connection, request, body).await
    }

    pub async fn post(&self, path: &str, body: &[u8]) -> Answer {
        self.ask(&format!("POST {path}\nauthorization: Bearer {TOKEN}"), body).await
    }

    /// Ends everything; every task must end by itself.
    pub async fn end(mut self) {
        self.stopper.stop();
        while let Some(ended) = self.tasks.join_next().await {
            ended.unwrap();
        }
    }
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub fn field(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.split_once(": ").filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
    }
}

pub async fn ask(connection: &mut TcpStream, request: &str, body: &[u8]) -> Answer {
    let mut lines = request.lines();
    let mut head = format!("{} HTTP/1.1\r\nhost: test\r\ncontent-length: {}\r\n", lines.next().unwrap(), body.len());
    head.extend(lines.flat_map(|line| [line, "\r\n"]));
    head.push_str("\r\n");
    connection.write_all(head.as_bytes()).await.unwrap();
    // A server that has said no closes before all is sent.
    let _ = connection.write_all(body).await;
    answer(connection, request.starts_with("HEAD")).await
}

/// Reads one answer.
pub async fn answer(connection: &mut TcpStream, bare: bool) -> Answer {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        assert!(connection.read_buf(&mut bytes).await.unwrap() > 0, "closed without an answer: {:?}", String::from_utf8_lossy(&bytes));
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let mut answer = Answer { status, head, body: String::new() };
    let length: usize = if bare { 0 } else { answer.field("content-length").map_or(0, |length| length.parse().unwrap()) };
    while bytes.len() < end + 4 + length {
        assert!(connection.read_buf(&mut bytes).await.unwrap() > 0, "cut short");
    }
    answer.body = String::from_utf8_lossy(&bytes[end + 4..end + 4 + length]).into_owned();
    answer
}
