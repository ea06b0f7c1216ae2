//! The lake's housework: what is in memory goes into files, small files become few, what is too old or too much goes.

use super::Kept;
use crate::app::House;
use std::sync::atomic::Ordering;
use std::time::Duration;
use watchbell_io::Stop;
use watchbell_lake::Error;

/// How often somebody looks.
const EVERY: Duration = Duration::from_secs(5);
/// Nanoseconds that events stay in memory at most.
const IN_MEMORY: i64 = 300_000_000_000;
/// Nanoseconds between merges, and looks for what is to go.
const BETWEEN: i64 = 60_000_000_000;
const DAY: i64 = 86_400_000_000_000;

/// Works until it is told to stop.
pub fn tidy(house: &House, stop: &Stop) {
    let (mut flushed, mut tidied) = (house.clock.now().nanos, house.clock.now().nanos);
    while !stop.is_told() {
        house.kept.wait(stop);
        let now = house.clock.now().nanos;
        if house.lake.wants_flush() || now.saturating_sub(flushed) >= IN_MEMORY {
            flush(house);
            flushed = now;
        }
        if now.saturating_sub(tidied) >= BETWEEN {
            house.kept.tell(shrink(house, now, stop));
            tidied = now;
        }
    }
}

/// Whether everything is in files.
pub fn flush(house: &House) -> bool {
    let done = house.lake.flush().map(drop);
    house.kept.safe.store(house.lake.position(), Ordering::Relaxed);
    let whole = done.is_ok();
    house.kept.tell(done);
    whole
}

fn shrink(house: &House, now: i64, stop: &Stop) -> Result<(), Error> {
    let (lake, config) = (&house.lake, &house.config.lake);
    let age = i64::try_from(config.keep_days).ok().and_then(|days| days.checked_mul(DAY)).filter(|age| *age > 0);
    lake.retain(age, Some(config.most_gib << 30), now)?;
    while !stop.is_told() && lake.compact(now)?.is_some() {}
    Ok(())
}

impl Kept {
    /// Until there is something to do, or it may be.
    fn wait(&self, stop: &Stop) {
        let held = self.lock();
        if !stop.is_told() {
            drop(self.work.wait_timeout(held, EVERY));
        }
    }

    /// There is something to do, or nothing any more.
    pub fn wake(&self) {
        let _held = self.lock();
        self.work.notify_all();
    }

    /// Remembers what is wrong, as long as it is.
    fn tell(&self, done: Result<(), Error>) {
        *self.lock() = done.err().map(|error| error.to_string());
    }
}
