//! The columns that order and place a row, taken from a batch once.

use crate::{
    columns::{DATED, EVENT_CODE, HOST, ID, PRODUCT, SERVICE, TIME},
    error::Error,
};
use datafusion::arrow::{
    array::{Array, AsArray, BooleanArray, FixedSizeBinaryArray, Int64Array, RecordBatch, StringViewArray},
    datatypes::TimestampNanosecondType,
};
use std::cmp::Ordering;

pub(crate) struct Keys {
    id: FixedSizeBinaryArray,
    time: Int64Array,
    dated: BooleanArray,
    host: StringViewArray,
    product: StringViewArray,
    service: StringViewArray,
    code: StringViewArray,
}

impl Keys {
    pub fn of(batch: &RecordBatch) -> Result<Self, Error> {
        let text = |column: usize| batch.column(column).as_string_view_opt().cloned().ok_or_else(foreign);
        Ok(Self {
            id: batch.column(ID).as_fixed_size_binary_opt().cloned().ok_or_else(foreign)?,
            time: batch.column(TIME).as_primitive_opt::<TimestampNanosecondType>().ok_or_else(foreign)?.reinterpret_cast(),
            dated: batch.column(DATED).as_boolean_opt().cloned().ok_or_else(foreign)?,
            host: text(HOST)?,
            product: text(PRODUCT)?,
            service: text(SERVICE)?,
            code: text(EVENT_CODE)?,
        })
    }

    pub fn len(&self) -> usize {
        self.id.len()
    }

    pub fn id(&self, row: usize) -> &[u8] {
        self.id.value(row)
    }

    pub fn time(&self, row: usize) -> i64 {
        self.time.value(row)
    }

    pub fn dated(&self, row: usize) -> bool {
        self.dated.value(row)
    }

    pub fn host(&self, row: usize) -> &str {
        text(&self.host, row)
    }

    pub fn code(&self, row: usize) -> &str {
        text(&self.code, row)
    }

    pub fn source(&self, row: usize) -> (&str, &str) {
        (text(&self.product, row), text(&self.service, row))
    }

    /// The order of a file: host, time, id. What tells no time is by host and id, so that the same event twice stands together.
    pub fn compare(&self, row: usize, other: &Self, at: usize) -> Ordering {
        let time = |keys: &Self, row: usize| if keys.dated(row) { keys.time(row) } else { i64::MIN };
        let hosts = self.host(row).cmp(other.host(at));
        hosts.then_with(|| time(self, row).cmp(&time(other, at))).then_with(|| self.id(row).cmp(other.id(at)))
    }
}

fn text(column: &StringViewArray, row: usize) -> &str {
    if column.is_null(row) { "" } else { column.value(row) }
}

fn foreign() -> Error {
    Error::Parquet("a file has other columns than this version writes".to_owned())
}
