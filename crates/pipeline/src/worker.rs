//! The path of an event through one thread: decode, derive, match, and keep what an alert needs of it.

use crate::coverage::Coverage;
use crate::definitions::Definitions;
use crate::derive::Deriver;
use crate::found::{Event, File, Found, Occurrence, Role};
use crate::interest::{Clock, Interest, Span};
use crate::tally::Tally;
use bumpalo::Bump;
use rustc_hash::FxHashMap;
use std::sync::Arc;
use watchbell_engine::{Hit, Matcher};
use watchbell_formats::{Block, Decoder};
use watchbell_jobs::Job;
use watchbell_model::{Basis, Decoded, EventId, LogSource, Part, Quarantined, Sink, Timestamp};

/// Records that could not be read, bounded.
#[derive(Debug, Default)]
pub struct Unread {
    /// The first ones, in their order; lines that follow each other and are left out for the same reason are one.
    pub named: Vec<Quarantined>,
    /// How many there were besides.
    pub more: u64,
}

/// How many of an entry are named.
const NAMED: usize = 200;

impl Unread {
    fn add(&mut self, trouble: Quarantined) {
        let is_next = |last: &Quarantined| last.line.is_some() && last.line.map(|line| line + last.records) == trouble.line;
        if let Some(last) = self.named.last_mut().filter(|last| last.reason == trouble.reason && is_next(last)) {
            last.records += trouble.records;
        } else if self.named.len() < NAMED {
            self.named.push(trouble);
        } else {
            self.more += trouble.records;
        }
    }
}

/// One thread's share of a scan.
pub struct Worker {
    pub(crate) definitions: Arc<Definitions>,
    pub(crate) matcher: Matcher,
    deriver: Deriver,
    arena: Bump,
    hits: Vec<Hit>,
    pub(crate) sources: FxHashMap<(u32, u32), Arc<LogSource>>,
    clock: Clock,
    interest: Option<Arc<Interest>>,
    /// The second of the event at hand, if it says so at a glance and without doubt.
    second: Option<i64>,
    /// The id of the event at hand, if it was kept under one.
    known: Option<EventId>,
    file: Arc<File>,
    pub tally: Tally,
    pub found: Found,
    pub coverage: Coverage,
    /// What could not be read since somebody took it.
    pub unread: Unread,
    /// Events near alerts were left out: there were too many.
    pub crowded: bool,
}

impl Worker {
    pub fn new(definitions: &Arc<Definitions>) -> Self {
        Self {
            matcher: definitions.engine.matcher(),
            deriver: Deriver::new(&definitions.ruleset.fields),
            definitions: Arc::clone(definitions),
            arena: Bump::new(),
            hits: Vec::new(),
            sources: FxHashMap::default(),
            clock: Clock::new(&definitions.ruleset.fields),
            interest: None,
            second: None,
            known: None,
            file: Arc::new(File::new("", [0; 32])),
            tally: Tally::default(),
            found: Found::default(),
            coverage: Coverage::new(&definitions.ruleset.fields),
            unread: Unread::default(),
            crowded: false,
        }
    }

    /// Keeps only what is of interest.
    #[must_use]
    pub fn interested(self, interest: Option<Arc<Interest>>) -> Self {
        Self { interest, ..self }
    }

    /// What comes next was read before, and has this id.
    pub fn known(&mut self, id: Option<EventId>) {
        self.known = id;
    }

    /// Decodes a block of a stream and asks the rules of every event in it. Tells when they happened, if all say.
    pub fn block(&mut self, file: &Arc<File>, format: &'static str, decoder: &mut dyn Decoder, block: Block<'_>) -> Option<Span> {
        self.file = Arc::clone(file);
        let before = self.tally.records();
        let mut arena = std::mem::take(&mut self.arena);
        decoder.decode(block, &arena, self);
        arena.reset();
        self.arena = arena;
        self.count(format, before);
        self.crowd_out();
        self.clock.take()
    }

    /// The end of a stream.
    pub fn finish(&mut self, file: &Arc<File>, format: &'static str, decoder: &mut dyn Decoder) {
        self.file = Arc::clone(file);
        let before = self.tally.records();
        decoder.finish(&Bump::new(), self);
        self.count(format, before);
    }

    /// Counts records that the reader itself had to leave out.
    pub fn left_out(&mut self, file: &Arc<File>, format: &'static str, trouble: &Quarantined) {
        *self.tally.by_format.entry(format).or_default() += trouble.records;
        self.tally.quarantine(&file.name, trouble);
        self.unread.add(trouble.clone());
    }

    /// The latest second that an event told at a glance.
    pub fn latest(&self) -> Option<i64> {
        self.clock.latest
    }

    fn count(&mut self, format: &'static str, before: u64) {
        *self.tally.by_format.entry(format).or_default() += self.tally.records() - before;
    }

    /// Asks every rule of an event as it stands.
    fn ask(&mut self, event: &Decoded<'_, '_>, job: Option<&Arc<Job>>) {
        self.hits.clear();
        self.matcher.matches(event.parts, &mut self.hits);
        if self.hits.is_empty() {
            return;
        }
        let (hits, definitions) = (std::mem::take(&mut self.hits), Arc::clone(&self.definitions));
        for hit in &hits {
            let part = &event.parts[hit.part as usize];
            for (alert, role) in definitions.of_rule.get(&hit.rule).into_iter().flatten() {
                if self.wants(*alert) {
                    self.occurrence(*alert, *role, hit, part, job);
                }
            }
        }
        self.hits = hits;
    }

    /// Whether an occurrence of the event at hand may be of interest.
    fn wants(&self, alert: u32) -> bool {
        self.interest.as_ref().zip(self.second).is_none_or(|(interest, second)| interest.admits(alert, second))
    }

    /// Works out who the event is, if anything matched.
    fn close(&mut self, event: &Decoded<'_, '_>) {
        if self.definitions.edges {
            let plain = self.second.map(Timestamp::from_seconds);
            plain.or_else(|| event.whole.identity().time).into_iter().for_each(|time| self.found.saw(time.nanos, time.nanos));
        }
        let index = self.found.events.len() as u32;
        if self.found.occurrences.last().is_some_and(|o| o.event == index) {
            let mut identity = event.whole.identity();
            if let Some(id) = self.known {
                identity.basis = Basis::Own(id);
            }
            if let Some(interest) = &self.interest {
                let mine = self.found.occurrences.split_off(first_of(&self.found, index));
                let second = identity.time.map(Timestamp::seconds).filter(|second| interest.admits_host(identity.host.as_deref(), *second));
                self.found.occurrences.extend(mine.into_iter().filter(|o| second.is_some_and(|second| interest.admits(o.alert, second))));
            }
            if self.found.occurrences.last().is_none_or(|o| o.event != index) {
                return;
            }
            self.found.events.push(Event { identity, file: Arc::clone(&self.file), lines: event.lines, record: event.whole.record_id().or(event.record) });
        }
    }

    /// Keeps what is nearest to the alerts, if there is too much.
    fn crowd_out(&mut self) {
        if let Some(interest) = self.interest.as_ref().filter(|_| self.found.events.len() > 2 * FACTS) {
            self.crowded |= crowd_out(&mut self.found, interest);
        }
    }

    /// Adds a hit to the event's occurrence of this alert, or makes one. One that an exception holds back gives way to
    /// one that none does.
    fn occurrence(&mut self, alert: u32, role: Role, hit: &Hit, part: &Part<'_, '_>, job: Option<&Arc<Job>>) {
        let event = self.found.events.len() as u32;
        let new = self.read(alert, role, hit, part, job);
        let mine = first_of(&self.found, event);
        let each_job = self.definitions.each_job;
        let of_one = |o: &Occurrence| !each_job || o.job.as_ref().map(Arc::as_ptr) == new.job.as_ref().map(Arc::as_ptr);
        let same = |o: &&mut Occurrence| o.alert == alert && o.role == role && (role == Role::Fires || o.rules == new.rules) && of_one(o);
        match self.found.occurrences[mine..].iter_mut().find(same) {
            None => self.found.occurrences.push(new),
            Some(old) if old.excepted.is_some() && new.excepted.is_none() => *old = new,
            Some(old) if old.excepted.is_some() == new.excepted.is_some() && !old.rules.contains(&hit.rule) => old.rules.push(hit.rule),
            Some(_) => {}
        }
    }
}

/// Events near alerts that are kept; memory is some kilobyte each.
pub const FACTS: usize = 100_000;

/// Leaves out what is farthest from all alerts; tells whether anything was.
pub fn crowd_out(found: &mut Found, interest: &Interest) -> bool {
    found.keep(FACTS, |event| event.identity.time.map_or(i64::MAX, |time| interest.distance(time.seconds())))
}

/// Where the occurrences of the newest event begin.
fn first_of(found: &Found, event: u32) -> usize {
    found.occurrences.iter().rposition(|o| o.event != event).map_or(0, |at| at + 1)
}

impl<'a> Sink<'a> for Worker {
    fn event(&mut self, event: &mut Decoded<'_, 'a>) {
        self.tally.events += 1;
        let when = self.clock.read(event);
        self.second = when.filter(|span| span.from == span.to).map(|span| span.from);
        if let Some(interest) = &self.interest {
            match when {
                Some(span) if !interest.touches(span) => return,
                Some(span) => self.coverage.note(event, i64::midpoint(span.from, span.to), interest),
                None => self.coverage.watch(event, interest),
            }
        }
        match self.deriver.jobs(event) {
            None => self.ask(event, None),
            // Each job by itself: what one command line does to several jobs must not run together.
            Some((part, jobs)) => jobs.iter().for_each(|job| {
                self.deriver.put(event, part, job);
                self.ask(event, Some(job));
            }),
        }
        self.close(event);
    }

    fn skipped(&mut self, records: u64) {
        self.tally.skipped += records;
    }

    fn quarantined(&mut self, trouble: Quarantined) {
        self.tally.quarantine(&self.file.name, &trouble);
        self.unread.add(trouble);
    }
}
