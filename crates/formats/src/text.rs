//! Text of no known format: every line is accounted for, none is an event.

use crate::lines::lines;
use crate::{Block, Catalogue, Decoder, Format, Framing, Stream};
use bumpalo::Bump;
use std::sync::Arc;
use watchbell_model::{Quarantined, Sink};

/// The last of the list: what nothing else recognises.
pub const TEXT: Format = Format { id: "text", title: "Text of no known format", framing: Framing::Lines, recognise, decoder };

fn recognise(_: &[u8]) -> bool {
    true
}

fn decoder(_: &Arc<Catalogue>, _: &Arc<Stream>) -> Box<dyn Decoder> {
    Box::new(Unknown)
}

struct Unknown;

impl Decoder for Unknown {
    fn decode<'a>(&mut self, block: Block<'a>, _: &'a Bump, sink: &mut dyn Sink<'a>) {
        for (number, ..) in lines(&block) {
            sink.quarantined(Quarantined { line: Some(number), record: None, reason: "unknown_format", records: 1 });
        }
    }
}
