//! One JSON object a line, or one array of them.

use crate::Triggered;
use std::io::{self, Write};

pub fn ndjson(alerts: &[Triggered], out: &mut dyn Write) -> io::Result<()> {
    alerts.iter().try_for_each(|alert| {
        serde_json::to_writer(&mut *out, alert)?;
        out.write_all(b"\n")
    })
}

pub fn json(alerts: &[Triggered], out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, alerts)?;
    out.write_all(b"\n")
}
