//! What a scan finds in the same logs: all of them read first, and then gathered.

use crate::world::Log;
use std::sync::Arc;
use watchbell_alerts::Triggered;
use watchbell_formats::{Block, FORMATS, HEAD, Stream};
use watchbell_pipeline::{Definitions, File, Selection, Worker, gather};

pub fn scan(definitions: &Arc<Definitions>, logs: &[Log]) -> Vec<Triggered> {
    let mut worker = Worker::new(definitions);
    for log in logs {
        let bytes = log.text.as_bytes();
        let format = FORMATS.iter().find(|format| (format.recognise)(&bytes[..bytes.len().min(HEAD)])).unwrap();
        let about = Arc::new(Stream { modified: Some(crate::world::NOW), ..Stream::default() });
        let mut decoder = (format.decoder)(&definitions.catalogue, &about);
        let file = Arc::new(File::new(&log.name, [0; 32]));
        worker.block(&file, format.id, &mut *decoder, Block { bytes, first_line: 1, offset: 0 });
        worker.finish(&file, format.id, &mut *decoder);
    }
    gather(definitions, worker.found, &Selection::default()).alerts
}
