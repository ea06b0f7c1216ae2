//! Whenever the power goes, journal and lake together have each event once.

use crate::events::{DAY, Event, HOUR, SECOND, check, event, files, options, rows};
use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};
use watchbell_lake::{Disk, Error, Lake, Options, RealDisk};

/// A disk that fails at one step. If that is the end, it forgets what was not made durable.
#[derive(Debug)]
struct Frail(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    steps: usize,
    fails_at: usize,
    for_good: bool,
    unsynced: Vec<PathBuf>,
    /// From, to, and what was there before.
    renamed: Vec<(PathBuf, PathBuf, Option<Vec<u8>>)>,
}

impl Frail {
    fn new(fails_at: usize, for_good: bool) -> Arc<Self> {
        Arc::new(Self(Mutex::new(Inner { fails_at, for_good, ..Inner::default() })))
    }

    fn step(&self) -> io::Result<()> {
        let mut inner = self.0.lock().unwrap();
        inner.steps += 1;
        let fails = if inner.for_good { inner.steps >= inner.fails_at } else { inner.steps == inner.fails_at };
        if fails { Err(io::Error::other("no more")) } else { Ok(()) }
    }

    /// What the disk has after the power was gone.
    fn lose(&self) {
        let mut inner = self.0.lock().unwrap();
        for (from, to, before) in inner.renamed.drain(..).rev().collect::<Vec<_>>() {
            let _ = fs::rename(&to, &from);
            if let Some(before) = before {
                fs::write(&to, before).unwrap();
            }
        }
        for path in &inner.unsynced {
            if let Ok(bytes) = fs::read(path) {
                fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
            }
        }
    }
}

impl Disk for Frail {
    fn create(&self, path: &Path) -> io::Result<Box<dyn Write + Send>> {
        self.step()?;
        self.0.lock().unwrap().unsynced.push(path.to_owned());
        RealDisk.create(path)
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        self.0.lock().unwrap().unsynced.retain(|unsynced| unsynced != path);
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step()?;
        let mut inner = self.0.lock().unwrap();
        inner.renamed.push((from.to_owned(), to.to_owned(), fs::read(to).ok()));
        for unsynced in inner.unsynced.iter_mut().filter(|unsynced| *unsynced == from) {
            to.clone_into(unsynced);
        }
        fs::rename(from, to)
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        fs::create_dir_all(path)
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        self.0.lock().unwrap().renamed.retain(|(_, to, _)| to.parent() != Some(path));
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        fs::remove_file(path)
    }
}

/// Six deliveries, some of them with events of the ones before; the journal's positions are their numbers.
fn journal() -> Vec<Vec<Event>> {
    let at = |n: u64| event(n, DAY + n.cast_signed() * 200 * SECOND);
    [0..30, 20..60, 60..80, 0..40, 80..120, 100..130].into_iter().map(|numbers| numbers.map(at).collect()).collect()
}

/// Feeds what the lake does not have yet.
fn feed(lake: &Lake) -> Result<(), Error> {
    for (number, delivery) in journal().iter().enumerate().skip(lake.position() as usize) {
        lake.add(rows(delivery), number as u64 + 1)?;
        if number != 2 {
            lake.flush()?;
        }
        if number == 3 {
            while lake.compact(DAY + 48 * HOUR)?.is_some() {}
        }
    }
    while lake.compact(DAY + 48 * HOUR)?.is_some() {}
    Ok(())
}

fn check_all(lake: &Lake, dir: &Path) {
    assert_eq!(lake.position(), 6);
    check(lake, "SELECT count(*), count(DISTINCT id), sum(record_id) FROM events", &["130|130|8385"]);
    assert_eq!(lake.stats().rows, 130, "compaction leaves no double");
    assert_eq!(files(dir).len(), lake.stats().files, "no file is left over");
}

fn with(disk: Arc<Frail>) -> Options {
    Options { disk, ..options() }
}

#[test]
fn after_the_power_went_at_any_step_each_event_is_there_once() {
    let mut step = 1;
    loop {
        let dir = tempfile::tempdir().unwrap();
        let disk = Frail::new(step, true);
        let crashed = Lake::open(dir.path(), with(Arc::clone(&disk))).and_then(|lake| feed(&lake)).is_err();
        disk.lose();
        let lake = Lake::open(dir.path(), options()).unwrap();
        assert_eq!(lake.missing(), &[] as &[String], "step {step}");
        feed(&lake).unwrap();
        check_all(&lake, dir.path());
        if !crashed {
            break;
        }
        step += 1;
    }
    assert!(step > 100, "{step} steps");
}

#[test]
fn after_any_step_failed_once_it_is_done_again() {
    let mut step = 2;
    loop {
        let dir = tempfile::tempdir().unwrap();
        let disk = Frail::new(step, false);
        let lake = Lake::open(dir.path(), with(Arc::clone(&disk))).unwrap();
        let mut failures = 0;
        for (number, delivery) in journal().iter().enumerate() {
            lake.add(rows(delivery), number as u64 + 1).unwrap();
            while lake.flush().is_err() {
                failures += 1;
            }
            if number == 3 {
                while lake.compact(DAY + 48 * HOUR).map_or(true, |done| done.is_some()) {}
            }
        }
        while lake.compact(DAY + 48 * HOUR).map_or(true, |done| done.is_some()) {}
        assert_eq!(lake.position(), 6);
        check(&lake, "SELECT count(*), count(DISTINCT id), sum(record_id) FROM events", &["130|130|8385"]);
        assert!(failures <= 1);
        drop(lake);
        let lake = Lake::open(dir.path(), options()).unwrap();
        check_all(&lake, dir.path());
        if disk.0.lock().unwrap().steps < step {
            break;
        }
        step += 7;
    }
}
