//! Alerts and logs made in a line, scanned by several workers in turn.

use std::collections::BTreeMap;
use std::sync::Arc;
use watchbell_alerts::{Definition, Triggered};
use watchbell_formats::{Block, FORMATS, Framing, HEAD, Stream};
use watchbell_model::{Severity, Timestamp};
use watchbell_pipeline::live::{Changes, Live, Saved};
use watchbell_pipeline::{Active, Definitions, Entity, Exception, File, Fold, Found, OutcomeRules, Outcomes, Selection, Worker, gather, intern_inputs};
use watchbell_rules::Loader;
use watchbell_rules::pack::{Alert, Lists};

pub struct Scan {
    definitions: Arc<Definitions>,
    logs: Vec<(String, String)>,
    selection: Selection,
    block: usize,
    forgets: bool,
}

pub struct Done {
    pub outcomes: Outcomes,
}

impl Scan {
    /// An alert with these keys; the others are filled in.
    pub fn new(keys: &str) -> Self {
        let head = "format: 1\nid: 0b1f3c52-5a35-4a2c-9a45-0d5c1f6c7a11\nname: Test\ntitle: Test\npriority: normal\nsummary: Test\n";
        let mut problems = Vec::new();
        let alert = Arc::new(Alert::parse("Test.yaml", &format!("{head}{keys}"), &mut problems).unwrap());
        let mut loader = Loader::new();
        let compiled = alert.compile(&mut loader, &Lists::default());
        intern_inputs(loader.fields_mut());
        let (ruleset, told) = loader.finish();
        problems.extend(told.into_iter().filter(|problem| problem.severity == Severity::Error));
        assert!(problems.is_empty(), "{problems:?}");
        let active = Active {
            definition: Arc::new(Definition { id: alert.id.clone(), name: alert.name.clone(), ..Definition::default() }),
            rules: compiled.rules,
            correlations: compiled.correlations.iter().filter_map(|n| ruleset.correlation(*n)).collect(),
            entities: compiled.entities.into_iter().map(|e| Entity { name: e.name, fields: e.fields, pattern: e.pattern }).collect(),
            exceptions: compiled.exceptions.into_iter().map(|e| Exception { id: e.id, filter: e.filter }).collect(),
            outcome: OutcomeRules::default(),
            fold: alert.fold.as_ref().map(|fold| Fold { by: fold.by.clone(), within_seconds: fold.within, worst: false }),
            trigger: alert.trigger.clone(),
            measured: compiled.measured.into_iter().collect(),
            ..Active::default()
        };
        let definitions = Arc::new(Definitions::new(ruleset, vec![active]));
        Self { definitions, logs: Vec::new(), selection: Selection::default(), block: 1 << 20, forgets: false }
    }

    pub fn log(mut self, name: &str, text: &str) -> Self {
        self.logs.push((name.to_owned(), text.to_owned()));
        self
    }

    pub fn show_excepted(mut self) -> Self {
        self.selection.show_excepted = true;
        self
    }

    /// Live, time passes so far after each log that all of it is forgotten.
    pub fn forgets(mut self) -> Self {
        self.forgets = true;
        self
    }

    /// About how many bytes a block has.
    pub fn block(mut self, bytes: usize) -> Self {
        self.block = bytes;
        self
    }

    /// Every other log goes to another worker.
    pub fn done(self) -> Done {
        let mut workers = [Worker::new(&self.definitions), Worker::new(&self.definitions)];
        for (n, (name, text)) in self.logs.iter().enumerate() {
            self.read(name, text, &mut workers[n % 2]);
        }
        let mut found = Found::default();
        workers.into_iter().rev().for_each(|worker| found.add(worker.found));
        Done { outcomes: gather(&self.definitions, found, &self.selection) }
    }

    /// When the alert came in force.
    pub fn since(mut self, time: &str) -> Self {
        let definitions = Arc::get_mut(&mut self.definitions).unwrap();
        definitions.alerts[0].since = Some(instant(time));
        self
    }

    /// The same, a log at a time in this order, as it would live; with `restarts` the state is made again after each.
    pub fn live(&self, order: &[usize], restarts: bool) -> Vec<Triggered> {
        self.live_until(order, restarts, Timestamp { nanos: i64::MAX, digits: 0 })
    }

    /// Time goes on until then.
    pub fn live_until(&self, order: &[usize], restarts: bool, end: Timestamp) -> Vec<Triggered> {
        let (mut live, mut now, mut saved) = (Live::new(&self.definitions), BTreeMap::new(), Vec::new());
        let mut keep = |changes: Changes| {
            now.extend(changes.alerts.into_iter().map(|alert| (alert.id, alert)));
            changes.matches
        };
        for n in order {
            let mut worker = Worker::new(&self.definitions);
            self.read(&self.logs[*n].0, &self.logs[*n].1, &mut worker);
            let kept = saved.clone();
            let at = |saved: &Saved| saved.time.map_or(i64::MIN, |(nanos, _)| nanos);
            let mut recall = |from, to| kept.iter().filter(|saved| (from..to).contains(&at(saved))).cloned().collect();
            saved.extend(keep(live.take(worker.found, &mut recall)));
            if self.forgets {
                keep(live.tick(Timestamp::from_seconds(4_000_000_000)));
            }
            if restarts {
                let text = serde_json::to_string(&saved).unwrap();
                live = Live::new(&self.definitions);
                live.restore(serde_json::from_str(&text).unwrap(), None);
            }
        }
        keep(live.tick(end));
        let mut now: Vec<Triggered> = now.into_values().collect();
        now.sort_by_key(|alert| (alert.time, alert.id));
        now
    }

    fn read(&self, name: &str, text: &str, worker: &mut Worker) {
        let bytes = text.as_bytes();
        let format = FORMATS.iter().find(|format| (format.recognise)(&bytes[..bytes.len().min(HEAD)])).unwrap();
        let mut decoder = (format.decoder)(&self.definitions.catalogue, &Arc::new(Stream { year: Some(2026), ..Stream::default() }));
        let file = Arc::new(File::new(name, [0; 32]));
        let (mut line, mut offset) = (1, 0);
        while offset < bytes.len() {
            let wanted = if format.framing == Framing::Whole { bytes.len() } else { (offset + self.block).min(bytes.len()) };
            let end = bytes[wanted - 1..].iter().position(|b| *b == b'\n').map_or(bytes.len(), |at| wanted + at);
            let block = Block { bytes: &bytes[offset..end], first_line: line, offset: offset as u64 };
            worker.block(&file, format.id, &mut *decoder, block);
            line += text[offset..end].matches('\n').count() as u64;
            offset = end;
        }
        worker.finish(&file, format.id, &mut *decoder);
    }
}

impl Done {
    /// Each alert's time of day, count and state.
    pub fn shown(&self) -> Vec<String> {
        let shown = self.outcomes.alerts.iter().map(|alert| {
            let time = alert.time.unwrap().to_string();
            let continues = if alert.continues { " continues" } else { "" };
            let excepted = alert.excepted.as_ref().map_or_else(String::new, |id| format!(" excepted {id}"));
            format!("{} x{}{continues}{excepted}", &time[11..19], alert.count)
        });
        shown.collect()
    }

    pub fn json(&self) -> Vec<String> {
        self.outcomes.alerts.iter().map(|alert| serde_json::to_string(alert).unwrap()).collect()
    }
}

/// A time of 2026-01-05.
pub fn instant(time: &str) -> Timestamp {
    Timestamp::parse(&format!("2026-01-05T{time}Z"), &jiff::tz::TimeZone::UTC).unwrap()
}

/// Security 4698 in NXLog's flat JSON.
pub fn created(time: &str, record: usize, task: &str) -> String {
    security(4698, time, record, task)
}

pub fn deleted(time: &str, record: usize, task: &str) -> String {
    security(4699, time, record, task)
}

fn security(id: u32, time: &str, record: usize, task: &str) -> String {
    format!(
        "{{\"EventTime\":\"2026-01-05 {time}\",\"Hostname\":\"WS1\",\"Channel\":\"Security\",\"SourceName\":\"Microsoft-Windows-Security-Auditing\",\
         \"EventID\":{id},\"RecordNumber\":{record},\"SubjectUserName\":\"bob\",\"TaskName\":\"\\\\{task}\"}}\n"
    )
}

/// Sysmon 1 in NXLog's flat JSON.
pub fn process(line: &str) -> String {
    format!(
        "{{\"EventTime\":\"2026-01-05 10:00:00\",\"Hostname\":\"WS1\",\"Channel\":\"Microsoft-Windows-Sysmon/Operational\",\"SourceName\":\"Microsoft-Windows-Sysmon\",\
         \"EventID\":1,\"RecordNumber\":1,\"Image\":\"C:\\\\Windows\\\\System32\\\\cmd.exe\",\"CommandLine\":\"cmd.exe /c {line}\"}}\n"
    )
}
