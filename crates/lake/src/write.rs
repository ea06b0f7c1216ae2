//! Writes one Parquet file, whole and on the disk before it gets its name.

use crate::{
    columns::{COLUMNS, HOST, Kind, RECEIVED, TIME, schema},
    disk::Disk,
    error::Error,
    keys::Keys,
    manifest::{Entry, MAX_NAMES, Names},
};
use datafusion::{
    arrow::{
        array::{AsArray, RecordBatch},
        datatypes::TimestampNanosecondType,
    },
    parquet::{
        arrow::{ArrowWriter, arrow_writer::ArrowWriterOptions},
        basic::{Compression, Encoding, ZstdLevel},
        file::{
            metadata::SortingColumn,
            properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder},
        },
        schema::types::ColumnPath,
    },
};
use std::{
    collections::BTreeSet,
    io::Write,
    path::{Path, PathBuf},
};

const GROUP_ROWS: usize = 1 << 17;
const GROUP_BYTES: usize = 128 << 20;
/// Texts compress better in pages larger than the usual megabyte; a search for single events then reads more.
const PAGE_BYTES: usize = 1 << 20;
const FALSE_POSITIVES: f64 = 0.01;

/// A file that is being written under a name that no one reads.
pub(crate) struct Writing<'a> {
    disk: &'a dyn Disk,
    path: PathBuf,
    new: PathBuf,
    writer: ArrowWriter<Box<dyn Write + Send>>,
    entry: Entry,
    hosts: Gathered,
    codes: Gathered,
}

#[derive(Default)]
struct Gathered {
    names: BTreeSet<String>,
    first: Option<String>,
    last: Option<String>,
    many: bool,
}

impl<'a> Writing<'a> {
    /// `entry` tells where it will be and what it is of; there will be at most `rows`.
    pub fn begin(disk: &'a dyn Disk, dir: &Path, entry: Entry, level: i32, rows: u64) -> Result<Self, Error> {
        let path = dir.join(&entry.path);
        let new = path.with_extension("parquet.tmp");
        let file = disk.create(&new).map_err(Error::disk(&new))?;
        // Without Arrow's own schema beside Parquet's, every reader makes of the columns what it likes best.
        let options = ArrowWriterOptions::new().with_properties(properties(level, rows)?).with_skip_arrow_metadata(true);
        let writer = ArrowWriter::try_new_with_options(file, schema(), options)?;
        Ok(Self { disk, path, new, writer, entry, hosts: Gathered::default(), codes: Gathered::default() })
    }

    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        let keys = Keys::of(batch)?;
        for row in 0..keys.len() {
            self.entry.from = self.entry.from.min(keys.time(row));
            self.entry.to = self.entry.to.max(keys.time(row));
            self.hosts.add(keys.host(row));
            self.codes.add(keys.code(row));
        }
        let received = batch.column(RECEIVED).as_primitive::<TimestampNanosecondType>();
        self.entry.received = received.values().iter().copied().fold(self.entry.received, i64::max);
        self.entry.rows += batch.num_rows() as u64;
        Ok(self.writer.write(batch)?)
    }

    /// The file is durable under its name, but for the folder that holds the name.
    pub fn finish(mut self) -> Result<Entry, Error> {
        self.writer.finish()?;
        self.writer.inner_mut().flush().map_err(Error::disk(&self.new))?;
        self.entry.bytes = self.writer.bytes_written() as u64;
        drop(self.writer);
        self.disk.sync(&self.new).map_err(Error::disk(&self.new))?;
        self.disk.rename(&self.new, &self.path).map_err(Error::disk(&self.path))?;
        (self.entry.hosts, self.entry.codes) = (self.hosts.names(), self.codes.names());
        Ok(self.entry)
    }
}

impl Gathered {
    fn add(&mut self, name: &str) {
        if self.first.as_deref().is_none_or(|first| name < first) {
            self.first = Some(name.to_owned());
        }
        if self.last.as_deref().is_none_or(|last| name > last) {
            self.last = Some(name.to_owned());
        }
        if !self.many && !self.names.contains(name) {
            self.names.insert(name.to_owned());
            self.many = self.names.len() > MAX_NAMES;
        }
    }

    fn names(self) -> Names {
        let all = (!self.many).then(|| self.names.into_iter().collect());
        Names { first: self.first.unwrap_or_default(), last: self.last.unwrap_or_default(), all }
    }
}

fn properties(level: i32, rows: u64) -> Result<WriterProperties, Error> {
    let sorted = |column: usize| SortingColumn { column_idx: i32::try_from(column).unwrap_or(i32::MAX), descending: false, nulls_first: true };
    let builder = WriterProperties::builder()
        .set_created_by("watchbell".to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(level)?))
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_max_row_group_bytes(Some(GROUP_BYTES))
        .set_data_page_size_limit(PAGE_BYTES)
        .set_sorting_columns(Some(vec![sorted(HOST), sorted(TIME)]))
        .set_statistics_enabled(EnabledStatistics::Page);
    Ok(COLUMNS
        .iter()
        .fold(builder, |builder, column| {
            let path = ColumnPath::from(column.name);
            let builder = kept(builder, &path, column.kind);
            if column.key {
                builder
                    .set_column_bloom_filter_enabled(path.clone(), true)
                    .set_column_bloom_filter_fpp(path.clone(), FALSE_POSITIVES)
                    .set_column_bloom_filter_max_ndv(path, rows.clamp(1, GROUP_ROWS as u64))
            } else {
                builder
            }
        })
        .build())
}

fn kept(builder: WriterPropertiesBuilder, path: &ColumnPath, kind: Kind) -> WriterPropertiesBuilder {
    let path = || path.clone();
    match kind {
        Kind::Word | Kind::Number | Kind::Flag => builder,
        Kind::Id => builder.set_column_dictionary_enabled(path(), false).set_column_compression(path(), Compression::UNCOMPRESSED),
        Kind::Time | Kind::Counter => builder.set_column_dictionary_enabled(path(), false).set_column_encoding(path(), Encoding::DELTA_BINARY_PACKED),
        Kind::Text | Kind::Bytes => builder.set_column_dictionary_enabled(path(), false).set_column_statistics_enabled(path(), EnabledStatistics::None),
    }
}
