//! Real events sent over and over, each pass with record numbers of its own, so that every event is a new one.

use super::http::Connection;
use super::server::{Server, cpu_of};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Requests' bodies, with the places of the digits that tell one pass from another.
pub struct Bodies {
    all: Vec<Body>,
    events: usize,
}

struct Body {
    bytes: Vec<u8>,
    /// Where a record number begins that has room for a pass.
    numbers: Vec<usize>,
    events: usize,
}

/// What was sent and acknowledged.
pub struct Sent {
    pub events: u64,
    pub bytes: u64,
    pub refused: u64,
    /// Seconds of processor time of this process.
    pub cpu: f64,
    /// Milliseconds of each answer, rising.
    answers: Vec<f64>,
}

/// Digits that a pass is written into; shorter record numbers are padded by others' digits, which changes nothing for a rule.
const DIGITS: usize = 4;
/// Bytes that detection may be behind before the senders wait for it.
const BEHIND: u64 = 96 << 20;
const KEY: &[u8] = b"\"EventRecordID\":";

impl Bodies {
    pub fn cut(file: &Path, events: usize) -> Result<Self, String> {
        let bytes = std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
        let lines: Vec<&[u8]> = bytes.split_inclusive(|b| *b == b'\n').collect();
        let all: Vec<Body> = lines.chunks(events).map(Body::new).collect();
        if all.is_empty() { Err(format!("{}: no events", file.display())) } else { Ok(Self { all, events: lines.len() }) }
    }

    /// A body by its number; no two have the same events.
    pub fn body(&self, number: u64) -> Vec<u8> {
        let mut body = Vec::new();
        self.all[number as usize % self.all.len()].of_pass(number / self.all.len() as u64, &mut body);
        body
    }

    /// Bytes of an event.
    pub fn mean(&self) -> f64 {
        self.all.iter().map(|body| body.bytes.len()).sum::<usize>() as f64 / self.events as f64
    }
}

impl Body {
    /// Gives every record number room for a pass in front of its digits.
    fn new(lines: &[&[u8]]) -> Self {
        let (mut bytes, mut numbers) = (Vec::new(), Vec::new());
        for line in lines {
            let at = line.windows(KEY.len()).position(|part| part == KEY).map(|at| at + KEY.len());
            let digits = at.map(|at| at + line[at..].iter().take_while(|b| matches!(b, b' ' | b'"')).count());
            match digits.filter(|at| line[*at].is_ascii_digit()) {
                Some(at) => {
                    bytes.extend_from_slice(&line[..at]);
                    numbers.push(bytes.len());
                    bytes.extend_from_slice(&[b'1'; DIGITS]);
                    bytes.extend_from_slice(&line[at..]);
                }
                None => bytes.extend_from_slice(line),
            }
        }
        Self { bytes, numbers, events: lines.len() }
    }

    fn of_pass(&self, pass: u64, into: &mut Vec<u8>) {
        into.clear();
        into.extend_from_slice(&self.bytes);
        let digits = format!("{:0DIGITS$}", 1000 + pass % 9000);
        for at in &self.numbers {
            into[*at..*at + DIGITS].copy_from_slice(digits.as_bytes());
        }
    }
}

/// Sends until the time is over, at most `rate` events a second; else as fast as detection keeps up.
pub fn send(server: &Server, bodies: &Bodies, senders: usize, time: Duration, rate: Option<f64>) -> Result<Sent, String> {
    let (next, events) = (AtomicU64::new(server.sent()), AtomicU64::new(0));
    let (wait, over) = (AtomicBool::new(false), AtomicBool::new(false));
    let all = Mutex::new(Sent { events: 0, bytes: 0, refused: 0, cpu: 0.0, answers: Vec::new() });
    let (began, cpu) = (Instant::now(), cpu_of(std::process::id())?);
    let outcome: Result<Vec<()>, String> = std::thread::scope(|scope| {
        let one = || -> Result<(), String> {
            let mut connection = Connection::open(server.address)?;
            let mut mine = Sent { events: 0, bytes: 0, refused: 0, cpu: 0.0, answers: Vec::new() };
            let mut body = Vec::new();
            while !over.load(Ordering::Relaxed) {
                let due = rate.is_some_and(|rate| events.load(Ordering::Relaxed) as f64 > rate * began.elapsed().as_secs_f64());
                if due || wait.load(Ordering::Relaxed) {
                    std::thread::sleep(Duration::from_millis(2));
                    continue;
                }
                let number = next.fetch_add(1, Ordering::Relaxed);
                let source = &bodies.all[number as usize % bodies.all.len()];
                source.of_pass(number / bodies.all.len() as u64, &mut body);
                mine.deliver(&mut connection, &body, source.events as u64)?;
                events.fetch_add(source.events as u64, Ordering::Relaxed);
            }
            all.lock().unwrap_or_else(PoisonError::into_inner).add(mine);
            Ok(())
        };
        let threads: Vec<_> = (0..senders).map(|_| scope.spawn(one)).collect();
        while began.elapsed() < time {
            wait.store(server.behind()? > BEHIND, Ordering::Relaxed);
            std::thread::sleep(Duration::from_millis(20));
        }
        over.store(true, Ordering::Relaxed);
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err("a sender failed".to_owned()))).collect()
    });
    outcome?;
    server.note_sent(next.load(Ordering::Relaxed));
    let mut sent = all.into_inner().unwrap_or_else(PoisonError::into_inner);
    sent.cpu = cpu_of(std::process::id())? - cpu;
    sent.answers.sort_by(f64::total_cmp);
    Ok(sent)
}

impl Sent {
    pub fn quantile(&self, part: f64) -> f64 {
        let at = (self.answers.len() as f64 * part) as usize;
        self.answers.get(at.min(self.answers.len().saturating_sub(1))).copied().unwrap_or_default()
    }

    fn add(&mut self, other: Self) {
        self.events += other.events;
        self.bytes += other.bytes;
        self.refused += other.refused;
        self.answers.extend(other.answers);
    }

    /// Sends until it is taken.
    fn deliver(&mut self, connection: &mut Connection, body: &[u8], events: u64) -> Result<(), String> {
        loop {
            let began = Instant::now();
            let answer = connection.post("/ingest/ndjson", body)?;
            match answer.status {
                200 => {
                    self.answers.push(began.elapsed().as_secs_f64() * 1000.0);
                    self.events += events;
                    self.bytes += body.len() as u64;
                    return Ok(());
                }
                429 | 503 => {
                    self.refused += 1;
                    std::thread::sleep(Duration::from_secs(answer.retry_after.unwrap_or(1)));
                }
                other => return Err(format!("{other}: {}", answer.body)),
            }
        }
    }
}
