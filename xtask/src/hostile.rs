//! `cargo xtask hostile`: a server meets those who mean it no good, and its API is held to its description.

mod bombs;
mod noise;
mod schema;
mod server;
mod slow;

use crate::Chore;
use crate::steps::report;
use crate::tree::{cargo, option, target};
use server::Server;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

pub const CHORE: Chore = Chore {
    name: "hostile",
    usage: "[--seconds N] [--connections N] [--seed N] [--schemathesis] [--only PART] [--binary FILE]",
    about: "slow connections, bombs, noise on raw sockets; schemathesis over the API",
    run,
};

/// What is done in a minute.
const SECONDS: u64 = 10;
const CONNECTIONS: usize = 2000;

/// A part: its name, and what it found wrong.
type Part = (&'static str, fn(&Asked, &Server) -> Result<(), String>);

const PARTS: &[Part] = &[("bombs", bombs::run), ("noise", noise::run), ("slow", slow::run), ("schemathesis", schema::run)];

/// What was asked for.
struct Asked {
    seconds: Duration,
    connections: usize,
    seed: u64,
    work: PathBuf,
}

fn run(words: &[String]) -> Result<(), String> {
    if !server::may_open_many() {
        return server::again_with_many_files(words);
    }
    let number = |name: &str, otherwise: u64| option(words, name).map_or(Ok(otherwise), str::parse).map_err(|_| format!("{name} takes a number"));
    let now = std::time::UNIX_EPOCH.elapsed().map_or(1, |since| since.as_secs());
    let asked = Asked {
        seconds: Duration::from_secs(number("--seconds", SECONDS)?),
        connections: number("--connections", CONNECTIONS as u64)? as usize,
        seed: number("--seed", now)?,
        work: target().join("xtask/hostile"),
    };
    std::fs::create_dir_all(&asked.work).map_err(|error| format!("{}: {error}", asked.work.display()))?;
    let binary = binary(words)?;
    let schemathesis = words.iter().any(|word| word == "--schemathesis");
    let only = option(words, "--only");
    let wanted = |name: &str| only.map_or(name != "schemathesis" || schemathesis, |only| only == name);
    let mut failed = Vec::new();
    for (name, part) in PARTS.iter().filter(|(name, _)| wanted(name)) {
        let began = Instant::now();
        println!("== {name}");
        let done = one(&asked, &binary, *part);
        println!("   {name}: {} after {:.1} s", done.as_ref().map_or_else(Clone::clone, |()| "passed".to_owned()), began.elapsed().as_secs_f64());
        failed.extend(done.err().map(|_| *name));
    }
    report(&failed)
}

/// Each part has a server of its own, which must live at its end and have said nothing of a panic.
fn one(asked: &Asked, binary: &Path, part: fn(&Asked, &Server) -> Result<(), String>) -> Result<(), String> {
    let mut server = Server::start(binary, &asked.work)?;
    let done = part(asked, &server);
    let well = server.is_well();
    server.stop();
    done.and(well)
}

/// The binary that the tests were built with; what was built is not built again.
fn binary(words: &[String]) -> Result<PathBuf, String> {
    if let Some(file) = option(words, "--binary") {
        return Ok(file.into());
    }
    let built = cargo(&["test", "--workspace", "--test", "it", "--no-run", "--locked", "--quiet"]).status();
    built.is_ok_and(|status| status.success()).then(|| target().join("debug/watchbell")).ok_or_else(|| "the binary cannot be built".to_owned())
}
