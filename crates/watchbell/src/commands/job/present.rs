//! The instant from which runs are told, and the zone of the host's clock.

use super::args::WhenArgs;
use anyhow::{Context, Result, bail};
use jiff::tz::TimeZone;
use watchbell_jobs::zone;
use watchbell_model::Timestamp;

/// When it is, and where.
pub struct Present {
    pub now: Timestamp,
    pub zone: Option<TimeZone>,
}

impl Present {
    /// As told; else `now` is what the caller knows.
    pub fn of(args: &WhenArgs, otherwise: impl FnOnce() -> Timestamp) -> Result<Self> {
        let zone =
            args.tz.as_deref().map(|name| zone(name).with_context(|| format!("--tz {name}: no such time zone; write one like Europe/Berlin"))).transpose()?;
        let now = args.now.as_deref().map(moment).transpose()?.unwrap_or_else(otherwise);
        Ok(Self { now, zone })
    }

    pub fn zone(&self) -> TimeZone {
        self.zone.clone().unwrap_or(TimeZone::UTC)
    }
}

/// The clock's time, to the second.
#[expect(clippy::disallowed_methods, reason = "the binary reads the clock")]
pub fn clock() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_seconds(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

pub fn moment(text: &str) -> Result<Timestamp> {
    let whole = if text.len() == 10 { format!("{text}T00:00:00Z") } else { text.to_owned() };
    let Some(time) = Timestamp::parse(&whole, &TimeZone::UTC) else {
        bail!("--now {text}: not a time; write 2026-01-31 or 2026-01-31T09:30:00Z");
    };
    Ok(time)
}
