//! `cargo xtask load --corpus DIR`: how many events a second a server takes in, durably, and tells of, while a second
//! process sends as fast as it keeps up, and then half as fast.

pub mod http;
pub mod sender;
pub mod server;

use crate::Chore;
use crate::bench::captures;
use crate::corpus::{binary, unpack_rules};
use crate::tree::{option, target};
use sender::{Bodies, Sent, send};
use server::Server;
use std::path::Path;
use std::time::{Duration, Instant};

pub const CHORE: Chore = Chore {
    name: "load",
    usage: "--corpus DIR [--seconds N] [--senders N] [--pack-only] [--binary FILE]",
    about: "what a server takes in, durably, and how soon it tells: the highest rate that is sustained, then half of it",
    run,
};

/// Seconds at the highest rate, and how many times longer at half of it.
const SECONDS: u64 = 20;
const LONGER: u32 = 2;
/// Events of a request.
const EVENTS: usize = 500;

fn run(words: &[String]) -> Result<(), String> {
    let number = |name: &str, otherwise: u64| option(words, name).map_or(Ok(otherwise), str::parse).map_err(|_| format!("{name} takes a number"));
    let folder = option(words, "--corpus").ok_or("which folder of logs? (--corpus DIR)")?;
    let folder = Path::new(folder).canonicalize().map_err(|error| format!("{folder}: {error}"))?;
    let (seconds, senders) = (number("--seconds", SECONDS)?, number("--senders", 4)? as usize);
    let work = target().join("xtask/load");
    std::fs::create_dir_all(&work).map_err(|error| format!("{}: {error}", work.display()))?;
    let bodies = Bodies::cut(&captures(&folder, &target().join("xtask/bench"))?, EVENTS)?;
    let mut server = Server::start(&binary(words)?, &work)?;
    server.install_flagship()?;
    if !words.iter().any(|word| word == "--pack-only") {
        server.install_rules(&unpack_rules(&folder)?.join("rules/windows"), &work)?;
    }
    println!("\n{} rules active, bodies of {EVENTS} events, {:.1} KB each event, {senders} connections", server.rules()?, bodies.mean() / 1000.0);
    let time = Duration::from_secs(seconds);
    let fastest = phase(&mut server, &bodies, senders, time, None, "as fast as it keeps up")?;
    phase(&mut server, &bodies, senders, time * LONGER, Some(fastest / 2.0), "at half of it")?;
    server.stop()
}

/// One stretch of sending; gives events a second, counted until detection had caught up.
fn phase(server: &mut Server, bodies: &Bodies, senders: usize, time: Duration, rate: Option<f64>, name: &str) -> Result<f64, String> {
    let before = server.lags()?;
    let (began, used) = (Instant::now(), server.cpu()?);
    let sent: Sent = send(server, bodies, senders, time, rate)?;
    server.caught_up()?;
    let seconds = began.elapsed().as_secs_f64();
    let per_second = sent.events as f64 / seconds;
    let lag = server.lags()?.since(&before);
    println!("\n{name}: {seconds:.1} s");
    println!("  events/s acknowledged and detected  {per_second:>12.0}  ({:.0} MB/s)", sent.bytes as f64 / seconds / 1e6);
    println!("  answer to the sender, p50 / p99     {:>9.0} / {:.0} ms  ({} told to wait)", sent.quantile(0.5), sent.quantile(0.99), sent.refused);
    println!("  receipt to stored alert, p50 / p99  {:>9} / {} ms  ({} times)", lag.quantile(0.5), lag.quantile(0.99), lag.count());
    println!(
        "  server: {:.0} % of a core, {} MiB resident, {} MiB at most",
        100.0 * (server.cpu()? - used) / seconds,
        server.resident()?,
        server.most_resident()?
    );
    println!("  sender: {:.0} % of a core", 100.0 * sent.cpu / seconds);
    Ok(per_second)
}
