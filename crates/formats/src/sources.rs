//! Every log source that some format gives, so that a rule which fits none can be told.

use crate::shape::{all_shapes, bases};
use crate::{Catalogue, FORMATS, Stream};
use std::sync::Arc;
use watchbell_model::{FieldTable, LogSource};

/// Each log source once, in no particular order.
pub fn log_sources() -> Vec<LogSource> {
    let mut sources: Vec<LogSource> = Vec::new();
    let mut add = |source: LogSource| {
        if !sources.contains(&source) {
            sources.push(source);
        }
    };
    for view in all_shapes().iter().chain(bases()).flat_map(|shape| &shape.views) {
        let services: Vec<&str> = view.service.iter().map(String::as_str).collect();
        add(LogSource::new(&view.product, &view.category, &services));
    }
    // Formats without a shape make their classes when a decoder is made.
    let catalogue = Arc::new(Catalogue::new(Arc::new(FieldTable::default())));
    for format in FORMATS {
        drop((format.decoder)(&catalogue, &Arc::new(Stream::default())));
    }
    catalogue.views(|view| add(view.source.clone()));
    sources
}
