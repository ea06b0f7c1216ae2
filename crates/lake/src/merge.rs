//! Merges files that are each in order into new ones that are, and leaves out what is there twice.

use crate::{
    Lake,
    columns::{DATED, TIME, schema},
    cut::{Piece, Span, hour, span_of, spans},
    error::Error,
    files::LakeFile,
    flush::{CHUNK, Written},
    keys::Keys,
    manifest::Entry,
    write::Writing,
};
use datafusion::{
    arrow::{
        array::{AsArray, RecordBatch},
        compute::interleave_record_batch,
        datatypes::TimestampNanosecondType,
    },
    parquet::arrow::{
        ProjectionMask,
        arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder},
    },
};
use std::{collections::BTreeMap, fs::File, sync::Arc};

const READ_ROWS: usize = 1024;

/// Writes the rows of `files`, which are of one log source, into as few files as there are spans; says how many rows were double.
pub(crate) fn merge(lake: &Lake, files: &[Arc<LakeFile>]) -> Result<(Vec<Entry>, u64), Error> {
    let spans = spans_of(lake, files)?;
    let mut written = Written::new(lake);
    let mut writers = Writers {
        spans: spans.iter().map(|span| Out::new(*span)).collect(),
        by: spans,
        of: &files[0].entry,
        rows: files.iter().map(|file| file.entry.rows).sum(),
        written: &mut written,
    };
    let mut cursors = files.iter().map(|file| Cursor::open(file)).collect::<Result<Vec<_>, _>>()?;
    let mut window = Window::default();
    let (mut last, mut double) = (None::<[u8; 16]>, 0);
    let mut order: Vec<usize> = Vec::new();
    for at in 0..cursors.len() {
        if cursors[at].fill(&mut window)? {
            place(&mut order, &cursors, at);
        }
    }
    // `order` holds the files that have rows left, the one with the smallest row last.
    while let Some(at) = order.pop() {
        let cursor = &cursors[at];
        let id: [u8; 16] = cursor.keys.id(cursor.row).try_into().expect("ids have 16 bytes");
        if last.replace(id) == Some(id) {
            double += 1;
        } else {
            writers.push(cursor.keys.time(cursor.row), (cursor.batch, cursor.row));
        }
        cursors[at].row += 1;
        if cursors[at].row == cursors[at].keys.len() {
            writers.pass(&mut window, &mut cursors, false)?;
            if !cursors[at].fill(&mut window)? {
                continue;
            }
        }
        place(&mut order, &cursors, at);
    }
    writers.pass(&mut window, &mut cursors, true)?;
    writers.finish()?;
    Ok((written.done()?, double))
}

fn spans_of(lake: &Lake, files: &[Arc<LakeFile>]) -> Result<Vec<Span>, Error> {
    if !files[0].entry.dated {
        return Ok(vec![(i64::MIN, i64::MAX)]);
    }
    let mut hours = BTreeMap::new();
    for file in files {
        let builder = builder(file)?;
        let mask = ProjectionMask::roots(builder.parquet_schema(), [TIME, DATED]);
        for batch in builder.with_projection(mask).with_batch_size(8 * READ_ROWS).build()? {
            for time in batch?.column(0).as_primitive::<TimestampNanosecondType>().values() {
                *hours.entry(hour(*time)).or_insert(0) += 1;
            }
        }
    }
    Ok(spans(&hours, lake.options.enough_rows))
}

fn builder(file: &LakeFile) -> Result<ParquetRecordBatchReaderBuilder<File>, Error> {
    let open = File::open(&file.path).map_err(Error::disk(&file.path))?;
    Ok(ParquetRecordBatchReaderBuilder::try_new_with_options(open, ArrowReaderOptions::new().with_schema(schema()))?)
}

/// Where reading is in one file.
struct Cursor {
    reader: ParquetRecordBatchReader,
    keys: Keys,
    /// Its place in the window.
    batch: usize,
    row: usize,
}

impl Cursor {
    fn open(file: &LakeFile) -> Result<Self, Error> {
        let reader = builder(file)?.with_batch_size(READ_ROWS).build()?;
        Ok(Self { reader, keys: Keys::of(&RecordBatch::new_empty(schema()))?, batch: 0, row: 0 })
    }

    /// Reads on; false at the end.
    fn fill(&mut self, window: &mut Window) -> Result<bool, Error> {
        let Some(batch) = self.reader.next().transpose()? else { return Ok(false) };
        (self.keys, self.batch, self.row) = (Keys::of(&batch)?, window.batches.len(), 0);
        window.batches.push(batch);
        Ok(true)
    }
}

/// Puts a file where its next row belongs.
fn place(order: &mut Vec<usize>, cursors: &[Cursor], at: usize) {
    let new = &cursors[at];
    let to = order.partition_point(|&other| cursors[other].keys.compare(cursors[other].row, &new.keys, new.row).is_gt());
    order.insert(to, at);
}

/// The batches that rows still point into.
#[derive(Default)]
struct Window {
    batches: Vec<RecordBatch>,
}

struct Writers<'w, 'a> {
    spans: Vec<Out<'a>>,
    by: Vec<Span>,
    of: &'w Entry,
    /// No file gets more.
    rows: u64,
    written: &'w mut Written<'a>,
}

/// One file being written, and the rows that go there next.
struct Out<'a> {
    hour: i64,
    rows: Vec<(usize, usize)>,
    writing: Option<Writing<'a>>,
}

impl Out<'_> {
    fn new((hour, _): Span) -> Self {
        Self { hour, rows: Vec::new(), writing: None }
    }
}

impl Writers<'_, '_> {
    fn push(&mut self, time: i64, row: (usize, usize)) {
        self.spans[span_of(&self.by, time)].rows.push(row);
    }

    /// Writes the rows that wait, if there are many or this is the end, and lets go of batches that are read through.
    fn pass(&mut self, window: &mut Window, cursors: &mut [Cursor], end: bool) -> Result<(), Error> {
        let waiting: usize = self.spans.iter().map(|out| out.rows.len()).sum();
        if !end && waiting < CHUNK && window.batches.len() < 2 * cursors.len() + CHUNK / READ_ROWS {
            return Ok(());
        }
        let refs: Vec<&RecordBatch> = window.batches.iter().collect();
        for out in self.spans.iter_mut().filter(|out| !out.rows.is_empty()) {
            if out.writing.is_none() {
                let piece = Piece { product: self.of.product.clone(), service: self.of.service.clone(), dated: self.of.dated, rows: Vec::new() };
                let time = if out.hour == i64::MIN { self.of.from } else { out.hour.saturating_mul(crate::cut::HOUR) };
                out.writing = Some(self.written.begin(&piece, time, self.rows)?);
            }
            let batch = interleave_record_batch(&refs, &std::mem::take(&mut out.rows))?;
            out.writing.as_mut().expect("made above").write(&batch)?;
        }
        window.keep(cursors);
        Ok(())
    }

    fn finish(self) -> Result<(), Error> {
        for writing in self.spans.into_iter().filter_map(|out| out.writing) {
            self.written.finish(writing)?;
        }
        Ok(())
    }
}

impl Window {
    fn keep(&mut self, cursors: &mut [Cursor]) {
        let batches = std::mem::take(&mut self.batches);
        for cursor in cursors.iter_mut().filter(|cursor| cursor.row < cursor.keys.len()) {
            let place = self.batches.len();
            self.batches.push(batches[cursor.batch].clone());
            cursor.batch = place;
        }
    }
}
