//! How fast the journal is here: entries a second, bytes, latency, for some submitters; each waits for its answer.
//!
//! `cargo run --release -p watchbell-journal --example speed -- FOLDER [NDJSON [SECONDS]]`
#![allow(clippy::disallowed_methods, clippy::print_stdout)]

use bytes::Bytes;
use std::{
    error::Error,
    path::Path,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};
use watchbell_journal::{Entry, EntryKind, Journal, Options, Position};
use watchbell_model::Timestamp;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("a folder for the journal")?;
    let events = arguments.next().map_or_else(|| Ok(made()), std::fs::read)?;
    let seconds = arguments.next().map_or(Ok(3), |text| text.parse())?;
    let events: Vec<Bytes> = events.split_inclusive(|byte| *byte == b'\n').map(Bytes::copy_from_slice).collect();
    let mean = events.iter().map(Bytes::len).sum::<usize>() / events.len();
    println!("{} events of {mean} bytes on average", events.len());
    println!(
        "{:>10} {:>10} {:>11} {:>9} {:>9} {:>9} {:>10} {:>10} {:>9}",
        "submitters", "per entry", "events/s", "MB/s", "p50 ms", "p99 ms", "disk MB/s", "cpu s/GB", "read MB/s"
    );
    for (submitters, batch) in [(1, 1), (16, 1), (256, 1), (1, 100), (4, 100), (16, 100), (4, 500), (16, 500)] {
        let bodies: Vec<Bytes> = events.chunks(batch).map(|chunk| chunk.concat().into()).collect();
        run(Path::new(&folder), &bodies, submitters, batch, Duration::from_secs(seconds))?;
    }
    Ok(())
}

fn run(folder: &Path, bodies: &[Bytes], submitters: usize, batch: usize, length: Duration) -> Result<(), Box<dyn Error>> {
    let folder = folder.join(format!("{submitters}-{batch}"));
    let (journal, _) = Journal::open(&folder, Options::default())?;
    let journal = Arc::new(journal);
    let (began, cpu) = (Instant::now(), cpu());
    let results = thread::scope(|scope| {
        let work = |number| submit(&journal, bodies, number, submitters, began, length);
        let threads: Vec<_> = (0..submitters).map(|number| scope.spawn(move || work(number))).collect();
        threads.into_iter().map(|thread| thread.join().expect("a submitter ends well")).collect::<Vec<_>>()
    });
    let (took, cpu) = (began.elapsed().as_secs_f64(), self::cpu() - cpu);
    let bytes: u64 = results.iter().map(|result| result.0).sum();
    let mut waits: Vec<Duration> = results.into_iter().flat_map(|result| result.1).collect();
    waits.sort_unstable();
    let wait = |of_hundred: usize| waits[waits.len() * of_hundred / 100].as_secs_f64() * 1e3;
    let mb = |bytes: u64| bytes as f64 / 1e6;
    let events = (waits.len() * batch) as f64;
    let disk = mb(journal.bytes()) / took;
    let read = read(&journal)?;
    println!(
        "{submitters:>10} {batch:>10} {:>11.0} {:>9.0} {:>9.2} {:>9.2} {disk:>10.0} {:>10.2} {read:>9.0}",
        events / took,
        mb(bytes) / took,
        wait(50),
        wait(99),
        cpu / (mb(bytes) / 1e3),
    );
    drop(journal);
    Ok(std::fs::remove_dir_all(folder)?)
}

/// Bytes and waits of one submitter.
fn submit(journal: &Journal, bodies: &[Bytes], number: usize, submitters: usize, began: Instant, length: Duration) -> (u64, Vec<Duration>) {
    let (mut bytes, mut waits) = (0, Vec::new());
    for payload in bodies.iter().skip(number * bodies.len() / submitters).chain(bodies.iter().cycle()) {
        let start = Instant::now();
        if start - began > length {
            break;
        }
        bytes += payload.len() as u64;
        journal.append_and_wait(entry(payload.clone())).expect("the disk has room");
        waits.push(start.elapsed());
    }
    (bytes, waits)
}

fn read(journal: &Journal) -> Result<f64, Box<dyn Error>> {
    let mut reader = journal.reader(Position(0))?;
    let (start, mut bytes) = (Instant::now(), 0);
    while let Some(read) = reader.next(Duration::ZERO)? {
        bytes += read.entry.payload.len();
    }
    Ok(bytes as f64 / 1e6 / start.elapsed().as_secs_f64())
}

fn entry(payload: Bytes) -> Entry {
    let received = Timestamp { nanos: 0, digits: 9 };
    let (source, stream, peer) = ("http".into(), "connection 7".into(), "192.0.2.7:40000".into());
    Entry { kind: EntryKind::Records, source, stream, peer, format: "".into(), received, unit: [7; 16], first: 0, payload }
}

/// Processor seconds of this process, where the system tells them.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// Events that look like nothing real, for a first impression.
fn made() -> Vec<u8> {
    let line = |n: u64| {
        let (id, more) = (n.wrapping_mul(0x9e37_79b9_7f4a_7c15), "\\\\Windows\\\\System32\\\\svchost.exe -k netsvcs ".repeat(30));
        format!("{{\"EventID\":4688,\"RecordNumber\":{n},\"Guid\":\"{id:016x}\",\"CommandLine\":\"C:{more}\"}}\n")
    };
    (0..20_000).map(line).collect::<String>().into_bytes()
}
