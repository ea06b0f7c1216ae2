//! One connection: bytes to messages, messages to deliveries, no more read before they are kept.

use super::{About, Frame, Frames, Lines};
use crate::accept::Connection;
use crate::patience::offer_until_taken;
use crate::{Intake, Stop};
use bytes::{Buf, BytesMut};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Bytes that are read at a time, from a connection that has little and from one that has much.
const LITTLE: usize = 8 << 10;
const MUCH: usize = 256 << 10;
/// How much of what is quarantined is kept.
const KEPT: usize = 4 << 10;

pub async fn one(mut connection: Connection, peer: SocketAddr, about: Arc<About>, intake: Arc<dyn Intake>, mut stop: Stop) {
    let mut reading = Reading::new(&about, peer);
    let mut room = LITTLE;
    loop {
        reading.buffer.reserve(room);
        let read = tokio::select! {
            () = stop.told() => break,
            read = connection.read_buf(&mut reading.buffer) => read.unwrap_or_default(),
        };
        let ended = read == 0;
        let (lines, goes_on) = reading.lines(ended, &*intake);
        if lines.count > 0 {
            let delivery = lines.delivery(&about, reading.unit, &reading.peer, peer.ip());
            if !offer_until_taken(&*intake, delivery, &mut stop).await {
                break;
            }
        }
        if ended || !goes_on {
            break;
        }
        room = if read >= room { MUCH.min(room * 2) } else { LITTLE.max(read.next_power_of_two()).min(room) };
    }
    let _ = connection.shutdown().await;
}

struct Reading<'a> {
    about: &'a About,
    peer: Arc<str>,
    unit: [u8; 16],
    frames: Frames,
    buffer: BytesMut,
    /// Number of the next message.
    next: u64,
}

impl<'a> Reading<'a> {
    fn new(about: &'a About, peer: SocketAddr) -> Self {
        let frames = Frames::new(about.limits.line_bytes);
        Self { about, peer: peer.to_string().into(), unit: about.units.next(), frames, buffer: BytesMut::new(), next: 1 }
    }

    /// The messages that are whole; whether the connection can go on.
    fn lines(&mut self, ended: bool, intake: &dyn Intake) -> (Lines, bool) {
        let mut lines = Lines::new(self.next);
        let mut goes_on = true;
        while goes_on {
            let skipped = self.frames.skipped(&self.buffer);
            self.buffer.advance(skipped);
            match self.frames.next(&self.buffer) {
                Frame::Message { from, to, next } => {
                    lines.push(&self.buffer[from..to]);
                    self.buffer.advance(next);
                }
                Frame::TooLong => self.quarantine("line_too_long", intake),
                Frame::Nonsense => {
                    self.quarantine("bad_frame", intake);
                    goes_on = false;
                }
                Frame::Partial => break,
            }
        }
        if ended && goes_on && !self.buffer.is_empty() {
            self.last(&mut lines, intake);
        }
        self.next += lines.count;
        (lines, goes_on)
    }

    /// What a sender left without an end when it went: a line all the same, unless a count says that bytes are missing.
    fn last(&mut self, lines: &mut Lines, intake: &dyn Intake) {
        if self.buffer.trim_ascii().is_empty() {
            self.buffer.clear();
        } else if self.frames.is_counted() {
            self.quarantine("cut_short", intake);
        } else {
            lines.push(&self.buffer);
            self.buffer.clear();
        }
    }

    fn quarantine(&self, reason: &'static str, intake: &dyn Intake) {
        let kept = &self.buffer[..self.buffer.len().min(KEPT)];
        intake.quarantine(&self.about.source, reason, kept, &self.peer);
    }
}
