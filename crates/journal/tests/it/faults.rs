//! Whatever the disk does: each acknowledged entry is there once, in order, and nothing else but what was tried.

use crate::{
    entries::{EVEN, all, entry, rest},
    sim::{Fate, Sim},
};
use proptest::prelude::*;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, mpsc},
};
use watchbell_journal::{Journal, Options, Position, Reader};

#[derive(Clone, Debug)]
enum Step {
    /// Some entries, the first alone and the others as one group or two.
    Append(u64),
    Room(Option<usize>),
    ReadOnly(bool),
    /// The share of what is kept, in eighths.
    Drop(u64),
    Crash,
    Kill,
    Close,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::Append(1)),
        6 => (1..7_u64).prop_map(Step::Append),
        1 => prop::option::of(0..30_000_usize).prop_map(Step::Room),
        1 => any::<bool>().prop_map(Step::ReadOnly),
        1 => (0..9_u64).prop_map(Step::Drop),
        1 => Just(Step::Crash),
        1 => Just(Step::Kill),
        1 => Just(Step::Close),
    ]
}

/// What the disk does to the next operations.
fn fates() -> impl Strategy<Value = Vec<Fate>> {
    let fate = prop_oneof![12 => Just(Fate::Good), 2 => Just(Fate::Short), 2 => Just(Fate::Fails), 1 => Just(Fate::Crash)];
    prop_oneof![Just(Vec::new()), prop::collection::vec(fate, 0..8)]
}

struct Story {
    sim: Sim,
    journal: Option<(Journal, Reader)>,
    life: u64,
    next: u64,
    /// What was acknowledged, or read by somebody.
    known: BTreeMap<u64, Position>,
    dropped: Position,
}

impl Story {
    fn new(seed: u64, even: bool) -> Self {
        let next = if even { EVEN } else { 0 };
        let mut story = Self { sim: Sim::new(seed), journal: None, life: 0, next, known: BTreeMap::new(), dropped: Position(0) };
        story.open();
        story
    }

    fn run(&mut self, step: &Step, fates: &[Fate]) {
        self.sim.world().fates = fates.iter().copied().collect();
        match step {
            Step::Append(count) => self.append(*count),
            Step::Room(room) => self.sim.world().room = *room,
            Step::ReadOnly(on) => self.sim.world().read_only = *on,
            Step::Drop(eighths) => self.drop_some(*eighths),
            Step::Crash => self.sim.crash(),
            Step::Kill => self.sim.kill(),
            Step::Close => self.journal = None,
        }
        if self.journal.is_none() || self.sim.world().life != self.life {
            self.sim.world().fates = fates.iter().rev().copied().collect();
            self.open();
        }
        self.sim.world().fates.clear();
    }

    fn append(&mut self, count: u64) {
        let (journal, reader) = self.journal.as_mut().expect("open");
        let outcomes = Arc::new(Mutex::new(Vec::new()));
        let (tell, told) = mpsc::channel();
        let append = |number| {
            let (outcomes, tell) = (outcomes.clone(), tell.clone());
            journal.append(entry(number), move |outcome| {
                outcomes.lock().expect("outcomes").push((number, outcome));
                let _ = tell.send(());
            });
        };
        let numbers = self.next..self.next + count;
        self.next = numbers.end;
        self.sim.frozen(|| append(numbers.start), || (numbers.start + 1..numbers.end).for_each(append));
        told.iter().take(count as usize).for_each(drop);
        let outcomes = std::mem::take(&mut *outcomes.lock().expect("outcomes"));
        assert!(outcomes.iter().map(|(number, _)| *number).eq(numbers), "answers in order");
        let done: Vec<_> = outcomes.into_iter().filter_map(|(number, outcome)| Some((number, outcome.ok()?))).collect();
        self.known.extend(done.iter().copied());
        if self.sim.world().life == self.life {
            assert_eq!(rest(reader), done, "readers see what was acknowledged and nothing else");
            assert_eq!(reader.position(), journal.end());
        }
    }

    fn drop_some(&mut self, eighths: u64) {
        let (journal, _) = self.journal.as_ref().expect("open");
        let (first, end) = (journal.first().0, journal.end().0);
        self.dropped = self.dropped.max(Position(first + (end - first) * eighths / 8));
        let outcome = journal.drop_before(self.dropped);
        assert!(outcome.is_ok() || journal.first() <= self.dropped);
    }

    /// Opens after whatever happened; if that fails, once more on a disk that works again.
    fn open(&mut self) {
        self.journal = None;
        let options = Options { segment_bytes: 5_000, group_bytes: 4_000, ..Options::default() };
        let opened = Journal::open_on(self.sim.disk(), options.clone()).or_else(|_| {
            let mut world = self.sim.world();
            world.fates.clear();
            (world.room, world.read_only) = (None, false);
            drop(world);
            Journal::open_on(self.sim.disk(), options)
        });
        self.sim.world().fates.clear();
        let (journal, recovered) = opened.expect("opens on a good disk");
        assert_eq!(recovered.damaged, [], "a crash is not damage");
        assert_eq!(recovered.end, journal.end());
        let found: BTreeMap<u64, Position> = all(&journal).into_iter().collect();
        for (number, position) in &found {
            assert!(*number < self.next && self.known.get(number).is_none_or(|known| known == position), "{number} at {position}");
        }
        for (number, position) in self.known.iter().filter(|(_, position)| **position >= self.dropped) {
            assert!(found.contains_key(number), "{number} at {position} is lost; there are {found:?}");
        }
        self.known.extend(found);
        let reader = journal.reader(journal.end()).expect("the end can be read");
        self.life = self.sim.world().life;
        self.journal = Some((journal, reader));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn acknowledged_is_there_once_in_order(seed: u64, even: bool, steps in prop::collection::vec((step(), fates()), 1..40)) {
        let mut story = Story::new(seed, even);
        for (step, fates) in &steps {
            story.run(step, fates);
        }
        story.run(&Step::Crash, &[]);
    }
}
