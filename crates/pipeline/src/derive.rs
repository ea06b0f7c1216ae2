//! Fields that no record writes: the jobs inside a task's XML or a command line, decoded and offered to rules as `Job.*`.

use crate::inputs::{Beside, INPUTS};
use crate::memo::{Jobs, Memo};
use rustc_hash::FxHashMap;
use std::sync::Arc;
use watchbell_jobs::Job;
use watchbell_model::{Class, Decoded, FieldId, FieldTable, Part, PathId, Raw};

/// The machine that an event is from.
const HOST: &str = "Computer";

/// Whether a target is the machine itself, under its short name too: then it is no other machine.
fn is_itself(target: &str, own: &str) -> bool {
    let short = own.split('.').next().unwrap_or_default();
    [own, short, "localhost", "127.0.0.1", "::1", "."].iter().any(|name| !name.is_empty() && target.eq_ignore_ascii_case(name))
}

/// The most jobs of one event that are asked about.
const MOST: usize = 16;

/// Decodes the jobs of events, and puts them where rules look for them.
pub(crate) struct Deriver {
    /// Fields, and the numbers of the inputs that they are.
    inputs: Vec<(FieldId, usize)>,
    beside: FxHashMap<&'static str, FieldId>,
    derived: FxHashMap<String, FieldId>,
    plans: Vec<Option<Arc<Plan>>>,
    host: Option<FieldId>,
    /// One for each input.
    memos: Vec<Memo>,
}

/// What a class holds: its inputs by view, and the paths of its derived fields.
#[derive(Default)]
struct Plan {
    inputs: Vec<Place>,
    outputs: FxHashMap<FieldId, Vec<PathId>>,
}

/// Where an input stands: the view that has it, and the input's number.
struct Place {
    view: usize,
    field: FieldId,
    paths: Vec<PathId>,
    input: usize,
}

/// Names the fields that jobs are read from, so that decoders extract them.
pub fn intern_inputs(fields: &mut FieldTable) {
    let asked = INPUTS.iter().flat_map(|input| [&[input.field][..], input.beside].concat());
    for name in asked.chain([HOST]) {
        fields.intern(name);
    }
}

impl Deriver {
    pub(crate) fn new(fields: &FieldTable) -> Self {
        let inputs = INPUTS.iter().enumerate().filter_map(|(number, input)| Some((fields.get(input.field)?, number))).collect();
        let beside = INPUTS.iter().flat_map(|input| input.beside).filter_map(|name| Some((*name, fields.get(name)?))).collect();
        let derived = fields.derived().map(|(id, name)| (name.to_owned(), id)).collect();
        Self { inputs, beside, derived, plans: Vec::new(), host: fields.get(HOST), memos: INPUTS.iter().map(|_| Memo::default()).collect() }
    }

    /// The jobs of an event, and the part that they stand in. Most events have none.
    pub(crate) fn jobs(&mut self, event: &Decoded<'_, '_>) -> Option<(usize, Jobs)> {
        if self.derived.is_empty() {
            return None;
        }
        (0..event.parts.len()).find_map(|index| {
            let part = &event.parts[index];
            let plan = self.plan(part.class);
            let there = plan.inputs.iter().filter(|place| place.paths.iter().any(|path| part.slots.has(*path)));
            let jobs = there.into_iter().find_map(|place| self.read(part, place))?;
            Some((index, jobs))
        })
    }

    /// Puts one job into a part, in place of the one before.
    pub(crate) fn put(&mut self, event: &mut Decoded<'_, '_>, part: usize, job: &Job) {
        let plan = self.plan(event.parts[part].class);
        let own = self.host.and_then(|host| event.parts[part].text(0, host)).unwrap_or_default();
        let slots = &mut event.parts[part].slots;
        plan.outputs.values().flatten().for_each(|path| slots.forget(*path));
        for (name, value) in job.fields().filter(|(name, value)| *name != "Job.TargetHost" || !is_itself(value, &own)) {
            let paths = self.derived.get(name).and_then(|field| plan.outputs.get(field));
            for path in paths.into_iter().flatten() {
                slots.push(*path, Raw::text(event.arena.alloc_str(&value)));
            }
        }
    }

    fn read(&mut self, part: &Part<'_, '_>, place: &Place) -> Option<Jobs> {
        let (view, number) = (place.view, place.input);
        let (value, input) = (part.values(view, place.field).next()?, &INPUTS[number]);
        let hint = || self.beside.get(input.hint?).and_then(|field| part.values(view, *field).next());
        if !(input.worth)(value.bytes) && !hint().is_some_and(|hint| (input.worth)(hint.bytes)) {
            return None;
        }
        let beside = Beside { part, view, fields: &self.beside };
        let decode = || (input.decode)(&value.to_text(), &beside).into_iter().take(MOST).map(Arc::new).collect();
        let jobs = match beside.key(input, value.bytes) {
            None => self.memos[number].jobs(value.bytes, decode),
            Some(key) => self.memos[number].jobs(&key, decode),
        };
        Some(jobs).filter(|jobs| !jobs.is_empty())
    }

    fn plan(&mut self, class: &Class) -> Arc<Plan> {
        let number = class.number as usize;
        if self.plans.len() <= number {
            self.plans.resize(number + 1, None);
        }
        let (inputs, derived) = (&self.inputs, &self.derived);
        Arc::clone(self.plans[number].get_or_insert_with(|| Arc::new(Plan::new(class, inputs, derived))))
    }
}

impl Plan {
    fn new(class: &Class, inputs: &[(FieldId, usize)], derived: &FxHashMap<String, FieldId>) -> Self {
        let mut plan = Self::default();
        for (index, view) in class.views.iter().enumerate() {
            let here = inputs.iter().filter(|(_, number)| (INPUTS[*number].of)(&view.source));
            for (field, input) in here.copied() {
                let paths = view.paths.get(&field).cloned().unwrap_or_default();
                // Views of a class mostly find a field at the same place: it is read once.
                if !plan.inputs.iter().any(|place| place.input == input && place.paths == paths) {
                    plan.inputs.push(Place { view: index, field, paths, input });
                }
            }
            for field in derived.values() {
                let paths = plan.outputs.entry(*field).or_default();
                paths.extend(view.paths.get(field).into_iter().flatten().copied());
                paths.sort_unstable();
                paths.dedup();
            }
        }
        plan
    }
}
