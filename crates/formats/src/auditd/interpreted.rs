//! The audit log as `ausearch -i` prints it: known, and refused record by record.
//!
//! What is interpreted cannot be read back: names stand without their quotes and hex, so that a file may be called
//! `x nametype=DELETE` and forge fields, `comm=dead` may be a name or two bytes, and the arguments of a command line are
//! run together; a time is in the zone and the order of the day that the printing machine had, so that an event would not
//! have the id that it has in the log itself. `ausearch --format raw` prints all of it as it was.

use super::is_divider;
use crate::lines::lines;
use crate::{Block, Catalogue, Decoder, Format, Framing, Stream};
use bumpalo::Bump;
use memchr::memchr;
use std::sync::Arc;
use watchbell_model::{Quarantined, Sink};

pub const INTERPRETED: Format = Format {
    id: "auditd-interpreted",
    title: "Linux audit log in the words of ausearch -i, which is not read; export it with --format raw",
    framing: Framing::Lines,
    recognise,
    decoder,
};

/// Why its records are not read.
pub const REASON: &str = "interpreted_audit";

pub const HINT: &str = "what `ausearch -i` prints, without the quotes and the time zone of the log, is not read; export it with `ausearch --format raw`";

fn recognise(head: &[u8]) -> bool {
    let lines = head.split(|b| *b == b'\n').filter(|line| !line.trim_ascii().is_empty() && !is_divider(line)).take(32);
    let (records, all) = lines.fold((0, 0), |(records, all), line| (records + usize::from(is_interpreted(line)), all + 1));
    records > 0 && records * 2 >= all
}

/// `type=CWD msg=audit(11/24/26 04:15:44.347:2898) : `; a blank in the time is what the log itself never has.
fn is_interpreted(line: &[u8]) -> bool {
    let line = if line.starts_with(b"node=") { memchr(b' ', line).map_or(line, |at| &line[at + 1..]) } else { line };
    let Some(rest) = line.strip_prefix(b"type=").and_then(|rest| rest.get(memchr(b' ', rest)?..)) else { return false };
    let Some(rest) = rest.strip_prefix(b" msg=audit(") else { return false };
    let stamp = &rest[..memchr(b')', rest).unwrap_or(0)];
    let (time, serial) = stamp.split_at(memchr::memrchr(b':', stamp).unwrap_or(0));
    time.first().is_some_and(u8::is_ascii_digit) && time.contains(&b' ') && serial.get(1).is_some_and(u8::is_ascii_digit)
}

fn decoder(_: &Arc<Catalogue>, _: &Arc<Stream>) -> Box<dyn Decoder> {
    Box::new(Refused)
}

struct Refused;

impl Decoder for Refused {
    fn decode<'a>(&mut self, block: Block<'a>, _: &'a Bump, sink: &mut dyn Sink<'a>) {
        for (number, _, line) in lines(&block) {
            if is_divider(line) {
                sink.skipped(1);
            } else {
                sink.quarantined(Quarantined { line: Some(number), record: None, reason: REASON, records: 1 });
            }
        }
    }
}
