//! Bodies of a few kilobytes that are a gigabyte once they are unpacked, on every source over HTTP, several at a time.

use super::Asked;
use super::server::Server;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Instant;

/// Where sources take bodies.
pub const PATHS: &[&str] = &[
    "/ingest/ndjson",
    "/ingest/lines",
    "/services/collector/event",
    "/services/collector/raw",
    "/elastic/_bulk",
    "/v1/logs",
    "/loki/api/v1/push",
    "/ingest/azure",
    "/ingest/kubernetes",
];
/// Bombs of one kind at a time.
const TOGETHER: usize = 4;
const MIB: usize = 1 << 20;
/// What unpacking may take beyond what was there: all bodies of a kind and address, and as much that the allocator keeps.
const MOST: u64 = 2 * 192 + 128;
const ROUNDS: usize = 2;

pub fn run(asked: &Asked, server: &Server) -> Result<(), String> {
    let bombs = [("gzip", gzip(1024)?), ("zstd", zstd(8192))];
    let (before, began) = (server.memory().0, Instant::now());
    let (mut sent, mut peaks) = (0, Vec::new());
    while peaks.len() < ROUNDS || began.elapsed() < asked.seconds {
        for (encoding, bomb) in &bombs {
            for path in PATHS {
                several(server, path, encoding, bomb)?;
                sent += TOGETHER;
            }
        }
        peaks.push(server.memory().1);
    }
    let after = server.memory().0;
    let (first, last) = (peaks[ROUNDS - 1], peaks[peaks.len() - 1]);
    println!("   {sent} bombs of 1 GiB ({} and {} KiB): all refused", bombs[0].1.len() / 1024, bombs[1].1.len() / 1024);
    println!("   memory: {before} MiB before, {first} at most in {ROUNDS} rounds, {last} in {}, {after} after", peaks.len());
    if last > before + MOST { Err(format!("{} MiB more than before", last - before)) } else { Ok(()) }
}

fn several(server: &Server, path: &str, encoding: &str, bomb: &[u8]) -> Result<(), String> {
    let headers = format!("content-encoding: {encoding}\r\ncontent-type: application/json\r\n");
    let answers: Vec<Result<u16, String>> = std::thread::scope(|scope| {
        let sent: Vec<_> = (0..TOGETHER).map(|_| scope.spawn(|| server.send(path, &headers, bomb))).collect();
        sent.into_iter().map(|sent| sent.join().unwrap_or(Err("a sender panicked".to_owned()))).collect()
    });
    // Where others take the memory of all bodies, the answer is to come again.
    let told = |status: &u16| *status == 413 || *status == 429 || (*status == 503 && path.starts_with("/services"));
    let fine = answers.iter().flatten().filter(|status| told(status)).count();
    if fine == TOGETHER && answers.contains(&Ok(413)) { Ok(()) } else { Err(format!("{path} {encoding}: {answers:?}")) }
}

/// So many MiB of zeros, as members of one each.
fn gzip(members: usize) -> Result<Vec<u8>, String> {
    let mut child =
        Command::new("gzip").args(["-9", "-n", "-c"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(|error| format!("gzip: {error}"))?;
    let mut input = child.stdin.take().ok_or("gzip takes nothing")?;
    std::thread::spawn(move || input.write_all(&vec![0; MIB]));
    let packed = child.wait_with_output().map_err(|error| format!("gzip: {error}"))?.stdout;
    Ok(packed.repeat(members))
}

/// A frame of so many blocks that say: the same byte, 131,072 times.
fn zstd(blocks: u32) -> Vec<u8> {
    const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
    /// Neither size nor checksum; a window of 128 KiB.
    const HEAD: [u8; 2] = [0, 7 << 3];
    const BLOCK: u32 = 1 << 17;
    const SAME: u32 = 1;
    let mut frame = [&MAGIC[..], &HEAD].concat();
    for number in 1..=blocks {
        let head = u32::from(number == blocks) | SAME << 1 | BLOCK << 3;
        frame.extend_from_slice(&head.to_le_bytes()[..3]);
        frame.push(b' ');
    }
    frame
}
