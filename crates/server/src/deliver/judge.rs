//! Whether a message is sent, waits, or is needed no more: a page for a doing, a note for each climb, nothing for the rest.
//!
//! Pure, and the one place where policies hang what they say of steps, hours and floods.

use super::SECOND;
use watchbell_store::{Priority, Status, Told};

/// What matters of a message when it is due.
#[derive(Clone, Debug)]
pub struct Facts {
    pub now: i64,
    pub created: i64,
    /// Whether the message is about a climb.
    pub update: bool,
    pub status: Status,
    pub has_story: bool,
    pub leads: bool,
    /// Whether a message about who leads waits for the same method.
    pub lead_waits: bool,
    /// What the method told of this ladder before.
    pub told: Option<Told>,
    pub step: u8,
    pub priority: Priority,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Send {
        update: bool,
    },
    /// Until then.
    Wait(i64),
    Skip(&'static str),
}

/// How long a story that is late is waited for.
const STORY: i64 = 10 * SECOND;
/// Between two messages about one ladder.
const GAP: i64 = 30 * SECOND;

pub fn judge(facts: &Facts) -> Verdict {
    if matches!(facts.status, Status::FalsePositive | Status::Closed | Status::Suppressed) {
        return Verdict::Skip("handled before it was told");
    }
    if !facts.has_story && facts.now < facts.created + STORY {
        return Verdict::Wait(facts.now + SECOND);
    }
    if !facts.leads && facts.lead_waits {
        // Longer and longer: whoever leads may be waiting for a method that is down.
        return Verdict::Wait(facts.now + ((facts.now - facts.created) / 4).clamp(2 * SECOND, 60 * SECOND));
    }
    let Some(told) = facts.told else { return Verdict::Send { update: facts.update } };
    if facts.step <= told.step && facts.priority <= told.priority {
        return Verdict::Skip("told with another message about its ladder");
    }
    if facts.now < told.at + GAP { Verdict::Wait(told.at + GAP) } else { Verdict::Send { update: true } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(change: impl FnOnce(&mut Facts), wanted: &Verdict) {
        let now = 100 * SECOND;
        let (told, priority) = (None, Priority::High);
        let mut facts = Facts {
            now,
            created: now - 2 * SECOND,
            update: false,
            status: Status::Unread,
            has_story: true,
            leads: true,
            lead_waits: false,
            told,
            step: 3,
            priority,
        };
        change(&mut facts);
        let judged = judge(&facts);
        assert!(judged == *wanted, "{facts:?}: {judged:?} instead of {wanted:?}");
    }

    #[test]
    fn one_page_for_a_ladder_and_a_note_for_each_climb() {
        let told = |step, seconds: i64| Some(Told { step, priority: Priority::High, at: seconds * SECOND });
        check(|_| {}, &Verdict::Send { update: false });
        check(|facts| facts.status = Status::Closed, &Verdict::Skip("handled before it was told"));
        check(|facts| facts.has_story = false, &Verdict::Wait(101 * SECOND));
        check(|facts| (facts.has_story, facts.created) = (false, 0), &Verdict::Send { update: false });
        check(|facts| (facts.leads, facts.lead_waits) = (false, true), &Verdict::Wait(102 * SECOND));
        check(|facts| facts.leads = false, &Verdict::Send { update: false });
        check(|facts| facts.told = told(3, 0), &Verdict::Skip("told with another message about its ladder"));
        check(|facts| facts.told = told(2, 0), &Verdict::Send { update: true });
        check(|facts| facts.told = told(2, 90), &Verdict::Wait(120 * SECOND));
        check(|facts| (facts.told, facts.priority) = (told(3, 0), Priority::VeryHigh), &Verdict::Send { update: true });
    }
}
