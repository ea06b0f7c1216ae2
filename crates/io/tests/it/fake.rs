//! A receiving end that remembers, and refuses or waits when it is told to.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use tokio::sync::{Notify, Semaphore};
use watchbell_io::{Count, Delivery, Intake, Offered, Refused};

/// What a source did.
#[derive(Default)]
pub struct Seen {
    pub deliveries: Vec<Delivery>,
    pub quarantined: Vec<(&'static str, Vec<u8>)>,
    pub counts: BTreeMap<Count, u64>,
    refusals: VecDeque<Refused>,
}

pub struct Fake {
    pub seen: Mutex<Seen>,
    changed: Notify,
    /// How many offers may be answered. A slow disk is one without any.
    answers: Arc<Semaphore>,
}

impl Fake {
    pub fn new() -> Arc<Self> {
        Arc::new(Self { seen: Mutex::default(), changed: Notify::new(), answers: Arc::new(Semaphore::new(Semaphore::MAX_PERMITS)) })
    }

    /// Answers nothing until it is let go.
    pub fn slow() -> Arc<Self> {
        Arc::new(Self { seen: Mutex::default(), changed: Notify::new(), answers: Arc::new(Semaphore::new(0)) })
    }

    /// Refuses the next offers in this way.
    pub fn refusing(refusals: &[Refused]) -> Arc<Self> {
        let fake = Self::new();
        fake.seen.lock().unwrap().refusals.extend(refusals.iter().cloned());
        fake
    }

    pub fn let_go(&self, answers: usize) {
        self.answers.add_permits(answers);
    }

    /// The lines that came, in order; chunks of bytes where there are none.
    pub fn lines(&self) -> Vec<String> {
        let seen = self.seen.lock().unwrap();
        let lines =
            |delivery: &Delivery| String::from_utf8_lossy(&delivery.bytes).lines().filter(|line| !line.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        seen.deliveries.iter().flat_map(lines).collect()
    }

    pub fn reasons(&self) -> Vec<&'static str> {
        self.seen.lock().unwrap().quarantined.iter().map(|(reason, _)| *reason).collect()
    }

    pub fn count(&self, what: Count) -> u64 {
        self.seen.lock().unwrap().counts.get(&what).copied().unwrap_or_default()
    }

    /// Waits until what was seen is as wanted.
    pub async fn until(&self, wanted: impl Fn(&Seen) -> bool) {
        loop {
            let changed = self.changed.notified();
            if wanted(&self.seen.lock().unwrap()) {
                return;
            }
            changed.await;
        }
    }

    pub async fn until_lines(&self, lines: usize) {
        self.until(|seen| {
            seen.deliveries.iter().map(|delivery| delivery.bytes.split(|b| *b == b'\n').filter(|line| !line.is_empty()).count()).sum::<usize>() >= lines
        })
        .await;
    }
}

impl Intake for Fake {
    fn offer(&self, delivery: Delivery) -> Offered {
        let mut seen = self.seen.lock().unwrap();
        let answer = seen.refusals.pop_front().map_or(Ok(()), Err);
        if answer.is_ok() {
            seen.deliveries.push(delivery);
        }
        drop(seen);
        self.changed.notify_waiters();
        let answers = Arc::clone(&self.answers);
        Box::pin(async move {
            answers.acquire().await.unwrap().forget();
            answer
        })
    }

    fn quarantine(&self, _: &str, reason: &'static str, bytes: &[u8], _: &str) {
        self.seen.lock().unwrap().quarantined.push((reason, bytes.to_vec()));
        self.changed.notify_waiters();
    }

    fn count(&self, _: &str, what: Count, n: u64) {
        *self.seen.lock().unwrap().counts.entry(what).or_default() += n;
        self.changed.notify_waiters();
    }
}
