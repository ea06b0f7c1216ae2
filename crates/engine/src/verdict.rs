//! Which rules hold for a combination of answers, judged once for each combination.

use crate::plan::{Groups, Plan};
use crate::sets::Sets;
use crate::stamps::Stamps;
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

/// Verdicts by signature: what was put off, the class, and the set of each of its groups.
#[derive(Default)]
pub struct Verdicts {
    known: HashMap<Box<[u32]>, Judged, RandomState>,
    /// For each class, the last signatures with and without groups put off: logs repeat themselves at once above all.
    recent: Vec<(Vec<u32>, Judged)>,
    all: Vec<Verdict>,
    numbers: usize,
    atoms: Stamps,
    woken: Stamps,
    candidates: Vec<u32>,
}

#[derive(Clone, Debug, Default)]
struct Judged {
    /// Groups that were put off and must be asked after all. If there are any, nothing else is told.
    needs: Groups,
    verdicts: Range<usize>,
}

/// Numbers of a signature before its sets.
pub const HEAD: usize = 3;

/// Begins a signature: groups that were put off (none if all were asked), and the class.
pub fn head(class: u32, put_off: Groups) -> [u32; HEAD] {
    [class, put_off as u32, (put_off >> 32) as u32]
}

impl Verdicts {
    /// Where the verdicts are, or else the groups of those put off that must be asked.
    #[inline]
    pub fn of(&mut self, signature: &[u32], put_off: Groups, plan: &Plan, sets: &Sets) -> Result<Range<usize>, Groups> {
        let recent = 2 * signature[0] as usize + usize::from(put_off != 0);
        let judged = match self.recent.get(recent) {
            Some((last, judged)) if last == signature => judged.clone(),
            _ => self.look_up(recent, signature, put_off, plan, sets),
        };
        if judged.needs == 0 { Ok(judged.verdicts) } else { Err(judged.needs) }
    }

    pub fn at(&self, verdicts: Range<usize>) -> &[Verdict] {
        &self.all[verdicts]
    }

    /// How much is kept, roughly, in numbers.
    pub fn size(&self) -> usize {
        self.numbers + 3 * self.all.len()
    }

    fn look_up(&mut self, recent: usize, signature: &[u32], put_off: Groups, plan: &Plan, sets: &Sets) -> Judged {
        let judged = match self.known.get(signature) {
            Some(judged) => judged.clone(),
            None => self.judge(signature, put_off, plan, sets),
        };
        if self.recent.len() <= recent {
            self.recent.resize_with(recent + 1, Default::default);
        }
        let (last, kept) = &mut self.recent[recent];
        last.clear();
        last.extend_from_slice(signature);
        *kept = judged.clone();
        judged
    }

    #[cold]
    fn judge(&mut self, signature: &[u32], put_off: Groups, plan: &Plan, sets: &Sets) -> Judged {
        self.wake(&signature[HEAD..], put_off, plan, sets);
        let needs = if put_off == 0 { 0 } else { self.needs(put_off, plan) };
        let start = self.all.len();
        if needs == 0 {
            self.decide(plan);
        }
        let judged = Judged { needs, verdicts: start..self.all.len() };
        self.known.insert(signature.into(), judged.clone());
        self.numbers += signature.len() + 16;
        judged
    }

    /// The groups that some rule cannot be decided without.
    fn needs(&self, put_off: Groups, plan: &Plan) -> Groups {
        let mut needs = 0;
        for number in &self.candidates {
            let asked = &plan.asked[*number as usize];
            if asked.groups & put_off & !needs == 0 {
                continue;
            }
            let known = |atom: u32| (plan.group_of[atom as usize] & put_off == 0).then(|| self.atoms.has(atom));
            if asked.condition.holds(&known).is_none() {
                needs |= asked.groups & put_off;
            }
            if needs == put_off {
                break;
            }
        }
        needs
    }

    fn decide(&mut self, plan: &Plan) {
        for number in &self.candidates {
            let asked = &plan.asked[*number as usize];
            let holds = asked.condition.holds(&|atom| Some(self.atoms.has(atom)));
            if holds != Some(false) {
                self.all.push(Verdict { rule: asked.rule, view: asked.view, surely: holds.is_some() });
            }
        }
    }

    /// Marks the atoms that hold, and gathers the rules that they wake (or that what was put off may wake), in their order.
    fn wake(&mut self, groups: &[u32], put_off: Groups, plan: &Plan, sets: &Sets) {
        self.atoms.begin(plan.woken.len());
        self.woken.begin(plan.asked.len());
        self.candidates.clear();
        self.candidates.extend_from_slice(&plan.always);
        for (number, (group, set)) in plan.groups.iter().zip(groups).enumerate() {
            if number < 64 && put_off >> number & 1 != 0 {
                self.candidates.extend(plan.woken_by_group[number].iter().filter(|asked| self.woken.add(**asked)));
                continue;
            }
            for member in sets.members(*set) {
                let atom = group.base + member;
                self.atoms.add(atom);
                self.candidates.extend(plan.woken[atom as usize].iter().filter(|asked| self.woken.add(**asked)));
            }
        }
        self.candidates.sort_unstable();
    }
}
