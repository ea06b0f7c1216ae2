//! `cargo xtask crash --corpus DIR`: a server killed again and again under load, a sender that sends again what was not
//! acknowledged, and in the end the same triggered alerts as of a server that nobody touched.

use crate::Chore;
use crate::bench::captures;
use crate::corpus::binary;
use crate::load::http::Connection;
use crate::load::sender::Bodies;
use crate::load::server::Server;
use crate::tree::{option, root, target};
use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

pub const CHORE: Chore = Chore {
    name: "crash",
    usage: "--corpus DIR [--kills N] [--bodies N] [--binary FILE]",
    about: "a server killed at random moments under load triggers what an undisturbed one does, once",
    run,
};

const KILLS: u64 = 20;
/// Bodies of captured events around those of the pack's samples.
const BODIES: u64 = 160;
const EVENTS: usize = 500;
/// Fires when a window closes, which the clock decides.
const BY_THE_CLOCK: &str = "SecOpsAzureAutomationTracesDeleted";

fn run(words: &[String]) -> Result<(), String> {
    let number = |name: &str, otherwise: u64| option(words, name).map_or(Ok(otherwise), str::parse).map_err(|_| format!("{name} takes a number"));
    let folder = option(words, "--corpus").ok_or("which folder of logs? (--corpus DIR)")?;
    let folder = Path::new(folder).canonicalize().map_err(|error| format!("{folder}: {error}"))?;
    let work = target().join("xtask/crash");
    std::fs::create_dir_all(&work).map_err(|error| format!("{}: {error}", work.display()))?;
    let captures = Bodies::cut(&captures(&folder, &target().join("xtask/bench"))?, EVENTS)?;
    let bodies = all(&captures, number("--bodies", BODIES)?)?;
    let binary = binary(words)?;
    let (calm, quiet) = outcome(&binary, &work, &bodies, 0)?;
    let kills = number("--kills", KILLS)?;
    let (shaken, kept) = outcome(&binary, &work, &bodies, kills)?;
    println!("{} bodies sent; undisturbed: {} triggered alerts, {} events in the lake", bodies.len(), calm.len(), quiet.1);
    println!("killed {kills} times: {} triggered alerts, {} events in the lake", shaken.len(), kept.1);
    if kept.0 != kept.1 || kept.1 != quiet.1 {
        return Err(format!("the lake shows {} rows of {} events; {} were sent", kept.0, kept.1, quiet.1));
    }
    let different: Vec<String> =
        calm.iter().filter(|(id, what)| shaken.get(*id) != Some(what)).map(|(id, what)| format!("{id} {what}: {:?}", shaken.get(id))).collect();
    let more = shaken.keys().filter(|id| !calm.contains_key(*id)).count();
    different.iter().take(10).for_each(|line| println!("  {line}"));
    if different.is_empty() && more == 0 { Ok(()) } else { Err(format!("{} missing or different, {more} that should not be there", different.len())) }
}

/// Captured events, and between them the samples of the pack, in pieces.
fn all(captures: &Bodies, count: u64) -> Result<Vec<Vec<u8>>, String> {
    let mut samples = Vec::new();
    let mut files = Vec::new();
    files_of(&root().join("packs/mitre-t1053-scheduled-task-job/samples"), &mut files);
    for file in files.iter().filter(|file| file.extension().is_some_and(|end| end == "jsonl" || end == "log")) {
        let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        samples.extend(lines.chunks(lines.len().div_ceil(4).max(1)).map(|lines| lines.concat().into_bytes()));
    }
    let every = (count as usize / samples.len().max(1)).max(1);
    let mut bodies = Vec::new();
    let mut samples = samples.into_iter();
    for number in 0..count {
        bodies.push(captures.body(number));
        if (number as usize).is_multiple_of(every) {
            bodies.extend(samples.by_ref().take(1));
        }
    }
    bodies.extend(samples);
    Ok(bodies)
}

/// Triggered alerts by id; rows of the lake, and how many different ones.
type Outcome = (BTreeMap<String, String>, (u64, u64));

/// What a server comes to that is sent these, and killed so often meanwhile.
fn outcome(binary: &Path, work: &Path, bodies: &[Vec<u8>], kills: u64) -> Result<Outcome, String> {
    let mut server = Server::start(binary, work)?;
    server.install_flagship()?;
    let address = server.address;
    let (over, mut killed) = (AtomicBool::new(false), 0);
    let sent: Result<(), String> = std::thread::scope(|scope| {
        let sender = scope.spawn(|| {
            let outcome = bodies.iter().try_for_each(|body| until_taken(address, body));
            over.store(true, Ordering::Relaxed);
            outcome
        });
        while killed < kills && !over.load(Ordering::Relaxed) {
            let chance = RandomState::new().hash_one(killed) % 700;
            std::thread::sleep(Duration::from_millis(100 + chance));
            server.kill_and_start_again(work)?;
            killed += 1;
        }
        sender.join().unwrap_or_else(|_| Err("the sender failed".to_owned()))
    });
    sent?;
    if killed < kills {
        return Err(format!("all was sent before the server was killed {kills} times: send more with --bodies"));
    }
    server.caught_up()?;
    let (rows, kept) = (server.triggered()?, server.kept()?);
    server.stop()?;
    let text = |row: &serde_json::Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let shown = |row: &serde_json::Value| (text(row, "id"), format!("{} x{}", text(row, "alert"), row["count"]));
    Ok((rows.iter().filter(|row| row["alert"] != BY_THE_CLOCK).map(shown).collect(), kept))
}

/// Sends it again and again until a server says that it is kept.
fn until_taken(address: std::net::SocketAddr, body: &[u8]) -> Result<(), String> {
    for _ in 0..3000 {
        match Connection::open(address).and_then(|mut connection| connection.post("/ingest/lines", body)) {
            Ok(answer) if answer.status == 200 => return Ok(()),
            Ok(answer) if answer.status == 400 => return Err(answer.body),
            _ => std::thread::sleep(Duration::from_millis(20)),
        }
    }
    Err("nobody takes it".to_owned())
}

fn files_of(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() { files_of(&path, found) } else { found.push(path) }
    }
}
