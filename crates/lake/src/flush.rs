//! From the buffer into files: they are whole on the disk before the list names them, together with the place in the journal.

use crate::{
    Lake,
    buffer::Buffer,
    cut::{Piece, cut},
    error::Error,
    files,
    keys::Keys,
    lock,
    manifest::{Entry, Names},
    write::Writing,
};
use datafusion::arrow::{array::RecordBatch, compute::interleave_record_batch};
use std::{collections::BTreeSet, path::PathBuf};

/// Rows that are put in order at once.
pub(crate) const CHUNK: usize = 4096;

/// What a flush did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flushed {
    pub files: usize,
    pub rows: u64,
    pub bytes: u64,
}

impl Lake {
    /// Writes what is buffered. While it does, rows can be added and everything is searched. After an error all of it is still
    /// in the buffer.
    pub fn flush(&self) -> Result<Flushed, Error> {
        let _flushing = lock(&self.flushing);
        let (batches, Some(position)) = self.leave() else { return Ok(Flushed::default()) };
        let done = self.write_out(&batches).and_then(|entries| {
            let flushed = Flushed { files: entries.len(), rows: sum(&entries, |entry| entry.rows), bytes: sum(&entries, |entry| entry.bytes) };
            self.list(entries, &[], Some(position)).map(|()| flushed)
        });
        if done.is_err() {
            self.stay();
        }
        done
    }

    fn leave(&self) -> (Vec<RecordBatch>, Option<u64>) {
        let mut state = self.write();
        state.leaving = std::mem::take(&mut state.buffer);
        (state.leaving.batches.clone(), state.leaving.position)
    }

    fn stay(&self) {
        let mut state = self.write();
        let later: Buffer = std::mem::take(&mut state.buffer);
        state.buffer = std::mem::take(&mut state.leaving);
        state.buffer.append(later);
    }

    fn write_out(&self, batches: &[RecordBatch]) -> Result<Vec<Entry>, Error> {
        let keys = batches.iter().map(Keys::of).collect::<Result<Vec<_>, _>>()?;
        let refs: Vec<&RecordBatch> = batches.iter().collect();
        let mut written = Written::new(self);
        for piece in cut(&keys, self.options.enough_rows) {
            let &(batch, row) = piece.rows.first().expect("a piece has rows");
            let mut writing = written.begin(&piece, keys[batch].time(row), piece.rows.len() as u64)?;
            for chunk in piece.rows.chunks(CHUNK) {
                writing.write(&interleave_record_batch(&refs, chunk)?)?;
            }
            written.finish(writing)?;
        }
        written.done()
    }
}

fn sum(entries: &[Entry], of: impl Fn(&Entry) -> u64) -> u64 {
    entries.iter().map(of).sum()
}

/// Files on their way; gone again if not all of them get there.
pub(crate) struct Written<'a> {
    lake: &'a Lake,
    folders: BTreeSet<PathBuf>,
    begun: Vec<PathBuf>,
    entries: Vec<Entry>,
    complete: bool,
}

impl<'a> Written<'a> {
    pub fn new(lake: &'a Lake) -> Self {
        Self { lake, folders: BTreeSet::new(), begun: Vec::new(), entries: Vec::new(), complete: false }
    }

    /// `time` gives the file its name; of the piece, only what it is of is looked at. There will be at most `rows`.
    pub fn begin(&mut self, piece: &Piece, time: i64, rows: u64) -> Result<Writing<'a>, Error> {
        let number = {
            let mut state = self.lake.write();
            state.next += 1;
            state.next
        };
        let (folder, path) = files::name(time, &piece.product, &piece.service, number);
        self.folder(&folder)?;
        self.begun.push(self.lake.dir.join(&path));
        let (product, service, dated) = (piece.product.clone(), piece.service.clone(), piece.dated);
        let (hosts, codes) = (Names::default(), Names::default());
        let (from, to, received) = (i64::MAX, i64::MIN, i64::MIN);
        let entry = Entry { path, product, service, rows: 0, bytes: 0, from, to, received, dated, hosts, codes, settled: false };
        Writing::begin(&*self.lake.options.disk, &self.lake.dir, entry, self.lake.options.level, rows)
    }

    pub fn finish(&mut self, writing: Writing<'a>) -> Result<(), Error> {
        self.entries.push(writing.finish()?);
        Ok(())
    }

    /// All names are on the disk.
    pub fn done(mut self) -> Result<Vec<Entry>, Error> {
        for folder in &self.folders {
            self.lake.options.disk.sync_dir(folder).map_err(Error::disk(folder))?;
        }
        self.complete = true;
        Ok(std::mem::take(&mut self.entries))
    }

    fn folder(&mut self, folder: &str) -> Result<(), Error> {
        let path = self.lake.dir.join(folder);
        if !self.folders.contains(&path) {
            self.lake.options.disk.create_dir(&path).map_err(Error::disk(&path))?;
            self.folders.insert(self.lake.dir.clone());
            self.folders.insert(self.lake.dir.join(files::FOLDER));
            self.folders.insert(path);
        }
        Ok(())
    }
}

impl Drop for Written<'_> {
    fn drop(&mut self) {
        if self.complete {
            return;
        }
        for path in &self.begun {
            let _ = self.lake.options.disk.remove(path);
            let _ = self.lake.options.disk.remove(&path.with_extension("parquet.tmp"));
        }
    }
}
