//! From records to entries: what belongs together is put together, and the hosts that have a job are counted.

use super::entry::{Created, Entry, Happening, Spread, command};
use super::kept::Act;
use super::record::Record;
use crate::Kind;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A removal this soon after the making is told (in nanoseconds).
const MINUTE: i64 = 60_000_000_000;

/// By host, kind and name.
pub fn entries<'a>(records: impl Iterator<Item = &'a Record>) -> Vec<Entry> {
    let mut records: Vec<Record> = joined(housed(records.cloned().collect()));
    records.sort_by(|a, b| a.key.cmp(&b.key));
    let spreads = Spreads::new(&records);
    records.iter().filter_map(|record| entry(record, spreads.of(record))).collect()
}

/// A log that names no host is of the one host that others tell the same job of.
fn housed(records: Vec<Record>) -> Vec<Record> {
    let (homeless, mut rest): (Vec<Record>, Vec<Record>) = records.into_iter().partition(|record| record.key.host.is_none());
    let name = |record: &Record| (record.key.kind, record.key.name.clone(), record.key.command.clone());
    let mut homes: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (at, record) in rest.iter().enumerate() {
        homes.entry(name(record)).or_default().push(at);
    }
    for record in homeless {
        match homes.get(&name(&record)).map(Vec::as_slice) {
            Some([home]) => rest[*home].merge(record),
            _ => rest.push(record),
        }
    }
    rest
}

/// Cron tells the command of a run but not its table, and a write to a table often not the lines: what is of exactly one
/// line of the host is put to it, the rest stands for itself. A table that is removed takes all its lines with it.
fn joined(records: Vec<Record>) -> Vec<Record> {
    let (cron, mut rest): (Vec<Record>, Vec<Record>) = records.into_iter().partition(|record| record.key.kind == Kind::Cron.as_str());
    let (mut lines, parts): (Vec<Record>, Vec<Record>) = cron.into_iter().partition(|record| !record.key.name.is_empty() && record.key.command.is_some());
    let index = Lines::new(&lines);
    for part in parts {
        let Some(line) = index.only(&part) else {
            for line in index.of_table(&part) {
                lines[line].deleted.merge(part.deleted.clone());
            }
            rest.push(part);
            continue;
        };
        let host = lines[line].key.host.take().or_else(|| part.key.host.clone());
        lines[line].key.host = host;
        lines[line].merge(part);
    }
    rest.extend(lines);
    rest
}

/// Its host and its place.
type Line = (Option<String>, usize);

/// Lines of tables by what they run and by their table: host and place of each.
#[derive(Default)]
struct Lines {
    of: BTreeMap<(bool, String), Vec<Line>>,
}

impl Lines {
    fn new(lines: &[Record]) -> Self {
        let mut index = Self::default();
        for (at, line) in lines.iter().enumerate() {
            for key in line.key.command.iter().map(|command| (true, command.clone())).chain([(false, line.key.name.clone())]) {
                index.of.entry(key).or_default().push((line.key.host.clone(), at));
            }
        }
        index
    }

    /// All lines of a table.
    fn of_table(&self, part: &Record) -> Vec<usize> {
        let all = self.of.get(&(false, part.key.name.clone())).filter(|_| !part.key.name.is_empty());
        all.into_iter().flatten().filter(|(host, _)| *host == part.key.host || host.is_none() || part.key.host.is_none()).map(|(_, at)| *at).collect()
    }

    /// The one line of the same host; a host that is not told agrees with any.
    fn only(&self, part: &Record) -> Option<usize> {
        let by_command = part.key.name.is_empty();
        let key = (by_command, if by_command { part.key.command.clone()? } else { part.key.name.clone() });
        let all = self.of.get(&key)?;
        let own: Vec<usize> = all.iter().filter(|(host, _)| *host == part.key.host).map(|(_, at)| *at).collect();
        let any = || all.iter().filter(|(host, _)| host.is_none() || part.key.host.is_none()).map(|(_, at)| *at).collect();
        let found = if own.is_empty() { any() } else { own };
        if let [line] = found[..] { Some(line) } else { None }
    }
}

fn entry(record: &Record, spread: Spread) -> Option<Entry> {
    let job = record.definition.get().or_else(|| record.anything.get())?;
    let changed: Vec<Happening> = again(record).into_iter().map(Happening::of).collect();
    Some(Entry {
        host: record.host.as_deref().map(str::to_owned),
        kind: job.kind,
        name: name(record),
        created: created(record),
        changes: record.changed.count + record.made.count.saturating_sub(burst(record).len() as u64),
        changed,
        runs: record.runs.runs(),
        enabled: record.enabled.get().copied(),
        deleted: deleted(record).map(Happening::of),
        lived: lived(record),
        first_seen: record.seen.first,
        last_seen: record.seen.last,
        spread,
        job: Arc::clone(job),
    })
}

/// As events write it; a user's table by its user, a unit without its folder.
fn name(record: &Record) -> Option<String> {
    if record.key.kind == Kind::SystemdTimer.as_str() {
        return record.name.as_deref().and_then(|name| name.rsplit('/').next()).map(str::to_owned);
    }
    record.name.clone().or_else(|| Some(record.key.name.clone()).filter(|name| !name.is_empty()))
}

/// The making itself: its first event, and those of the minute after it, for several logs tell the same deed.
fn burst(record: &Record) -> Vec<&Act> {
    let begin = record.made.first().next().and_then(|act| act.time);
    record.made.first().enumerate().filter(|(at, act)| *at == 0 || within(begin, act.time)).map(|(_, act)| act).collect()
}

fn within(begin: Option<watchbell_model::Timestamp>, end: Option<watchbell_model::Timestamp>) -> bool {
    begin.zip(end).is_some_and(|(begin, end)| (0..=MINUTE).contains(&end.nanos.saturating_sub(begin.nanos)))
}

/// What the first event does not tell, another of the making may.
fn created(record: &Record) -> Option<Created> {
    let burst = burst(record);
    let first = burst.first()?;
    let told = |part: fn(&Act) -> Option<String>| burst.iter().find_map(|act| part(act));
    Some(Created {
        time: first.time,
        event: first.event,
        by: told(|act| act.by.clone()),
        from: told(|act| act.from.clone()),
        command: told(|act| command(&act.job)),
    })
}

/// Changes, and makings after the first.
fn again(record: &Record) -> Vec<&Act> {
    let making: BTreeSet<_> = burst(record).into_iter().map(|act| act.event).collect();
    let mut all = record.changed.all();
    all.extend(record.made.all().into_iter().filter(|act| !making.contains(&act.event)));
    all.sort_by_key(|act| act.late());
    all
}

fn deleted(record: &Record) -> Option<&Act> {
    let gone = record.deleted.latest()?;
    record.made.latest().is_none_or(|made| made.late() < gone.late()).then_some(gone)
}

/// The shortest life of at most a minute.
fn lived(record: &Record) -> Option<u64> {
    let (made, deleted) = (record.made.all(), record.deleted.all());
    let pairs = made.iter().flat_map(|made| deleted.iter().map(move |gone| (made.time, gone.time)));
    let lives = pairs.filter(|(made, gone)| within(*made, *gone)).filter_map(|(made, gone)| Some((gone?.nanos - made?.nanos) / 1_000_000_000));
    lives.min().and_then(|seconds| u64::try_from(seconds).ok())
}

/// The hosts of each kind and name.
struct Spreads {
    hosts: BTreeMap<(&'static str, String, Option<String>), u64>,
    /// Of each kind: a task of Windows is no rarer for all the hosts that run Linux.
    of: BTreeMap<&'static str, u64>,
}

impl Spreads {
    fn new(records: &[Record]) -> Self {
        let mut hosts: BTreeMap<_, BTreeSet<&Option<String>>> = BTreeMap::new();
        let mut of: BTreeMap<_, BTreeSet<&Option<String>>> = BTreeMap::new();
        for record in records {
            hosts.entry(shared(record)).or_default().insert(&record.key.host);
            of.entry(record.key.kind).or_default().insert(&record.key.host);
        }
        let count = |hosts: BTreeSet<_>| hosts.len() as u64;
        let hosts = hosts.into_iter().map(|(name, hosts)| (name, count(hosts))).collect();
        Self { hosts, of: of.into_iter().map(|(kind, hosts)| (kind, count(hosts))).collect() }
    }

    fn of(&self, record: &Record) -> Spread {
        let of = self.of.get(record.key.kind).copied().unwrap_or(1);
        Spread::new(self.hosts.get(&shared(record)).copied().unwrap_or(1), of)
    }
}

/// What is the same on all hosts: GUIDs and SIDs in names are not.
fn shared(record: &Record) -> (&'static str, String, Option<String>) {
    (record.key.kind, general(&record.key.name), record.key.command.clone())
}

fn general(name: &str) -> String {
    let own = |word: &&str| is_guid(word) || (word.starts_with("s-1-") && word.len() > 12);
    let mut general = name.to_owned();
    for word in name.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).filter(own) {
        general = general.replacen(word, "*", 1);
    }
    general
}

fn is_guid(word: &str) -> bool {
    let lengths: Vec<usize> = word.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && word.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}
