//! `cargo xtask lake --corpus DIR`: how large what is kept is, and how long searches, stories' windows and hunts take in it.

mod ask;
mod shift;

use crate::Chore;
use crate::corpus::binary;
use crate::load::http::Connection;
use crate::load::server::Server;
use crate::tree::{option, target};
use shift::{Line, Pass};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

pub const CHORE: Chore = Chore {
    name: "lake",
    usage: "--corpus DIR [--events N[,N...]] [--binary FILE]",
    about: "size and times of a lake with so many events, copies of captured ones spread over thirty days: searches, a story's window, a hunt",
    run,
};

const EVENTS: &str = "1000000";
/// Events of a request.
const AT_ONCE: usize = 500;
const PATIENCE: Duration = Duration::from_mins(10);

fn run(words: &[String]) -> Result<(), String> {
    let folder = option(words, "--corpus").ok_or("which folder of logs? (--corpus DIR)")?;
    let counts = option(words, "--events").unwrap_or(EVENTS).split(',').map(|n| n.parse().map_err(|_| format!("--events takes numbers, not {n}")));
    let counts: Vec<u64> = counts.collect::<Result<_, _>>()?;
    let work = target().join("xtask/lake");
    std::fs::create_dir_all(&work).map_err(|error| format!("{}: {error}", work.display()))?;
    let lines = captured(&Path::new(folder).join("benign/windows"))?;
    let mean = lines.iter().map(Line::len).sum::<usize>() as f64 / lines.len() as f64;
    println!("{} captured events of {:.2} KB; copies of them have other hours, hosts, numbers and processes", lines.len(), mean / 1000.0);
    let packed = packed(&lines)?;
    let binary = binary(words)?;
    let mut server = Server::start(&binary, &work)?;
    server.install_flagship_inactive()?;
    let mut sent = 0;
    for events in counts {
        println!("\n== {events} events");
        let began = Instant::now();
        let bytes = send(&server, &lines, sent, events)?;
        ask::until_searched(&server, events, PATIENCE)?;
        println!("  sent and searchable in {:.0} s", began.elapsed().as_secs_f64());
        sent = events;
        server.start_again(&work)?;
        let kept = size_of(&server.data().join("lake"));
        let gzip = packed * events as f64;
        println!(
            "  {:.0} MB as sent; {:.0} MB by gzip -6; {:.0} MB in the lake, {} files ({:.2} of gzip's)",
            bytes / 1e6,
            gzip / 1e6,
            kept.0 as f64 / 1e6,
            kept.1,
            kept.0 as f64 / gzip
        );
        ask::all(&server)?;
        println!("  server: {} MiB resident, {} MiB at most", server.resident()?, server.most_resident()?);
    }
    server.stop()
}

/// The lines of packed captures, those of one file with the number of the file.
fn captured(folder: &Path) -> Result<Vec<Line>, String> {
    let mut files = Vec::new();
    find(folder, &mut files);
    let mut lines = Vec::new();
    for (number, file) in files.iter().enumerate() {
        let unpacked = Command::new("gzip").arg("-dc").arg(file).output().map_err(|error| format!("gzip: {error}"))?;
        let whole = unpacked.stdout.split(|b| *b == b'\n').filter(|line| line.starts_with(b"{"));
        lines.extend(whole.map(|line| Line::new(line, number as u64)));
    }
    if lines.is_empty() { Err(format!("{}: no packed captures", folder.display())) } else { Ok(lines) }
}

/// Bytes of an event that gzip leaves.
fn packed(lines: &[Line]) -> Result<f64, String> {
    let mut gzip = Command::new("gzip").arg("-6").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(|error| format!("gzip: {error}"))?;
    let (mut input, mut output) = (gzip.stdin.take().ok_or("no pipe")?, gzip.stdout.take().ok_or("no pipe")?);
    let counted = std::thread::scope(|scope| {
        let counting = scope.spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
        let mut text = Vec::new();
        for line in lines {
            text.clear();
            line.of_pass(Pass(0), &mut text);
            text.push(b'\n');
            input.write_all(&text).map_err(|error| error.to_string())?;
        }
        drop(input);
        counting.join().map_err(|_| "counting failed".to_owned())?.map_err(|error| error.to_string())
    })?;
    gzip.wait().map_err(|error| error.to_string())?;
    Ok(counted as f64 / lines.len() as f64)
}

/// Sends the events from one number to another; tells their bytes. No two are the same.
fn send(server: &Server, lines: &[Line], from: u64, to: u64) -> Result<f64, String> {
    let mut connection = Connection::open(server.address)?;
    let (mut body, mut in_body, mut bytes) = (Vec::new(), 0, 0.0);
    for number in from..to {
        let pass = Pass(number / lines.len() as u64);
        lines[(number % lines.len() as u64) as usize].of_pass(pass, &mut body);
        body.push(b'\n');
        in_body += 1;
        if in_body == AT_ONCE || number + 1 == to {
            deliver(&mut connection, &body)?;
            bytes += body.len() as f64;
            body.clear();
            in_body = 0;
        }
    }
    Ok(bytes)
}

fn deliver(connection: &mut Connection, body: &[u8]) -> Result<(), String> {
    loop {
        let answer = connection.post("/ingest/ndjson", body)?;
        match answer.status {
            200 => return Ok(()),
            429 | 503 => std::thread::sleep(Duration::from_secs(answer.retry_after.unwrap_or(1))),
            other => return Err(format!("{other}: {}", answer.body)),
        }
    }
}

/// Bytes and number of the Parquet files below a folder.
fn size_of(folder: &Path) -> (u64, usize) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.fold((0, 0), |(bytes, files), entry| {
        let path = entry.path();
        let (more, count) = if path.is_dir() {
            size_of(&path)
        } else {
            (entry.metadata().map_or(0, |about| about.len()), usize::from(path.extension().is_some_and(|end| end == "parquet")))
        };
        (bytes + more, files + count)
    })
}

fn find(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            find(&path, found);
        } else if path.extension().is_some_and(|end| end == "gz") {
            found.push(path);
        }
    }
}
