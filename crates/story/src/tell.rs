//! A story told: what is found, in entries, processes, gaps and a summary.

use crate::case::Case;
use crate::found::{Found, Part};
use crate::{Fact, Facts, Gap, Recipe, Story, Strength, Subject, found, gaps, questions, select, summary, tree};

#[derive(Clone, Debug, Default)]
pub struct Told {
    pub story: Story,
    pub gaps: Vec<Gap>,
    /// The facts that are runs of the job, joined strongly at least.
    pub runs: Vec<Fact>,
}

/// Tells what came before an alert, what it did, what ran from it, and what cannot be seen. The same facts in any order tell
/// the same story.
pub fn tell(subject: &Subject, facts: &dyn Facts, recipe: &Recipe) -> Told {
    let anchor = subject.anchor();
    let case = Case::new(subject, &anchor, facts, recipe);
    let found = found::all(&case, &questions::ALL);
    let (entries, left_out) = select::entries(&case, &found);
    let processes = tree::processes(&case, &found);
    let gaps = gaps::gaps(&case, &found);
    let summary = summary::sentences(&case, &found);
    let ran = |one: &&Found<'_>| matches!(one.part, Part::Run | Part::Child) && one.join.by == "job" && one.join.strength >= Strength::Strong;
    let runs = found.iter().filter(ran).map(|one| one.fact.clone()).collect();
    Told { story: Story { summary, entries, processes, left_out }, gaps, runs }
}
