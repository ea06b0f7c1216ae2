//! Rows on their way into the lake: borrowed values, gathered column by column.

use crate::{
    columns::{COLUMNS, Kind, schema},
    error::Error,
};
use datafusion::arrow::array::{
    ArrayRef, BinaryViewBuilder, BooleanBuilder, FixedSizeBinaryArray, Int64Builder, RecordBatch, StringViewBuilder, TimestampNanosecondBuilder,
};
use datafusion::arrow::buffer::Buffer;
use std::sync::Arc;

/// One event. An empty text is no value.
#[derive(Clone, Debug, Default)]
pub struct Row<'a> {
    pub id: [u8; 16],
    /// Nanoseconds since 1970, if the event tells.
    pub time: Option<i64>,
    pub received: i64,
    /// Kept in lower case, because names of machines have none.
    pub host: &'a str,
    pub stream: &'a str,
    pub product: &'a str,
    /// Names with commas between them.
    pub categories: &'a str,
    pub service: &'a str,
    pub event_code: &'a str,
    pub user: &'a str,
    pub process_guid: &'a str,
    pub pid: Option<i64>,
    pub logon_id: &'a str,
    pub audit_ses: Option<i64>,
    pub serial: Option<i64>,
    pub record_id: Option<i64>,
    pub format: &'a str,
    /// What a replay reads: the record's own bytes.
    pub raw: &'a [u8],
    /// The event's document as JSON, where `raw` is no JSON itself.
    pub fields: &'a str,
}

/// Rows gathered column by column.
pub struct Rows {
    ids: Vec<[u8; 16]>,
    times: [TimestampNanosecondBuilder; 2],
    dated: BooleanBuilder,
    texts: [StringViewBuilder; TEXTS],
    numbers: [Int64Builder; NUMBERS],
    raw: BinaryViewBuilder,
    bytes: usize,
}

const TEXTS: usize = 11;
const NUMBERS: usize = 4;
/// What a row costs in memory beside its texts.
const ROW_BYTES: usize = 16 + 17 + 16 * (TEXTS + 1) + 8 * NUMBERS;

impl Default for Rows {
    fn default() -> Self {
        let time = || TimestampNanosecondBuilder::new().with_timezone("UTC");
        Self {
            ids: Vec::new(),
            times: [time(), time()],
            dated: BooleanBuilder::new(),
            texts: Default::default(),
            numbers: Default::default(),
            raw: BinaryViewBuilder::new(),
            bytes: 0,
        }
    }
}

impl Rows {
    pub fn push(&mut self, row: &Row) {
        let host = row.host.to_ascii_lowercase();
        let texts =
            [&host, row.stream, row.product, row.categories, row.service, row.event_code, row.user, row.process_guid, row.logon_id, row.format, row.fields];
        self.ids.push(row.id);
        self.times[0].append_value(row.time.unwrap_or(row.received));
        self.times[1].append_value(row.received);
        self.dated.append_value(row.time.is_some());
        for (column, text) in self.texts.iter_mut().zip(texts) {
            column.append_option((!text.is_empty()).then_some(text));
        }
        for (column, number) in self.numbers.iter_mut().zip([row.pid, row.audit_ses, row.serial, row.record_id]) {
            column.append_option(number);
        }
        self.raw.append_value(row.raw);
        self.bytes += ROW_BYTES + row.raw.len() + texts.iter().map(|text| text.len()).sum::<usize>();
    }

    pub fn len(&self) -> usize {
        self.ids.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// About what they take in memory.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    pub(crate) fn take_ids(&mut self) -> Vec<[u8; 16]> {
        std::mem::take(&mut self.ids)
    }

    pub(crate) fn finish(mut self, ids: &[[u8; 16]]) -> Result<RecordBatch, Error> {
        let ids = FixedSizeBinaryArray::new(16, Buffer::from_vec(ids.concat()), None);
        let [mut time, mut received] = self.times;
        let mut times = [&mut time, &mut received].into_iter();
        let (mut texts, mut numbers) = (self.texts.iter_mut(), self.numbers.iter_mut());
        let arrays = COLUMNS.iter().filter_map(|column| match column.kind {
            Kind::Id => Some(Arc::new(ids.clone()) as ArrayRef),
            Kind::Time => times.next().map(|b| Arc::new(b.finish()) as ArrayRef),
            Kind::Flag => Some(Arc::new(self.dated.finish()) as ArrayRef),
            Kind::Word | Kind::Text => texts.next().map(|b| Arc::new(b.finish()) as ArrayRef),
            Kind::Counter | Kind::Number => numbers.next().map(|b| Arc::new(b.finish()) as ArrayRef),
            Kind::Bytes => Some(Arc::new(self.raw.finish()) as ArrayRef),
        });
        let arrays = arrays.collect();
        Ok(RecordBatch::try_new(schema(), arrays)?)
    }
}
