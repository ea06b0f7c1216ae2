//! RELP, the syslog that is acknowledged: every message is answered once it is kept.

use super::syslog::{About, Lines};
use crate::accept::{Accept, Connection, accept, bind};
use crate::assemble::{counting, settings, tls};
use crate::kind::{Run, Running, Setup};
use crate::names::Units;
use crate::patience::offer_until_taken;
use crate::{Intake, Kind, Limits, Make, Promise, Stop, Tls, TlsFiles};
use bytes::{Buf, BytesMut};
use schemars::{JsonSchema, schema_for};
use serde::Deserialize;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use watchbell_model::Diagnostic;

pub const KIND: Kind = Kind {
    id: "relp",
    title: "RELP",
    example: "\
sources:
  relp:
    kind: relp
    listen: 0.0.0.0:2514
",
    promise: Promise {
        acknowledged: "with each message's `200 OK`, after the fsync",
        lost: "nothing that was acknowledged",
        again: "counts twice where a record has no identity of its own; senders send again after a broken connection",
        full: "no answer until there is room: senders wait, and keep what waits",
    },
    schema: || schema_for!(Config),
    make: Make::Own(make),
};

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    listen: SocketAddr,
    #[serde(default)]
    tls: Option<TlsFiles>,
    /// Id of a format; without it a line that begins with `<` is syslog, one that begins with `{` is JSON.
    #[serde(default)]
    format: Option<String>,
    #[serde(default)]
    limits: Limits,
}

fn make(setup: &Setup<'_>) -> Result<Box<dyn Run>, Diagnostic> {
    let config: Config = settings(setup.id, setup.config)?;
    let format = crate::config::format(setup.id, config.format.as_deref())?;
    let failed = |error| Diagnostic::error("source/listen", setup.id, format!("{}: {error}", config.listen));
    let listener = bind(config.listen).map_err(failed)?;
    let tls = config.tls.map(|files| tls(setup.id, files)).transpose()?;
    let about = Arc::new(About { source: setup.id.into(), format, limits: config.limits, units: Units::default() });
    Ok(Box::new(Relp { about, listener, tls }))
}

struct Relp {
    about: Arc<About>,
    listener: TcpListener,
    tls: Option<Arc<Tls>>,
}

impl Run for Relp {
    fn addresses(&self) -> Vec<SocketAddr> {
        self.listener.local_addr().into_iter().collect()
    }

    fn certificates(&self) -> Vec<Arc<Tls>> {
        self.tls.iter().cloned().collect()
    }

    fn run(self: Box<Self>, intake: Arc<dyn Intake>, stop: Stop) -> Running {
        Box::pin(async move {
            let Ok(listener) = tokio::net::TcpListener::from_std(self.listener) else { return };
            let (about, met, ending) = (Arc::clone(&self.about), counting(&intake, &self.about.source), stop.clone());
            let what = Accept { listener, limits: about.limits, tls: self.tls };
            accept(what, stop, met, move |connection, peer| one(connection, peer, Arc::clone(&about), Arc::clone(&intake), ending.clone())).await;
        })
    }
}

const ROOM: usize = 64 << 10;
const KEPT: usize = 4 << 10;

async fn one(mut connection: Connection, peer: SocketAddr, about: Arc<About>, intake: Arc<dyn Intake>, mut stop: Stop) {
    let (unit, told): (_, Arc<str>) = (about.units.next(), peer.to_string().into());
    let mut session = Session { buffer: BytesMut::new(), skip: 0, is_open: false, longest: about.limits.line_bytes, next: 1 };
    loop {
        session.buffer.reserve(ROOM);
        let read = tokio::select! {
            () = stop.told() => 0,
            read = connection.read_buf(&mut session.buffer) => read.unwrap_or_default(),
        };
        let turn = session.turn(|reason, bytes| intake.quarantine(&about.source, reason, &bytes[..bytes.len().min(KEPT)], &told));
        // What is not kept is not answered: the sender has it, and sends it again.
        if turn.lines.count > 0 && !offer_until_taken(&*intake, turn.lines.delivery(&about, unit, &told, peer.ip()), &mut stop).await {
            break;
        }
        if connection.write_all(&turn.answers).await.is_err() || turn.ends || read == 0 {
            break;
        }
    }
    let _ = connection.write_all(b"0 serverclose 0\n").await;
    let _ = connection.shutdown().await;
}

struct Session {
    buffer: BytesMut,
    /// Bytes of a message that is too long.
    skip: usize,
    is_open: bool,
    longest: usize,
    /// Number of the next message.
    next: u64,
}

/// What the frames that were there come to.
struct Turn {
    lines: Lines,
    answers: Vec<u8>,
    ends: bool,
}

/// The head of a frame, and where its data stands.
struct Head {
    number: u32,
    command: String,
    from: usize,
    to: usize,
}

const LONGEST_HEAD: usize = 9 + 1 + 32 + 1 + 9 + 1;
const OPENED: &str = "200 OK\nrelp_version=0\nrelp_software=watchbell\ncommands=syslog";

impl Session {
    fn turn(&mut self, quarantine: impl Fn(&'static str, &[u8])) -> Turn {
        let mut turn = Turn { lines: Lines::new(self.next), answers: Vec::new(), ends: false };
        while !turn.ends {
            let skipped = self.skip.min(self.buffer.len());
            self.buffer.advance(skipped);
            self.skip -= skipped;
            let head = match head(&self.buffer) {
                Ok(Some(head)) => head,
                Ok(None) => break,
                Err(()) => {
                    quarantine("bad_frame", &self.buffer);
                    turn.ends = true;
                    break;
                }
            };
            if head.to - head.from > self.longest {
                quarantine("line_too_long", &self.buffer[head.from..]);
                turn.answer(head.number, "500 message too long");
                self.skip = head.to + 1;
                continue;
            }
            if self.buffer.len() <= head.to {
                break;
            }
            self.frame(&head, &mut turn);
            self.buffer.advance(head.to + 1);
        }
        self.next += turn.lines.count;
        turn
    }

    fn frame(&mut self, head: &Head, turn: &mut Turn) {
        match head.command.as_str() {
            "open" => {
                self.is_open = true;
                turn.answer(head.number, OPENED);
            }
            "syslog" if self.is_open => {
                turn.lines.push(&self.buffer[head.from..head.to]);
                turn.answer(head.number, "200 OK");
            }
            "close" => {
                turn.answer(head.number, "");
                turn.ends = true;
            }
            _ => turn.answer(head.number, "500 not known here, or not yet open"),
        }
    }
}

impl Turn {
    fn answer(&mut self, number: u32, data: &str) {
        let space = if data.is_empty() { "" } else { " " };
        self.answers.extend_from_slice(format!("{number} rsp {}{space}{data}\n", data.len()).as_bytes());
    }
}

/// `TXNR SP COMMAND SP DATALEN [SP DATA] LF`. None where bytes are missing.
fn head(bytes: &[u8]) -> Result<Option<Head>, ()> {
    let Some((number, at)) = word(bytes, 0)? else { return Ok(None) };
    let Some((command, at)) = word(bytes, at)? else { return Ok(None) };
    let Some((length, at)) = word(bytes, at)? else { return Ok(None) };
    let length: usize = number_of(length)? as usize;
    let command = command.iter().all(u8::is_ascii_alphanumeric).then(|| String::from_utf8_lossy(command).into_owned()).ok_or(())?;
    // Without data there is no space before the end.
    let from = if length == 0 { at - 1 } else { at };
    let (to, ended) = (from + length, bytes.get(from + length));
    if ended.is_some_and(|end| *end != b'\n') { Err(()) } else { Ok(Some(Head { number: number_of(number)?, command, from, to })) }
}

/// A word and where the next begins.
fn word(bytes: &[u8], at: usize) -> Result<Option<(&[u8], usize)>, ()> {
    let rest = &bytes[at.min(bytes.len())..];
    match rest.iter().take(33).position(|b| matches!(b, b' ' | b'\n')) {
        Some(0) => Err(()),
        Some(end) => Ok(Some((&rest[..end], at + end + 1))),
        None if rest.len() >= 33 || at > LONGEST_HEAD => Err(()),
        None => Ok(None),
    }
}

fn number_of(digits: &[u8]) -> Result<u32, ()> {
    let text = std::str::from_utf8(digits).map_err(drop)?;
    if text.len() > 9 || !text.bytes().all(|b| b.is_ascii_digit()) { Err(()) } else { text.parse().map_err(drop) }
}

/// What a session answers to bytes that come in pieces, and how many messages it takes.
#[cfg(feature = "fuzz")]
pub fn said(bytes: &[u8], piece: usize, longest: usize) -> (u64, Vec<u8>) {
    let mut session = Session { buffer: BytesMut::new(), skip: 0, is_open: false, longest, next: 1 };
    let mut answers = Vec::new();
    for part in bytes.chunks(piece) {
        session.buffer.extend_from_slice(part);
        let turn = session.turn(|_, _| {});
        answers.extend(turn.answers);
        if turn.ends {
            break;
        }
    }
    (session.next, answers)
}
