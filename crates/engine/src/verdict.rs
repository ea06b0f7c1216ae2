//! Which rules hold for a combination of answers, judged once for each combination.

use crate::plan::Plan;
use crate::sets::Sets;
use foldhash::fast::RandomState;
use std::collections::HashMap;
use std::ops::Range;
use watchbell_rules::RuleId;

/// A rule that holds for a view, or may (then the event itself must be asked).
#[derive(Clone, Copy, Debug)]
pub struct Verdict {
    pub rule: RuleId,
    pub view: u32,
    pub surely: bool,
}

/// Verdicts by signature: the class, and the set of each of its groups.
#[derive(Default)]
pub struct Verdicts {
    known: HashMap<Box<[u32]>, Range<usize>, RandomState>,
    all: Vec<Verdict>,
    numbers: usize,
    atoms: Stamps,
    woken: Stamps,
    candidates: Vec<u32>,
}

/// Numbers that are in a set which is emptied at no cost.
#[derive(Default)]
struct Stamps {
    stamps: Vec<u32>,
    generation: u32,
}

impl Verdicts {
    #[inline]
    pub fn of(&mut self, signature: &[u32], plan: &Plan, sets: &Sets) -> &[Verdict] {
        let range = match self.known.get(signature) {
            Some(range) => range.clone(),
            None => self.judge(signature, plan, sets),
        };
        &self.all[range]
    }

    /// How much is kept, roughly, in numbers.
    pub fn size(&self) -> usize {
        self.numbers + 3 * self.all.len()
    }

    #[cold]
    fn judge(&mut self, signature: &[u32], plan: &Plan, sets: &Sets) -> Range<usize> {
        self.wake(&signature[1..], plan, sets);
        let start = self.all.len();
        for number in &self.candidates {
            let asked = &plan.asked[*number as usize];
            let holds = asked.condition.holds(&|atom| self.atoms.has(atom));
            if holds != Some(false) {
                self.all.push(Verdict { rule: asked.rule, view: asked.view, surely: holds.is_some() });
            }
        }
        self.known.insert(signature.into(), start..self.all.len());
        self.numbers += signature.len() + 12;
        start..self.all.len()
    }

    /// Marks the atoms that hold, and gathers the rules that they wake, in their order.
    fn wake(&mut self, groups: &[u32], plan: &Plan, sets: &Sets) {
        self.atoms.begin(plan.atoms);
        self.woken.begin(plan.asked.len());
        self.candidates.clear();
        self.candidates.extend_from_slice(&plan.always);
        for (group, set) in plan.groups.iter().zip(groups) {
            for member in sets.members(*set) {
                let atom = group.base + member;
                self.atoms.add(atom);
                let new = plan.woken[atom as usize].iter().filter(|asked| self.woken.add(**asked));
                self.candidates.extend(new);
            }
        }
        self.candidates.sort_unstable();
    }
}

impl Stamps {
    fn begin(&mut self, len: usize) {
        if self.stamps.len() < len {
            self.stamps.resize(len, 0);
        }
        self.generation = self.generation.wrapping_add(1);
        if self.generation == 0 {
            self.stamps.fill(0);
            self.generation = 1;
        }
    }

    /// Whether it is new.
    fn add(&mut self, number: u32) -> bool {
        std::mem::replace(&mut self.stamps[number as usize], self.generation) != self.generation
    }

    fn has(&self, number: u32) -> bool {
        self.stamps[number as usize] == self.generation
    }
}
