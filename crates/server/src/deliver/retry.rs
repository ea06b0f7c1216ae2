//! When to try again, and when to give up.

use super::SECOND;
use watchbell_io::Retry;
use watchbell_store::{Claim, Settled};

const FIRST: i64 = 5 * SECOND;
/// Whoever was down and is back is not waited for longer than this.
const LONGEST: i64 = 300 * SECOND;
const MOST_TRIES: u32 = 300;
const OLDEST: i64 = 86_400 * SECOND;

pub fn settled(claim: &Claim, retry: Retry, now: i64) -> Settled {
    let due = match retry {
        Retry::Never => return Settled::Dead,
        Retry::Later => now + pause(claim.tries, &claim.key),
        Retry::After(wait) => now + pause(claim.tries, &claim.key).max(i64::try_from(wait.as_nanos()).unwrap_or(OLDEST).min(OLDEST)),
    };
    if claim.tries + 1 >= MOST_TRIES || now - claim.created >= OLDEST { Settled::Dead } else { Settled::Again { due } }
}

/// Twice as long each time, a fifth more or less, so that what failed together does not come back together.
pub fn pause(tries: u32, key: &str) -> i64 {
    let whole = FIRST.saturating_mul(1 << tries.min(20)).min(LONGEST);
    let chance = blake3::hash(format!("{key} {tries}").as_bytes()).as_bytes()[0];
    whole / 1000 * (800 + 400 * i64::from(chance) / 255)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn claim(tries: u32) -> Claim {
        let text = String::new;
        Claim {
            id: 1,
            key: "k".to_owned(),
            triggered_id: text(),
            kind: text(),
            method: text(),
            policy: text(),
            payload: text(),
            tries,
            created: 0,
            lease: 1,
            until: 0,
        }
    }

    fn check(tries: u32, retry: Retry, now: i64, wanted: Option<(i64, i64)>) {
        match (settled(&claim(tries), retry, now), wanted) {
            (Settled::Dead, None) => {}
            (Settled::Again { due }, Some((least, most))) => assert!((now + least * SECOND..=now + most * SECOND).contains(&due), "{due}"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn waits_grow_to_five_minutes_and_end_after_a_day() {
        check(0, Retry::Later, 0, Some((4, 6)));
        check(3, Retry::Later, 0, Some((32, 48)));
        check(100, Retry::Later, 0, Some((240, 360)));
        check(0, Retry::After(Duration::from_secs(90)), 0, Some((90, 90)));
        check(9, Retry::After(Duration::from_secs(1)), 0, Some((240, 360)));
        check(0, Retry::Never, 0, None);
        check(299, Retry::Later, 0, None);
        check(1, Retry::Later, OLDEST, None);
    }
}
