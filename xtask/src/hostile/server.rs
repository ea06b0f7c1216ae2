//! A server for those who mean it no good: every kind of source over HTTP, a pack, people, something triggered.

use crate::load::http::Connection;
use crate::tree::root;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub struct Server {
    child: Child,
    binary: PathBuf,
    data: PathBuf,
    log: PathBuf,
    pub address: SocketAddr,
    /// Of an admin.
    pub token: String,
    /// Opens every source, and nothing else.
    pub ingest: String,
}

pub const PACK: &str = "mitre-t1053-scheduled-task-job";
const KINDS: &[&str] = &["ndjson", "hec", "elastic", "otlp", "loki", "azure", "kubernetes"];
const PATIENCE: Duration = Duration::from_mins(1);
/// Files that both ends may have open.
const FILES: u64 = 20_000;

impl Server {
    pub fn start(binary: &Path, work: &Path) -> Result<Self, String> {
        let (data, log) = (work.join("data"), work.join("server.log"));
        let _ = std::fs::remove_dir_all(&data);
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr()).map_err(|error| error.to_string())?;
        let written = std::fs::File::create(&log).map_err(|error| format!("{}: {error}", log.display()))?;
        let mut serve = Command::new(binary);
        serve.args(["serve", "--set", &format!("data={}", data.display()), "--set", &format!("listen={free}")]);
        for kind in KINDS {
            serve.args(["--set", &format!("sources.{kind}={{kind: {kind}, ingest_tokens: true}}")]);
        }
        let child = serve.stdout(Stdio::null()).stderr(written).spawn().map_err(|error| format!("{}: {error}", binary.display()))?;
        let mut server = Self { child, binary: binary.to_owned(), data, log, address: free, token: String::new(), ingest: String::new() };
        server.answers()?;
        server.fill()?;
        Ok(server)
    }

    /// What a server has that is in use.
    fn fill(&mut self) -> Result<(), String> {
        self.command(&["pack", "install", PACK])?;
        self.command(&["alert", "activate", "--pack", PACK])?;
        self.token = self.secret("hostile", "admin")?;
        self.ingest = self.secret("shipper", "ingest-only")?;
        let mut files = Vec::new();
        logs(&root().join("packs").join(PACK).join("samples"), &mut files);
        for file in files.iter().take(8) {
            let body = std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
            self.send("/ingest/lines", "", &body)?;
        }
        self.send("/ingest/ndjson", "", b"nonsense\n{}\n")?;
        let began = Instant::now();
        while self.command(&["triggered", "list", "--json"]).is_ok_and(|listed| listed.is_empty()) && began.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// A new token's.
    fn secret(&self, name: &str, role: &str) -> Result<String, String> {
        Ok(self.command(&["token", "add", name, "--role", role])?.trim().to_owned())
    }

    /// A body to a source, by a token that it knows: the answer's status.
    pub fn send(&self, path: &str, headers: &str, body: &[u8]) -> Result<u16, String> {
        let headers = format!("authorization: Bearer {}\r\n{headers}", self.ingest);
        Connection::open(self.address)?.send("POST", path, &headers, body).map(|answer| answer.status)
    }

    pub fn get(&self, path: &str) -> Result<u16, String> {
        Connection::open(self.address)?.get(path).map(|answer| answer.status)
    }

    /// MiB in memory now, and at most so far.
    pub fn memory(&self) -> (u64, u64) {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let of = |key: &str| status.lines().find_map(|line| line.strip_prefix(key)?.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024;
        (of("VmRSS:"), of("VmHWM:"))
    }

    /// It lives, answers, and has said nothing of a panic.
    pub fn is_well(&mut self) -> Result<(), String> {
        if let Ok(Some(ended)) = self.child.try_wait() {
            return Err(format!("the server has ended: {ended}"));
        }
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        if let Some(line) = log.lines().find(|line| line.contains("panicked")) {
            return Err(format!("the server panicked: {line}"));
        }
        // Whoever may do all may have switched every alert off.
        let ready = Connection::open(self.address)?.get("/readyz")?;
        let broken = ready.body.contains("detection has ended") || ![200, 503].contains(&ready.status);
        if broken { Err(format!("the server is not well: {}", ready.body)) } else { Ok(()) }
    }

    pub fn stop(&mut self) {
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.data);
    }

    fn answers(&self) -> Result<(), String> {
        let began = Instant::now();
        while self.get("/healthz").is_err() {
            if began.elapsed() > PATIENCE {
                return Err(format!("the server does not start: {}", std::fs::read_to_string(&self.log).unwrap_or_default()));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    fn command(&self, words: &[&str]) -> Result<String, String> {
        let done = Command::new(&self.binary).args(words).args(["--data", &self.data.to_string_lossy()]).output().map_err(|error| error.to_string())?;
        let told = String::from_utf8_lossy(&done.stdout).into_owned();
        // 1: nothing was found.
        let fine = matches!(done.status.code(), Some(0 | 1));
        if fine { Ok(told) } else { Err(format!("watchbell {}: {}", words.join(" "), String::from_utf8_lossy(&done.stderr))) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

fn logs(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            logs(&path, found);
        } else if path.extension().is_some_and(|end| end == "jsonl") {
            found.push(path);
        }
    }
}

/// Whether so many files may be open.
pub fn may_open_many() -> bool {
    std::env::var_os(AGAIN).is_some() || open_files().is_some_and(|most| most >= FILES)
}

const AGAIN: &str = "WATCHBELL_HOSTILE_AGAIN";

fn open_files() -> Option<u64> {
    let limits = std::fs::read_to_string("/proc/self/limits").ok()?;
    limits.lines().find_map(|line| line.strip_prefix("Max open files")?.split_whitespace().next()?.parse().ok())
}

/// This program again, by a shell that raises the limit as far as it may.
pub fn again_with_many_files(words: &[String]) -> Result<(), String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let script = "ulimit -n $(ulimit -H -n); exec \"$0\" \"$@\"";
    let status = Command::new("sh").args(["-c", script]).arg(program).arg("hostile").args(words).env(AGAIN, "1").status();
    if status.is_ok_and(|status| status.success()) { Ok(()) } else { Err("see above".to_owned()) }
}
