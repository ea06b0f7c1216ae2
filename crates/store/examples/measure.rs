//! Measures the store: `… FOLDER [COUNT]` makes that many triggered alerts with documents of a kilobyte, and asks for lists of them.
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a program for people, about time")]

use std::path::Path;
use std::time::{Duration, Instant};
use watchbell_store::{Actor, Attempt, Settled};
use watchbell_store::{Batch, Change, Cursor, Edit, Error, Message, Options, Order, Outcome, Page, Priority, Status, Store, TriggeredFilter, Upsert};

const START: i64 = 1_700_000_000_000_000_000;
const SECOND: i64 = 1_000_000_000;

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = arguments.first().map_or("measured", String::as_str);
    let count: u64 = arguments.get(1).and_then(|count| count.parse().ok()).unwrap_or(100_000);
    for size in [1, 10, 100, 1_000] {
        upserts(&Path::new(folder).join(format!("batch-{size}")), size, (size * 40).min(10_000))?;
    }
    let store = open(&Path::new(folder).join("lists"))?;
    fill(&store, count)?;
    lists(&store)?;
    acts(&store)
}

fn open(folder: &Path) -> Result<Store, Error> {
    Store::open(folder, &Options::default(), "measured", START)
}

/// How fast new ones and growth are kept, a commit each `size`.
fn upserts(folder: &Path, size: u64, count: u64) -> Result<(), Error> {
    let store = open(folder)?;
    for (round, what) in [(1, "new"), (2, "grown")] {
        let began = Instant::now();
        for from in (0..count).step_by(size as usize) {
            store.commit(&batch(from..(from + size).min(count), round), START)?;
        }
        let took = began.elapsed();
        println!(
            "{what:>6} in batches of {size:>5}: {:>8.0} upserts/s, {:>6.2} ms a commit",
            count as f64 / took.as_secs_f64(),
            milliseconds(took) / (count / size) as f64
        );
    }
    Ok(())
}

fn fill(store: &Store, count: u64) -> Result<(), Error> {
    let began = Instant::now();
    for from in (0..count).step_by(1_000) {
        store.commit(&batch(from..(from + 1_000).min(count), 1), START)?;
    }
    println!("{count} made in {:.1} s", began.elapsed().as_secs_f64());
    let ids: Vec<Change> = (0..count).filter(|n| n % 50 != 0).map(|n| Change { id: id(n), revision: None }).collect();
    let close = Edit { status: Some(Status::Closed), ..Edit::default() };
    let began = Instant::now();
    for some in ids.chunks(1_000) {
        store.edit_triggered(some, &close, &Actor::new("ann", "session"), START)?;
    }
    println!("{} closed in {:.1} s", ids.len(), began.elapsed().as_secs_f64());
    let size = store.path().metadata().map_or(0, |file| file.len());
    println!("{:.0} MB, {} bytes each", size as f64 / 1e6, size / count);
    Ok(())
}

fn lists(store: &Store) -> Result<(), Error> {
    let none = TriggeredFilter::default;
    let text = |text: &str| vec![text.to_owned()];
    let open = vec![Status::Unread, Status::Updated, Status::Watched];
    let shown: &[(&str, TriggeredFilter)] = &[
        ("all", none()),
        ("one status of 2 in 100", TriggeredFilter { statuses: vec![Status::Unread], ..none() }),
        ("three statuses, 2 in 100", TriggeredFilter { statuses: open, ..none() }),
        ("priority high", TriggeredFilter { priorities: vec![Priority::High], ..none() }),
        ("one host of 1,000", TriggeredFilter { hosts: text("host0007"), ..none() }),
        ("one user of 10,000", TriggeredFilter { users: text("user00007"), ..none() }),
        ("one alert of 40", TriggeredFilter { alert_ids: text("alert07"), ..none() }),
        ("a pack that has none", TriggeredFilter { packs: text("other"), ..none() }),
        ("text, often there", TriggeredFilter { text: Some("SCHEDULED".to_owned()), ..none() }),
        ("text, once", TriggeredFilter { text: Some("job number 77,".to_owned()), ..none() }),
        ("text, nowhere", TriggeredFilter { text: Some("nothing has this".to_owned()), ..none() }),
        ("a tag that none has", TriggeredFilter { tags: text("none"), ..none() }),
    ];
    for (what, filter) in shown {
        let times = timed(50, || store.list_triggered(filter, Order::NewestFirst, &Page::first(50)).map(drop))?;
        println!("{what:>26}: {}", told(&times));
    }
    let deep = Page::after(Cursor { key: START + 100 * SECOND, id: String::new() }, 50);
    println!("{:>26}: {}", "a page at the far end", told(&timed(50, || store.list_triggered(&none(), Order::NewestFirst, &deep).map(drop))?));
    println!("{:>26}: {}", "one with its documents", told(&timed(50, || store.triggered(&id(77)).map(drop))?));
    println!("{:>26}: {}", "counts of 100,000", told(&timed(10, || store.count_triggered(&none(), 100_000).map(drop))?));
    println!("{:>26}: {}", "feed, nothing new", told(&timed(50, || store.changed_triggered(i64::MAX - 1, &none(), 50).map(drop))?));
    Ok(())
}

/// Single durable acts: an edit, and a message on its way.
fn acts(store: &Store) -> Result<(), Error> {
    let ann = Actor::new("ann", "session");
    let mut n = 0;
    let edits = timed(50, || {
        n += 1;
        store.edit_triggered(&[Change { id: id(n), revision: None }], &Edit { comment: Some("seen".to_owned()), ..Edit::default() }, &ann, START).map(drop)
    })?;
    println!("{:>26}: {}", "an edit, durable", told(&edits));
    for key in 0..1_000 {
        let message = Message { key: format!("m{key}"), kind: "test".to_owned(), method: "m".to_owned(), due: START, ..Message::default() };
        store.send(&message, START)?;
    }
    let claims = timed(20, || {
        let claims = store.claim(START, SECOND, 10)?;
        let settled: Vec<_> = claims.into_iter().map(|claim| (claim, Settled::Sent, Attempt::default())).collect();
        store.settle_all(&settled, START).map(drop)
    })?;
    println!("{:>26}: {}", "ten claimed and settled", told(&claims));
    let began = Instant::now();
    let info = store.backup(&store.path().with_extension("copy"))?;
    println!("a backup of {:.0} MB, checked, in {:.1} s", info.bytes as f64 / 1e6, began.elapsed().as_secs_f64());
    Ok(())
}

fn batch(numbers: std::ops::Range<u64>, round: u64) -> Batch {
    Batch { triggered: numbers.map(|n| upsert(n, round)).collect(), ..Batch::default() }
}

fn upsert(n: u64, round: u64) -> Upsert {
    let time = START + i64::try_from(n).unwrap_or_default() * SECOND;
    Upsert {
        id: id(n),
        position: round * 1_000_000_000 + n,
        alert_id: format!("alert{:02}", n % 40),
        alert: format!("SecOpsScheduledTask{:02}", n % 40),
        pack: "mitre-t1053-scheduled-task-job".to_owned(),
        category: "Windows / Persistence".to_owned(),
        title: "Scheduled task created on another machine".to_owned(),
        summary: format!("user{:05} on host{:04} scheduled job number {n}, to run as SYSTEM", n % 10_000, n % 1_000),
        priority: Priority::ALL[(n % 5) as usize].0,
        outcome: Outcome::Done,
        host: format!("host{:04}", n % 1_000),
        user: format!("user{:05}", n % 10_000),
        time: Some(time),
        last: Some(time),
        count: round,
        document: format!("{{\"id\":\"{}\",\"count\":{round},\"rest\":\"{}\"}}", id(n), "x".repeat(950)),
        ..Upsert::default()
    }
}

/// As ids are: evenly spread.
fn id(n: u64) -> String {
    format!("{:016x}{n:016x}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

fn timed(times: usize, mut act: impl FnMut() -> Result<(), Error>) -> Result<Vec<Duration>, Error> {
    let mut took = Vec::with_capacity(times);
    for _ in 0..times {
        let began = Instant::now();
        act()?;
        took.push(began.elapsed());
    }
    took.sort();
    Ok(took)
}

fn told(times: &[Duration]) -> String {
    format!("p50 {:>7.2} ms, worst {:>7.2} ms", milliseconds(times[times.len() / 2]), milliseconds(times[times.len() - 1]))
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
