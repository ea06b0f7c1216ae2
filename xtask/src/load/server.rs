//! A server of its own for a measurement: started on a folder that is thrown away, asked how it is doing.

use super::http::Connection;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

pub struct Server {
    child: Child,
    binary: PathBuf,
    data: PathBuf,
    pub address: SocketAddr,
    /// Bodies sent so far.
    sent: AtomicU64,
}

/// How often something was told within so many milliseconds.
pub struct Lags(Vec<(String, u64)>);

const PACK: &str = "mitre-t1053-scheduled-task-job";
const PATIENCE: Duration = Duration::from_mins(5);

impl Server {
    pub fn start(binary: &Path, work: &Path) -> Result<Self, String> {
        let data = work.join("data");
        let _ = std::fs::remove_dir_all(&data);
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr()).map_err(|error| error.to_string())?;
        let child = spawn(binary, &data, free, work)?;
        let server = Self { child, binary: binary.to_owned(), data, address: free, sent: AtomicU64::new(0) };
        server.answers()?;
        Ok(server)
    }

    /// As a power cut ends it, and at once begun again on the same data.
    pub fn kill_and_start_again(&mut self, work: &Path) -> Result<(), String> {
        self.child.kill().and_then(|()| self.child.wait().map(|_| ())).map_err(|error| error.to_string())?;
        self.child = spawn(&self.binary, &self.data, self.address, work)?;
        self.answers()
    }

    /// Ended and begun again on the same data: all that it held in memory is on the disk.
    pub fn start_again(&mut self, work: &Path) -> Result<(), String> {
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        self.child.wait().map_err(|error| error.to_string())?;
        self.child = spawn(&self.binary, &self.data, self.address, work)?;
        self.answers()
    }

    pub fn data(&self) -> &Path {
        &self.data
    }

    /// What a command prints on stdout and on stderr; nothing found is no error.
    pub fn output(&self, words: &[&str]) -> Result<(String, String), String> {
        let done = Command::new(&self.binary).args(words).args(["--data", &self.data.to_string_lossy()]).output().map_err(|error| error.to_string())?;
        let (out, told) = (String::from_utf8_lossy(&done.stdout).into_owned(), String::from_utf8_lossy(&done.stderr).into_owned());
        if matches!(done.status.code(), Some(0 | 1)) { Ok((out, told)) } else { Err(format!("watchbell {}: {told}", words.join(" "))) }
    }

    /// Everything that was triggered.
    pub fn triggered(&self) -> Result<Vec<serde_json::Value>, String> {
        let words = ["triggered", "list", "--json", "--limit", "1000000", "--data", &self.data.to_string_lossy()];
        let listed = Command::new(&self.binary).args(words).output().map_err(|error| error.to_string())?;
        String::from_utf8_lossy(&listed.stdout).lines().map(|line| serde_json::from_str(line).map_err(|error| error.to_string())).collect()
    }

    pub fn install_flagship(&self) -> Result<(), String> {
        self.command(&["pack", "install", PACK])?;
        self.command(&["alert", "activate", "--pack", PACK])
    }

    /// For hunts: nothing is detected as it comes.
    pub fn install_flagship_inactive(&self) -> Result<(), String> {
        self.command(&["pack", "install", PACK])
    }

    /// Makes a pack of a folder of Sigma rules, and activates all of it.
    pub fn install_rules(&self, rules: &Path, work: &Path) -> Result<(), String> {
        let pack = work.join("sigma-windows");
        let _ = std::fs::remove_dir_all(&pack);
        let (rules, folder) = (rules.to_string_lossy().into_owned(), pack.to_string_lossy().into_owned());
        let made = Command::new(&self.binary).args(["pack", "import", &rules, "--name", "sigma-windows", "--output", &folder]).output();
        let made = made.map_err(|error| error.to_string())?;
        // Rules that cannot be used are told, and the others are in the pack.
        if !pack.join("pack.yaml").exists() {
            return Err(format!("pack import: {}", String::from_utf8_lossy(&made.stderr)));
        }
        self.command(&["pack", "install", &folder])?;
        self.command(&["alert", "activate", "--pack", "sigma-windows"])
    }

    pub fn rules(&self) -> Result<u64, String> {
        self.ready("rules")
    }

    /// Bytes of the journal that detection, or the lake, has yet to read.
    pub fn behind(&self) -> Result<u64, String> {
        Ok(self.ready("behind_bytes")?.max(self.ready("lake_behind_bytes")?))
    }

    /// Rows of the lake, and how many different ones these are.
    pub fn kept(&self) -> Result<(u64, u64), String> {
        let words = ["search", "SELECT count(*) AS n, count(distinct id) AS d FROM events", "--format", "ndjson", "--data", &self.data.to_string_lossy()];
        let found = Command::new(&self.binary).args(words).output().map_err(|error| error.to_string())?;
        let row: serde_json::Value = serde_json::from_slice(&found.stdout).map_err(|_| String::from_utf8_lossy(&found.stderr).into_owned())?;
        row["n"].as_u64().zip(row["d"].as_u64()).ok_or_else(|| format!("no counts: {row}"))
    }

    pub fn caught_up(&self) -> Result<(), String> {
        let began = Instant::now();
        while self.behind()? > 0 {
            if began.elapsed() > PATIENCE {
                return Err("detection does not catch up".to_owned());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    pub fn lags(&self) -> Result<Lags, String> {
        let body = self.get("/readyz")?;
        let value: serde_json::Value = serde_json::from_str(&body).map_err(|error| error.to_string())?;
        let lag = |pair: &serde_json::Value| Some((pair[0].as_u64().map_or_else(|| "more".to_owned(), |most| format!("<= {most}")), pair[1].as_u64()?));
        Ok(Lags(value["kept_within_millis"].as_array().map(|all| all.iter().filter_map(lag).collect()).unwrap_or_default()))
    }

    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    pub fn note_sent(&self, bodies: u64) {
        self.sent.store(bodies, Ordering::Relaxed);
    }

    /// Seconds of processor time so far.
    pub fn cpu(&self) -> Result<f64, String> {
        cpu_of(self.child.id())
    }

    /// MiB.
    pub fn resident(&self) -> Result<u64, String> {
        self.memory("VmRSS:")
    }

    pub fn most_resident(&self) -> Result<u64, String> {
        self.memory("VmHWM:")
    }

    pub fn stop(&mut self) -> Result<(), String> {
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        self.child.wait().map_err(|error| error.to_string())?;
        let _ = std::fs::remove_dir_all(&self.data);
        Ok(())
    }

    fn answers(&self) -> Result<(), String> {
        let began = Instant::now();
        while Connection::open(self.address).and_then(|mut connection| connection.get("/healthz")).is_err() {
            if began.elapsed() > PATIENCE {
                return Err("the server does not start; its log is beside its data".to_owned());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    fn command(&self, words: &[&str]) -> Result<(), String> {
        let done = Command::new(&self.binary).args(words).args(["--data", &self.data.to_string_lossy()]).output().map_err(|error| error.to_string())?;
        if done.status.success() { Ok(()) } else { Err(format!("watchbell {}: {}", words.join(" "), String::from_utf8_lossy(&done.stderr))) }
    }

    fn ready(&self, key: &str) -> Result<u64, String> {
        let value: serde_json::Value = serde_json::from_str(&self.get("/readyz")?).map_err(|error| error.to_string())?;
        value[key].as_u64().ok_or_else(|| format!("/readyz does not tell {key}: {value}"))
    }

    fn get(&self, path: &str) -> Result<String, String> {
        Ok(Connection::open(self.address)?.get(path)?.body)
    }

    fn memory(&self, key: &str) -> Result<u64, String> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).map_err(|error| error.to_string())?;
        let kib = status.lines().find_map(|line| line.strip_prefix(key)?.split_whitespace().next()?.parse::<u64>().ok());
        kib.map(|kib| kib / 1024).ok_or_else(|| format!("no {key}"))
    }
}

/// Starts a server on a data folder and an address.
fn spawn(binary: &Path, data: &Path, address: SocketAddr, work: &Path) -> Result<Child, String> {
    let log = std::fs::OpenOptions::new().append(true).create(true).open(work.join("server.log")).map_err(|error| error.to_string())?;
    Command::new(binary)
        .args(["serve", "--set", &format!("data={}", data.display()), "--set", &format!("listen={address}")])
        .args(["--set", "sources.load={kind: ndjson, anonymous: true}"])
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .map_err(|error| format!("{}: {error}", binary.display()))
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

impl Lags {
    pub fn since(&self, before: &Self) -> Self {
        Self(self.0.iter().enumerate().map(|(at, (most, n))| (most.clone(), n - before.0.get(at).map_or(0, |(_, n)| *n))).collect())
    }

    pub fn count(&self) -> u64 {
        self.0.iter().map(|(_, n)| n).sum()
    }

    pub fn quantile(&self, part: f64) -> String {
        let (wanted, mut seen) = ((self.count() as f64 * part).ceil() as u64, 0);
        for (most, n) in &self.0 {
            seen += n;
            if seen >= wanted && seen > 0 {
                return most.clone();
            }
        }
        "-".to_owned()
    }
}

/// Seconds of processor time of a process; a tick is a hundredth of a second on Linux.
pub fn cpu_of(process: u32) -> Result<f64, String> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).map_err(|error| error.to_string())?;
    let after = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: Vec<f64> = after.split_whitespace().skip(11).take(2).filter_map(|n| n.parse().ok()).collect();
    Ok(ticks.iter().sum::<f64>() / 100.0)
}
