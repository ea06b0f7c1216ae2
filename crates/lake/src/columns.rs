//! The columns of an event in the lake, in the order in which every file has them.

use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use std::sync::Arc;

/// What a column holds, and how it is best kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Id,
    Time,
    Flag,
    /// Few different words: a dictionary pays.
    Word,
    /// A text of its own in nearly every row.
    Text,
    /// A number that few rows share, rising with time: differences are kept.
    Counter,
    /// A number that comes again and again.
    Number,
    Bytes,
}

pub(crate) struct Column {
    pub name: &'static str,
    pub kind: Kind,
    pub required: bool,
    /// One of the keys that stories and people look single values up by: it gets a bloom filter.
    pub key: bool,
}

const fn column(name: &'static str, kind: Kind, required: bool, key: bool) -> Column {
    Column { name, kind, required, key }
}

/// `time` is the event's own, or `received` where it tells none (then `dated` is false).
pub(crate) const COLUMNS: &[Column] = &[
    column("id", Kind::Id, true, true),
    column("time", Kind::Time, true, false),
    column("dated", Kind::Flag, true, false),
    column("received", Kind::Time, true, false),
    column("host", Kind::Word, false, false),
    column("stream", Kind::Word, false, false),
    column("product", Kind::Word, false, false),
    column("categories", Kind::Word, false, false),
    column("service", Kind::Word, false, false),
    column("event_code", Kind::Word, false, false),
    column("user", Kind::Word, false, false),
    column("process_guid", Kind::Word, false, true),
    column("pid", Kind::Number, false, false),
    column("logon_id", Kind::Word, false, true),
    column("audit_ses", Kind::Number, false, true),
    column("serial", Kind::Counter, false, true),
    column("record_id", Kind::Counter, false, false),
    column("format", Kind::Word, false, false),
    column("raw", Kind::Bytes, true, false),
    column("fields", Kind::Text, false, false),
];

pub(crate) const ID: usize = 0;
pub(crate) const TIME: usize = 1;
pub(crate) const DATED: usize = 2;
pub(crate) const RECEIVED: usize = 3;
pub(crate) const HOST: usize = 4;
pub(crate) const PRODUCT: usize = 6;
pub(crate) const SERVICE: usize = 8;
pub(crate) const EVENT_CODE: usize = 9;

pub(crate) fn schema() -> SchemaRef {
    Arc::new(Schema::new(COLUMNS.iter().map(|c| Field::new(c.name, data_type(c.kind), !c.required)).collect::<Vec<_>>()))
}

fn data_type(kind: Kind) -> DataType {
    match kind {
        Kind::Id => DataType::FixedSizeBinary(16),
        Kind::Time => DataType::Timestamp(TimeUnit::Nanosecond, Some("UTC".into())),
        Kind::Flag => DataType::Boolean,
        Kind::Word | Kind::Text => DataType::Utf8View,
        Kind::Counter | Kind::Number => DataType::Int64,
        Kind::Bytes => DataType::BinaryView,
    }
}
