//! Thousands of connections that send a byte now and then: others are served meanwhile, memory is bounded, they are closed.

use super::Asked;
use super::server::Server;
use socket2::{Domain, SockAddr, Socket, Type};
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Addresses that they come from, beside the one of everybody else.
const FROM: u8 = 20;
/// A head must be there in ten seconds; a body in sixty.
const HEAD_AND_AIR: Duration = Duration::from_secs(20);
const MOST_MIB: u64 = 400;
const OPENERS: usize = 8;
/// What others may wait at most.
const MOST_WAIT: Duration = Duration::from_secs(3);

pub fn run(asked: &Asked, server: &Server) -> Result<(), String> {
    let (before, _) = server.memory();
    let calm = others(server, &AtomicBool::new(true))?;
    let over = AtomicBool::new(false);
    let began = Instant::now();
    let (busy, told) = std::thread::scope(|scope| {
        let others = scope.spawn(|| others(server, &over));
        let told = attack(asked, server, began);
        over.store(true, Ordering::Relaxed);
        (others.join().unwrap_or(Err("it panicked".to_owned())), told)
    });
    let (busy, told) = (busy?, told?);
    println!(
        "   {} slow connections in {:.1} s: {} held by then, the others refused or closed already; the last one was closed after {:.1} s",
        asked.connections, told.opened, told.held, told.closed
    );
    println!("   others meanwhile: {} requests, slowest {:?} (before: {:?})", busy.0, busy.1, calm.1);
    let (after, most) = server.memory();
    println!("   memory: {before} MiB before, {} during, {most} at most, {after} after", told.memory);
    if most > before + MOST_MIB {
        return Err(format!("{} MiB more than before", most - before));
    }
    if busy.1 > MOST_WAIT { Err(format!("others waited {:?}", busy.1)) } else { Ok(()) }
}

struct Told {
    opened: f64,
    held: usize,
    closed: f64,
    memory: u64,
}

fn attack(asked: &Asked, server: &Server, began: Instant) -> Result<Told, String> {
    let mut open: Vec<TcpStream> = std::thread::scope(|scope| {
        let share = |first: usize| (first..asked.connections).step_by(OPENERS).filter_map(|n| connect(server.address, n).ok()).collect::<Vec<_>>();
        let openers: Vec<_> = (0..OPENERS).map(|first| scope.spawn(move || share(first))).collect();
        openers.into_iter().filter_map(|opener| opener.join().ok()).flatten().collect()
    });
    let opened = began.elapsed().as_secs_f64();
    open.retain_mut(is_open);
    let (held, memory) = (open.len(), server.memory().0);
    let end = Instant::now() + HEAD_AND_AIR;
    while !open.is_empty() && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(500));
        open.retain_mut(|stream| stream.write_all(b"a").is_ok() && is_open(stream));
    }
    if open.is_empty() { Ok(Told { opened, held, closed: began.elapsed().as_secs_f64(), memory }) } else { Err(format!("{} are open still", open.len())) }
}

fn connect(to: SocketAddr, n: usize) -> std::io::Result<TcpStream> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    let from = Ipv4Addr::new(127, 0, 1, 1 + (n % usize::from(FROM)) as u8);
    socket.bind(&SockAddr::from(SocketAddr::from((from, 0))))?;
    socket.connect_timeout(&SockAddr::from(to), Duration::from_secs(5))?;
    let mut stream = TcpStream::from(socket);
    stream.set_nonblocking(true)?;
    stream.write_all(b"POST /ingest/ndjson HTTP/1.1\r\nhost: localhost\r\nx-slow: ")?;
    Ok(stream)
}

fn is_open(stream: &mut TcpStream) -> bool {
    match stream.read(&mut [0; 256]) {
        // An answer (408) comes before the end.
        Ok(length) => length > 0,
        Err(error) => error.kind() == ErrorKind::WouldBlock,
    }
}

/// Asks until it is over, once at least: how often, and the longest wait.
fn others(server: &Server, over: &AtomicBool) -> Result<(u64, Duration), String> {
    let (mut asked, mut slowest) = (0, Duration::ZERO);
    loop {
        let began = Instant::now();
        let status = server.send("/ingest/ndjson", "", b"{\"a\":1}\n").map_err(|error| format!("others are not served: {error}"))?;
        if status != 200 {
            return Err(format!("others are answered {status}"));
        }
        asked += 1;
        slowest = slowest.max(began.elapsed());
        if over.load(Ordering::Relaxed) {
            return Ok((asked, slowest));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}
