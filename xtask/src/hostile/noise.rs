//! Heads and tokens that mean nothing, on raw sockets: no fault of the server, and nobody gets in.

use super::Asked;
use super::bombs::PATHS;
use super::server::Server;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

/// Where nobody may without a name.
const GUARDED: &[&str] = &[
    "/api/v1/triggered-alerts",
    "/api/v1/alerts",
    "/api/v1/users",
    "/api/v1/tokens",
    "/api/v1/me",
    "/api/v1/quarantine",
    "/api/v1/audit",
    "/api/v1/roles",
    "/metrics",
];
const METHODS: &[&str] = &["GET", "POST", "PATCH", "DELETE", "PUT", "HEAD", "OPTIONS", "TRACE", "CONNECT", "get", "G\u{0}T", ""];
const NAMES: &[&str] = &[
    "authorization",
    "Authorization ",
    "cookie",
    "content-length",
    "transfer-encoding",
    "content-type",
    "content-encoding",
    "host",
    "if-match",
    "idempotency-key",
    "last-event-id",
    "x-csrf-token",
    "x-api-key",
    "expect",
    "upgrade",
    "connection",
    "x-forwarded-for",
    "accept",
    "range",
    "x-splunk-request-channel",
    "x-original-url",
    "x-http-method-override",
];
const VALUES: &[&str] = &[
    "Bearer ",
    "Bearer wb_",
    "Basic ",
    "Splunk ",
    "ApiKey ",
    "__Host-watchbell=",
    "chunked",
    "identity, chunked",
    "gzip",
    "zstd",
    "application/json",
    "application/x-protobuf",
    "0",
    "-1",
    "18446744073709551616",
    "100-continue",
    "h2c",
    "close",
    "keep-alive",
    "127.0.0.1",
    "W/\"1\"",
    "*",
    "GET",
    "Bearer null",
    "bearer undefined",
    "Basic Og==",
    "' OR '1'='1",
    "../../etc/passwd",
    "%00",
    "\u{0}",
];
const PATIENCE: Duration = Duration::from_secs(5);
const SENDERS: u64 = 4;

/// What one sender saw.
#[derive(Default)]
struct Seen {
    requests: u64,
    statuses: std::collections::BTreeMap<u16, u64>,
    wrong: Vec<String>,
}

pub fn run(asked: &Asked, server: &Server) -> Result<(), String> {
    println!("   --seed {}", asked.seed);
    let all: Vec<Seen> = std::thread::scope(|scope| {
        let senders: Vec<_> = (0..SENDERS).map(|n| scope.spawn(move || sender(asked, server, Dice(asked.seed.wrapping_mul(2 * n + 1) | 1)))).collect();
        senders.into_iter().filter_map(|sender| sender.join().ok()).collect()
    });
    let mut statuses = std::collections::BTreeMap::<u16, u64>::new();
    all.iter().flat_map(|seen| &seen.statuses).for_each(|(status, n)| *statuses.entry(*status).or_default() += n);
    println!("   {} requests; answers by status (0: closed without one): {statuses:?}", all.iter().map(|seen| seen.requests).sum::<u64>());
    let wrong: Vec<&String> = all.iter().flat_map(|seen| &seen.wrong).collect();
    wrong.iter().take(5).for_each(|what| println!("   {what}"));
    if wrong.is_empty() && all.len() == SENDERS as usize { Ok(()) } else { Err(format!("{} answers that must not be", wrong.len())) }
}

fn sender(asked: &Asked, server: &Server, mut dice: Dice) -> Seen {
    let (mut seen, began) = (Seen::default(), Instant::now());
    while began.elapsed() < asked.seconds {
        let (request, guarded) = request(&mut dice);
        let status = match ask(server, &request) {
            Ok(status) => status,
            Err(error) => {
                seen.wrong.push(format!("{error}: {:?}", String::from_utf8_lossy(&request)));
                continue;
            }
        };
        seen.requests += 1;
        *seen.statuses.entry(status).or_default() += 1;
        if status >= 500 || (guarded && (200..300).contains(&status)) {
            seen.wrong.push(format!("{status}: {:?}", String::from_utf8_lossy(&request)));
        }
    }
    seen
}

/// The status of the first answer; 0 where the connection is closed without one.
fn ask(server: &Server, request: &[u8]) -> Result<u16, String> {
    let mut stream = TcpStream::connect(server.address).map_err(|error| format!("connecting: {error}"))?;
    stream.set_read_timeout(Some(PATIENCE)).map_err(|error| error.to_string())?;
    let _ = stream.write_all(request).and_then(|()| stream.shutdown(Shutdown::Write));
    let (mut answer, mut part) = (Vec::new(), [0; 1024]);
    while !answer.windows(2).any(|two| two == b"\r\n") {
        match stream.read(&mut part) {
            Ok(0) => break,
            Ok(length) => answer.extend_from_slice(&part[..length]),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => break,
            Err(error) => return Err(format!("no answer: {error}")),
        }
    }
    if answer.is_empty() {
        return Ok(0);
    }
    let status = answer.get(9..12).and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok());
    status.filter(|_| answer.starts_with(b"HTTP/1.")).ok_or_else(|| format!("no HTTP: {:?}", String::from_utf8_lossy(&answer)))
}

/// A request, and whether it asks for what nobody may have without a name.
fn request(dice: &mut Dice) -> (Vec<u8>, bool) {
    let guarded = dice.one_in(2);
    let path = if guarded { *dice.of(GUARDED) } else { *dice.of(PATHS) };
    let method = if dice.one_in(4) { *dice.of(METHODS) } else { *dice.of(&["GET", "POST"]) };
    let mut request = format!("{method} {path} HTTP/1.{}\r\n", u8::from(!dice.one_in(9))).into_bytes();
    if !dice.one_in(12) {
        request.extend_from_slice(b"host: localhost\r\n");
    }
    for _ in 0..dice.below(8) {
        let (name, end) = (*dice.of(NAMES), if dice.one_in(60) { "\n" } else { "\r\n" });
        request.extend_from_slice(format!("{name}: ").as_bytes());
        for _ in 0..=dice.below(2) {
            request.extend_from_slice(dice.of(VALUES).as_bytes());
        }
        let longest = if dice.one_in(50) { 40_000 } else { 40 };
        for _ in 0..dice.below(longest) {
            request.push(if dice.one_in(300) { dice.byte() } else { b'!' + dice.byte() % 94 });
        }
        request.extend_from_slice(end.as_bytes());
    }
    request.extend_from_slice(b"\r\n");
    for _ in 0..dice.below(200) {
        request.push(dice.byte());
    }
    let changed = if dice.one_in(4) { dice.below(4) } else { 0 };
    for _ in 0..changed {
        let at = dice.below(request.len() as u64) as usize;
        request[at] = dice.byte();
    }
    // A byte that was changed may have made another request of it: only what is still there is held to it.
    let asks = request.starts_with(format!("{method} {path} ").as_bytes());
    (request, guarded && asks && method != "OPTIONS")
}

/// Chance that can be had again: xorshift.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, most: u64) -> u64 {
        self.next() % most.max(1)
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[3]
    }

    fn of<'l, T>(&mut self, list: &'l [T]) -> &'l T {
        &list[self.below(list.len() as u64) as usize]
    }
}
