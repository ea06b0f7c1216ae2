//! Full disks, read-only disks, disks that fail, and too much at once.

use crate::{
    entries::{all, entry, rest},
    sim::{Fate, Sim},
};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use watchbell_journal::{Error, Journal, Options, Position};

fn open(sim: &Sim, options: Options) -> Journal {
    Journal::open_on(sim.disk(), options).expect("opens").0
}

fn refused(outcome: Result<Position, Error>) -> &'static str {
    outcome.expect_err("refused").code()
}

#[test]
fn a_full_disk_refuses_and_takes_again() {
    let sim = Sim::new(1);
    let journal = open(&sim, Options { segment_bytes: 2_000, ..Options::default() });
    let mut kept = vec![(0, journal.append_and_wait(entry(0)).expect("appends"))];
    for round in 0..10 {
        let used: usize = sim.segments().iter().map(|name| sim.contents(name).len()).sum();
        sim.world().room = Some(used + round * 20);
        assert_eq!(refused(journal.append_and_wait(entry(4))), "journal.io");
        let used_then: usize = sim.segments().iter().map(|name| sim.contents(name).len()).sum();
        assert!(used_then <= used + 64, "what was not acknowledged takes no room, but for a new segment's header");
        sim.world().room = None;
        let number = 10 + round as u64;
        kept.push((number, journal.append_and_wait(entry(number)).expect("takes again")));
    }
    assert_eq!(all(&journal), kept);
}

#[test]
fn a_disk_that_turned_read_only_refuses_and_takes_again() {
    let sim = Sim::new(1);
    let journal = open(&sim, Options::default());
    let first = journal.append_and_wait(entry(0)).expect("appends");
    sim.world().read_only = true;
    assert_eq!(refused(journal.append_and_wait(entry(1))), "journal.io");
    assert_eq!(refused(journal.append_and_wait(entry(2))), "journal.io");
    sim.world().read_only = false;
    let second = journal.append_and_wait(entry(3)).expect("takes again");
    sim.crash();
    drop(journal);
    assert_eq!(all(&open(&sim, Options::default())), [(0, first), (3, second)]);
}

#[test]
fn after_a_failed_sync_the_file_is_used_no_more() {
    let sim = Sim::new(1);
    let journal = open(&sim, Options::default());
    let first = journal.append_and_wait(entry(0)).expect("appends");
    sim.world().fates = [Fate::Good, Fate::Fails].into();
    assert_eq!(refused(journal.append_and_wait(entry(1))), "journal.io");
    let second = journal.append_and_wait(entry(2)).expect("takes again");
    assert_eq!(sim.segments().len(), 2);
    assert_eq!(all(&journal), [(0, first), (2, second)]);
}

#[test]
fn a_reader_tries_again_after_an_error() {
    let sim = Sim::new(1);
    let journal = open(&sim, Options::default());
    let first = journal.append_and_wait(entry(0)).expect("appends");
    let mut reader = journal.reader(Position(0)).expect("a reader");
    sim.world().read_fails = true;
    assert_eq!(reader.next(Duration::ZERO).expect_err("an error").code(), "journal.io");
    sim.world().read_fails = false;
    assert_eq!(rest(&mut reader), [(0, first)]);
}

#[test]
fn what_waits_is_bounded_and_one_sync_answers_a_group() {
    let sim = Sim::new(1);
    let journal = open(&sim, Options { max_pending_bytes: 3_000, ..Options::default() });
    let outcomes = Arc::new(Mutex::new(Vec::new()));
    let append = |number| {
        let outcomes = outcomes.clone();
        journal.append(entry(number), move |outcome| outcomes.lock().expect("outcomes").push((number, outcome.map_err(|error| error.code()))));
    };
    let before = sim.world().syncs;
    sim.frozen(|| append(0), || (1..12).for_each(append));
    while journal.pending_bytes() > 0 {
        std::thread::yield_now();
    }
    journal.close();
    let outcomes = outcomes.lock().expect("outcomes");
    let (done, refused): (Vec<_>, Vec<_>) = outcomes.iter().partition(|(_, outcome)| outcome.is_ok());
    assert_eq!(outcomes.len(), 12);
    assert!(done.len() > 4 && refused.iter().all(|(_, outcome)| *outcome == Err("journal.full")), "{refused:?}");
    assert_eq!(sim.world().syncs - before, 2, "one for the first, one for all that came meanwhile");
}

#[test]
fn readers_that_are_behind_hold_the_senders_back() {
    let sim = Sim::new(1);
    let journal = open(&sim, Options { segment_bytes: 2_000, max_bytes: 8_000, ..Options::default() });
    let code = (0..100).find_map(|number| journal.append_and_wait(entry(number)).err()).expect("a limit").code();
    assert_eq!(code, "journal.limit");
    let held = journal.bytes();
    assert_eq!(held as usize, sim.segments().iter().map(|name| sim.contents(name).len()).sum::<usize>());
    journal.drop_before(journal.end()).expect("drops");
    assert!(journal.bytes() < held);
    journal.append_and_wait(entry(100)).expect("takes again");
}

#[test]
fn an_entry_too_large_is_refused() {
    let journal = open(&Sim::new(1), Options::default());
    let mut large = entry(0);
    large.payload = vec![0; watchbell_journal::MOST_ENTRY_BYTES + 1].into();
    assert_eq!(refused(journal.append_and_wait(large)), "journal.too-large");
    let mut named = entry(0);
    named.stream = "x".repeat(70_000).into();
    assert_eq!(refused(journal.append_and_wait(named)), "journal.too-large");
}
