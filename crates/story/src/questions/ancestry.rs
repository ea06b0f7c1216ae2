//! What ran before: the process that did it, and those above.

use crate::case::Case;
use crate::found::{Found, Part};
use crate::keys::is_scheduler;
use crate::process::{actor, link, name, parent};
use crate::{Fact, Name};

pub(crate) fn above<'a>(case: &Case<'a>, found: &Found<'a>) -> Vec<Found<'a>> {
    if !matches!(found.part, Part::Own | Part::Ancestor | Part::Twin | Part::File | Part::Job) {
        return Vec::new();
    }
    let fact = found.fact;
    // Who did another job of the session stands beside the deed, not above it.
    let beside = found.part == Part::Job && !matches!(&*found.join.by, "job" | "command" | "file");
    let part = if beside { Part::Mate } else { Part::Ancestor };
    let did = actor(case, fact).map(|(process, strength)| {
        let (by, words) = link(process, fact, Name::ProcessGuid, Name::Pid);
        Found::new(process, part, strength, by, format!("the process that did it: {words}"))
    });
    // What the job ran is not above it, though it may undo the job.
    let ran = |process: &Fact| found.part == Part::Job && case.is_after(process) && process.get(Name::ParentImage).is_some_and(is_scheduler);
    let started = parent(case, fact).filter(|(process, _)| !ran(process)).map(|(process, strength)| {
        let (by, words) = link(process, fact, Name::ParentGuid, Name::ParentPid);
        Found::new(process, part, strength, by, format!("started {}: {words}", name(fact)))
    });
    did.into_iter().chain(started).collect()
}
