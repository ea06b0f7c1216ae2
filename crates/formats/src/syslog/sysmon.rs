//! Sysmon for Linux: the event's XML that it writes as the message of a line.

use crate::auditd::Out;
use crate::xml::XmlReader;
use crate::{Catalogue, Stream};
use std::sync::Arc;

pub(crate) struct Sysmon {
    catalogue: Arc<Catalogue>,
    stream: Arc<Stream>,
    /// Made when the first event comes.
    reader: Option<XmlReader>,
}

impl Sysmon {
    pub fn new(catalogue: &Arc<Catalogue>, stream: &Arc<Stream>) -> Self {
        Self { catalogue: Arc::clone(catalogue), stream: Arc::clone(stream), reader: None }
    }

    /// Gives the event out, if the message is one.
    pub fn take<'a>(&mut self, message: &'a [u8], lines: (u64, u64), out: &mut Out<'_, 'a>) -> bool {
        let message = message.trim_ascii();
        let begins = message.starts_with(b"<Event>") || message.starts_with(b"<Event ");
        let whole = begins && message.ends_with(b"</Event>");
        if whole {
            let reader = self.reader.get_or_insert_with(|| XmlReader::new(&self.catalogue, &self.stream));
            reader.record(message, Some(lines), out.arena, out.sink);
        }
        whole
    }
}
