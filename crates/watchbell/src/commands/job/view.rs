//! A job as it is shown: what it runs, as whom, when, the next runs, and what is risky about it.

use super::args::JobFormat;
use super::page::{Page, clock_of, wait};
use super::present::Present;
use super::recognise::kind_words;
use crate::terminal::{colours, width};
use anyhow::Result;
use serde_json::{Map, Value, json};
use std::io::{BufWriter, IsTerminal, Write};
use std::sync::Arc;
use watchbell_jobs::{Anchors, Context, Job, Next, Reason, Risk, RunLevel, Verb, next_runs, risk};

/// A job and what is worked out from it.
pub struct View {
    pub job: Arc<Job>,
    pub next: Next,
    pub risk: Vec<Risk>,
}

/// Keys that are always there.
const KEYS: [&str; 9] = ["kind", "name", "command", "arguments", "decoded", "schedule", "principal", "run_level", "hidden"];

impl View {
    pub fn of(job: Arc<Job>, present: &Present, anchors: &Anchors) -> Self {
        Self::known(job, present, anchors, &Context::default())
    }

    pub fn known(job: Arc<Job>, present: &Present, anchors: &Anchors, context: &Context<'_>) -> Self {
        let next = next_runs(&job, present.now, present.zone.as_ref(), anchors);
        let risk = risk(&job, context);
        Self { job, next, risk }
    }

    /// With the keys of a triggered alert's job.
    pub fn document(&self) -> Map<String, Value> {
        let Value::Object(mut map) = serde_json::to_value(&*self.job).unwrap_or_default() else { return Map::new() };
        map.remove("triggers");
        for key in KEYS {
            map.entry(key).or_insert(if key == "schedule" { json!([]) } else { Value::Null });
        }
        map.insert("next".into(), self.next.runs.iter().map(|run| json!(run.at)).collect());
        map.insert("next_local".into(), self.next.runs.iter().map(|run| json!(run.local)).collect());
        map.insert("when".into(), json!(self.next.when));
        map.insert("notes".into(), json!(self.next.notes));
        map.insert("risk".into(), json!(self.risk));
        map
    }

    pub fn page(&self, page: &mut Page<'_>, present: &Present) -> std::io::Result<()> {
        page.title(&self.title())?;
        self.what(page)?;
        self.when(page, present)?;
        let risks: Vec<String> = self.risk.iter().map(in_words).collect();
        page.alarming("risk", if risks.is_empty() { vec!["nothing that stands out".to_owned()] } else { risks })
    }

    /// `Windows task \Updater, made with schtasks on WS2`.
    fn title(&self) -> String {
        let job = &self.job;
        let mut title = kind_words(job.kind).to_owned();
        title.extend(job.name.iter().flat_map(|name| [" ", name]));
        let deed = match job.verb {
            Verb::Create => "made",
            Verb::Change => "changed",
            Verb::Run => "run",
            Verb::Stop => "stopped",
            Verb::Delete => "deleted",
            Verb::Query => "listed",
            Verb::Enable => "switched on",
            Verb::Disable => "switched off",
        };
        if let Some(tool) = &job.tool {
            title.extend([", ", deed, " with ", tool]);
        }
        title.extend(job.target_host.iter().flat_map(|host| [" on ", host]));
        title
    }

    fn what(&self, page: &mut Page<'_>) -> std::io::Result<()> {
        let job = &self.job;
        let arguments = |text: &Option<String>| text.as_ref().map_or_else(String::new, |text| format!(" {text}"));
        let first = job.command.as_ref().map(|command| format!("{command}{}", arguments(&job.arguments)));
        let more = job.more_actions.iter().map(|action| format!("{}{}", action.command, arguments(&action.arguments)));
        page.rows("runs", first.into_iter().chain(more))?;
        page.rows("decoded", job.decoded.iter().cloned())?;
        page.rows("in", job.folder.iter().cloned())?;
        page.rows("from", job.xml_path.iter().cloned())?;
        page.rows("as", whom(job))?;
        page.rows("author", job.author.iter().cloned())?;
        page.rows("about", job.description.iter().cloned())
    }

    fn when(&self, page: &mut Page<'_>, present: &Present) -> std::io::Result<()> {
        page.rows("when", vec![self.next.when.clone()])?;
        page.rows("next", self.runs(present))?;
        page.quiet("note", self.next.notes.clone())
    }

    pub fn runs(&self, present: &Present) -> Vec<String> {
        let zone = present.zone();
        let one = |run: &watchbell_jobs::Run| {
            format!("{}{}  {}", if run.about { "about " } else { "" }, clock_of(run.at, &zone), wait(run.at.seconds() - present.now.seconds()))
        };
        self.next.runs.iter().map(one).collect()
    }
}

/// `SYSTEM, with highest privileges, hidden`.
fn whom(job: &Job) -> Option<String> {
    let level = job.run_level.filter(|level| *level == RunLevel::Highest).map(|_| "with highest privileges".to_owned());
    let hidden = job.hidden.filter(|hidden| *hidden).map(|_| "hidden".to_owned());
    let parts: Vec<String> = job.principal.iter().cloned().chain(level).chain(hidden).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// As a table for a person, or one document a line.
pub fn print(views: &[View], format: Option<JobFormat>, present: &Present) -> Result<()> {
    let documents = || views.iter().map(|view| Value::Object(view.document())).collect();
    give_out(format, documents, |page| {
        views.iter().enumerate().try_for_each(|(at, view)| {
            if at > 0 {
                page.blank()?;
            }
            view.page(page, present)
        })
    })
}

/// In the format that was asked for, else by what stdout is.
pub fn give_out(format: Option<JobFormat>, documents: impl FnOnce() -> Vec<Value>, table: impl FnOnce(&mut Page<'_>) -> std::io::Result<()>) -> Result<()> {
    let terminal = std::io::stdout().is_terminal();
    let mut out = BufWriter::new(std::io::stdout().lock());
    match format.unwrap_or(if terminal { JobFormat::Table } else { JobFormat::Ndjson }) {
        JobFormat::Table => table(&mut Page { width: width(), colours: colours(), out: &mut out })?,
        JobFormat::Ndjson => documents().iter().try_for_each(|document| writeln!(out, "{document}"))?,
        JobFormat::Json => writeln!(out, "{:#}", Value::Array(documents()))?,
    }
    out.flush()?;
    Ok(())
}

fn in_words(risk: &Risk) -> String {
    match risk.reason {
        Reason::System => format!("runs as {}", risk.detail),
        reason => format!("{}: {}", reason.as_str(), risk.detail),
    }
}
