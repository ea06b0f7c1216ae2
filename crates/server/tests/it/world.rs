//! A server with the flagship pack active, a virtual clock, and the samples of the pack.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;
use tokio::sync::OnceCell;
use tokio::task::JoinHandle;
use watchbell_alerts::Triggered;
use watchbell_io::{Stopper, stop};
use watchbell_model::Timestamp;
use watchbell_pipeline::Definitions;
use watchbell_server::clock::VirtualClock;
use watchbell_server::config::SourceConfig;
use watchbell_server::{App, AppError, Config, House, Shipped};

pub const PACK: &str = "mitre-t1053-scheduled-task-job";
/// The year that logs without one are read in.
pub const NOW: i64 = 1_795_000_000;

pub struct World {
    folder: TempDir,
    clock: Arc<VirtualClock>,
    house: Arc<House>,
    address: SocketAddr,
    stopper: Stopper,
    server: JoinHandle<Result<(), AppError>>,
}

pub struct Sample {
    pub name: String,
    pub logs: Vec<Log>,
}

#[derive(Clone)]
pub struct Log {
    pub name: String,
    pub text: String,
}

/// A data folder with the pack installed and active: compiling it takes long.
static TEMPLATE: OnceCell<TempDir> = OnceCell::const_new();
const DATABASE: &str = "control.db";

async fn template() -> TempDir {
    let world = World::on(tempfile::tempdir().unwrap());
    let house = Arc::clone(&world.house);
    tokio::task::spawn_blocking(move || house.install_shipped(PACK).unwrap()).await.unwrap();
    let World { folder, stopper, server, .. } = world;
    stopper.stop();
    server.await.unwrap().unwrap();
    // The checkpoint of that server is at a place of its own journal, which the others do not have.
    folder
}

impl World {
    pub async fn begin() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let template = TEMPLATE.get_or_init(template).await;
        std::fs::copy(template.path().join(DATABASE), folder.path().join(DATABASE)).unwrap();
        Self::on(folder)
    }

    pub fn on(folder: TempDir) -> Self {
        let source = SourceConfig { kind: "ndjson".to_owned(), settings: serde_json::json!({"anonymous": true}).as_object().cloned().unwrap() };
        let config = Config {
            data: folder.path().to_owned(),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            threads: 2,
            sources: [("logs".to_owned(), source)].into(),
            ..Config::default()
        };
        let clock = Arc::new(VirtualClock::at(Timestamp::from_seconds(NOW)));
        let app = App::build(config, vec![Shipped { id: PACK.to_owned(), texts: texts() }], Arc::clone(&clock) as _).unwrap();
        let (house, address) = (app.house(), app.address().unwrap());
        let (stopper, told) = stop();
        Self { folder, clock, house, address, stopper, server: tokio::spawn(app.run(told)) }
    }

    pub fn house(&self) -> &House {
        &self.house
    }

    pub fn now(&self) -> i64 {
        self.house.clock.now().nanos
    }

    /// Seconds go by.
    pub fn pass(&self, seconds: i64) {
        self.clock.set(Timestamp { nanos: self.now() + seconds * 1_000_000_000, digits: 9 });
    }

    pub fn definitions(&self) -> Arc<Definitions> {
        self.house.definitions()
    }

    pub async fn send(&self, log: &Log) {
        watchbell_server::use_ring();
        let url = format!("http://{}/ingest/lines", self.address);
        let answer = reqwest::Client::new().post(url).body(log.text.clone()).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{}", log.name);
    }

    /// Asks over the socket of the data folder; the answer as text.
    pub async fn ask(&self, path: &str, body: &serde_json::Value) -> String {
        let socket = watchbell_server::app::socket_of(self.folder.path());
        let http = reqwest::Client::builder().unix_socket(socket).build().unwrap();
        let answer = http.post(format!("http://localhost/api/v1{path}")).json(body).send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert_eq!(status, 200, "{path} {body}: {text}");
        text
    }

    /// Waits until all that was sent is detected and can be searched.
    pub async fn caught_up(&self) {
        let end = self.house.journal.end().0;
        for _ in 0..3000 {
            if self.house.feed.position() >= end && self.house.kept.searched().0 >= end {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("detection and the lake do not catch up");
    }

    pub async fn status(&self, path: &str) -> u16 {
        watchbell_server::use_ring();
        reqwest::get(format!("http://{}{path}", self.address)).await.unwrap().status().as_u16()
    }

    /// Until the lake has everything that was sent, and what streams still hold back.
    pub async fn kept(&self) {
        self.pass(60);
        self.house.tick();
        let all = self.house.journal.end();
        let kept = async {
            while self.house.kept.searched() < all {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_mins(1), kept).await.unwrap();
    }

    /// Until detection is done with everything that was sent.
    pub async fn detected(&self) {
        let all = self.house.journal.end().0;
        let detected = async {
            while self.house.feed.position() < all {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_mins(1), detected).await.unwrap();
    }

    /// The same data folder under a new server.
    pub async fn restarted(self) -> Self {
        let Self { folder, stopper, server, .. } = self;
        stopper.stop();
        server.await.unwrap().unwrap();
        Self::on(folder)
    }

    /// Two days pass, so that every window closes; then it stops, which works off what was taken. What was triggered, by (time, id).
    pub async fn end(self) -> Vec<Triggered> {
        let Self { folder: _folder, clock, house, stopper, server, .. } = self;
        clock.set(Timestamp::from_seconds(NOW + 2 * 86_400));
        house.tick();
        stopper.stop();
        server.await.unwrap().unwrap();
        house.triggered_since(&watchbell_server::Activity::BEGINNING).unwrap()
    }
}

impl Log {
    /// The log in so many pieces, cut between lines.
    pub fn pieces(&self, count: usize) -> Vec<Self> {
        let lines: Vec<&str> = self.text.split_inclusive('\n').collect();
        lines.chunks(lines.len().div_ceil(count).max(1)).map(|lines| Self { name: self.name.clone(), text: lines.concat() }).collect()
    }
}

impl Sample {
    /// Whether every event says who it is, however its log is cut into deliveries.
    pub fn own_identity(&self) -> bool {
        self.logs.iter().all(|log| log.name.ends_with("jsonl") || log.name == "audit.log")
    }
}

/// The samples whose logs are text of lines.
pub fn samples() -> Vec<Sample> {
    let folder = pack().join("samples");
    let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    names.iter().map(|path| Sample { name: name(path), logs: logs(path) }).filter(|sample| !sample.logs.is_empty()).collect()
}

fn logs(sample: &Path) -> Vec<Log> {
    let mut files: Vec<_> = std::fs::read_dir(sample).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let text = |path: &PathBuf| Some(Log { name: name(path), text: std::fs::read_to_string(path).ok()? });
    files.iter().filter(|path| name(path) != "expect.yaml").filter_map(text).collect()
}

/// The pack's files, without samples.
fn texts() -> Vec<(String, String)> {
    let (mut texts, mut open) = (Vec::new(), vec![pack()]);
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true if name(&path) != "samples" => open.push(path),
                true => {}
                false => texts.push((path.strip_prefix(pack()).unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(&path).unwrap())),
            }
        }
    }
    texts.sort();
    texts
}

fn pack() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs").join(PACK)
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}
