//! One lane's events as rows for the lake.

use crate::detect::Work;
use std::sync::Arc;
use watchbell_formats::{Block, Catalogue, Decoder};
use watchbell_lake::{Row, Rows};
use watchbell_model::{Quarantined, Timestamp};
use watchbell_pipeline::{File, RowMaker, Span};

pub struct Recorder {
    maker: RowMaker,
    rows: Rows,
    stream: Arc<str>,
    received: i64,
}

impl Recorder {
    pub fn new(catalogue: &Arc<Catalogue>) -> Self {
        Self { maker: RowMaker::new(catalogue), rows: Rows::default(), stream: Arc::from(""), received: 0 }
    }

    /// The host that the stream tells, and where it comes from.
    fn stream(&self, file: &File) -> String {
        format!("{}|{}", watchbell_io::host_of(&self.stream).unwrap_or_default(), file.name)
    }

    /// The rows so far.
    pub fn take(&mut self) -> Rows {
        std::mem::take(&mut self.rows)
    }
}

impl Work for Recorder {
    fn about(&mut self, stream: &Arc<str>, received: Timestamp) {
        (self.stream, self.received) = (Arc::clone(stream), received.nanos);
    }

    fn block(&mut self, file: &Arc<File>, _: &'static str, decoder: &mut dyn Decoder, block: Block<'_>) -> Option<Span> {
        let (stream, received) = (self.stream(file), self.received);
        self.maker.block(file, decoder, block, &mut |row| self.rows.push(&kept(row, &stream, received)));
        None
    }

    fn finish(&mut self, file: &Arc<File>, _: &'static str, decoder: &mut dyn Decoder) {
        let (stream, received) = (self.stream(file), self.received);
        self.maker.finish(file, decoder, &mut |row| self.rows.push(&kept(row, &stream, received)));
    }

    /// Detection tells of it.
    fn left_out(&mut self, _: &Arc<File>, _: &'static str, _: &Quarantined) {}
}

fn kept<'a>(row: &watchbell_pipeline::Row<'a>, stream: &'a str, received: i64) -> Row<'a> {
    Row {
        id: row.id.0,
        time: row.time.map(|time| time.nanos),
        received,
        host: row.host,
        stream,
        product: row.product,
        categories: row.categories,
        service: row.service,
        event_code: row.event_code,
        user: row.user,
        process_guid: row.process_guid,
        pid: row.pid,
        logon_id: row.logon_id,
        audit_ses: row.audit_ses,
        serial: row.serial,
        record_id: row.record_id,
        format: row.format,
        raw: row.raw,
        fields: row.fields,
    }
}
