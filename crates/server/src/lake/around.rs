//! What may matter to stories: out of the lake, and out of the journal what is not in it yet.

use super::Replay;
use crate::app::House;
use crate::content::Epoch;
use crate::detect::Lane;
use std::sync::Arc;
use std::time::Duration;
use watchbell_journal::{Error as JournalError, Position};
use watchbell_lake::{Error, Limits, Window};
use watchbell_pipeline::{Found, Interest, Storybook, crowd_out};
use watchbell_story::Gap;

pub type Gaps = Vec<(String, Gap)>;

/// Rows that are read for one telling at most: of the alerts' hosts, and of others near in time.
const OWN: usize = 500_000;
const OTHERS: usize = 100_000;
/// Bytes of the journal that are read at most; what is left out is there when the story is told again.
const UNKEPT: u64 = 32 << 20;
const LIMITS: Limits = Limits { rows: usize::MAX, bytes: 256 << 20, deadline: Duration::from_secs(30) };
const SECOND: i64 = 1_000_000_000;

/// Facts near the alerts, and what the logs do not show.
pub fn around(house: &House, epoch: &Epoch, book: &Storybook, interest: &Arc<Interest>) -> (Found, Gaps) {
    let mut replay = Replay::new(&book.definitions, &epoch.zone).interested(interest);
    let hosts: Vec<String> = interest.hosts().map(str::to_owned).collect();
    // What comes into the lake meanwhile is read twice, and counts once.
    let unkept = house.kept.searched();
    let own = Window { hosts: hosts.clone(), short: true, within: nanos(interest.stretches()), ..Window::default() };
    let mut read = kept(house, &own, OWN, &mut replay);
    if !hosts.is_empty() {
        let others = Window { within: nanos(interest.near()), ..Window::default() };
        read = read.and_then(|()| kept(house, &others, OTHERS, &mut replay));
    }
    if let Err(error) = read {
        house.feed.trouble(&format!("stories: the lake: {error}"));
    }
    let (mut found, mut gaps) = replay.end();
    crowd_out(&mut found, interest);
    let (newest, more) = journal(house, epoch, book, interest, unkept);
    found.add(newest);
    gaps.extend(more);
    crowd_out(&mut found, interest);
    (found, gaps)
}

fn nanos(stretches: &[(i64, i64)]) -> Vec<(i64, i64)> {
    stretches.iter().map(|(from, to)| (from.saturating_mul(SECOND), to.saturating_add(1).saturating_mul(SECOND) - 1)).collect()
}

fn kept(house: &House, window: &Window, most: usize, replay: &mut Replay) -> Result<(), Error> {
    let mut rows = house.lake.read_window(window, &LIMITS)?;
    let mut left = most;
    while let Some(batch) = rows.blocking_recv() {
        for row in batch? {
            replay.row(row);
            left -= 1;
            if left == 0 {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// What was dropped meanwhile, or cannot be read, is missing from the story, and nothing else is.
fn journal(house: &House, epoch: &Epoch, book: &Storybook, interest: &Arc<Interest>, from: Position) -> (Found, Gaps) {
    let mut lane = Lane::new(&book.definitions, &epoch.zone).interested(interest);
    let until = Position(from.0.saturating_add(UNKEPT)).min(house.journal.end());
    let mut found = Found::default();
    let Ok(mut reader) = house.journal.reader(from.max(house.journal.first())) else { return (found, Gaps::new()) };
    while reader.position() < until {
        match reader.next(Duration::ZERO) {
            Ok(Some(read)) => found.add(lane.entry(&read).found),
            Err(JournalError::Damaged(damage)) => reader.seek(damage.next),
            Ok(None) | Err(_) => break,
        }
    }
    let (rest, gaps) = lane.end();
    found.add(rest);
    (found, gaps)
}
