//! A job of the ledger with what follows from it: next runs and risks.

use super::args::LogArgs;
use super::present::Present;
use super::reading::entries;
use super::view::View;
use anyhow::Result;
use serde_json::{Value, json};
use std::sync::Arc;
use watchbell_jobs::{Anchors, Entry, Job, Rarity, Verb};

pub struct Kept {
    pub entry: Entry,
    pub view: View,
}

/// The jobs of logs, by host, kind and name.
pub fn read(args: &LogArgs) -> Result<(Vec<Kept>, Present)> {
    let (entries, present) = entries(args)?;
    let kept = entries.into_iter().map(|entry| Kept::of(entry, &present)).collect();
    Ok((kept, present))
}

impl Kept {
    fn of(entry: Entry, present: &Present) -> Self {
        let verb = if entry.deleted.is_some() { Verb::Delete } else { Verb::Create };
        let job = Job { verb, tool: None, target_host: None, name: entry.name.clone(), enabled: entry.enabled.or(entry.job.enabled), ..Job::clone(&entry.job) };
        let created = entry.created.as_ref().and_then(|created| created.time);
        let anchors = Anchors { created, last_run: entry.runs.last, ..Anchors::default() };
        let view = View::known(Arc::new(job), present, &anchors, &entry.context());
        Self { entry, view }
    }

    /// The ledger's keys, the job beneath them.
    pub fn document(&self) -> Value {
        let mut document = serde_json::to_value(&self.entry).unwrap_or_default();
        if let Some(map) = document.as_object_mut() {
            let mut job = self.view.document();
            job.remove("verb");
            map.insert("job".into(), json!(job));
        }
        document
    }

    /// A host's name, a cluster's, or an Azure account's with its resource group.
    pub fn host(&self) -> String {
        let Some(host) = self.entry.host.as_deref() else { return "(no host told)".to_owned() };
        let parts: Vec<&str> = host.split('/').collect();
        let behind = |key: &str| parts.iter().position(|part| part.eq_ignore_ascii_case(key)).and_then(|at| parts.get(at + 1));
        match (behind("automationaccounts").or_else(|| behind("managedclusters")), behind("resourcegroups")) {
            (Some(name), Some(group)) => format!("{name} in {group}"),
            (Some(name), None) => (*name).to_owned(),
            _ => host.to_owned(),
        }
    }

    pub fn command(&self) -> Option<String> {
        let job = &self.view.job;
        let arguments = job.arguments.as_ref().map_or_else(String::new, |arguments| format!(" {arguments}"));
        job.command.as_ref().map(|command| format!("{command}{arguments}"))
    }

    /// `rare: on 1 of 30 hosts`.
    pub fn rarity(&self) -> Option<String> {
        let spread = &self.entry.spread;
        let word = match spread.rarity {
            Rarity::Unknown => return None,
            Rarity::Rare => "rare",
            Rarity::Some => "on some hosts",
            Rarity::Common => "common",
        };
        Some(format!("{word}: {} of {} hosts", spread.hosts, spread.of))
    }

    /// `3 runs, 1 failed`.
    pub fn runs(&self) -> Option<String> {
        let runs = &self.entry.runs;
        let count = if runs.count == 1 { "1 run".to_owned() } else { format!("{} runs", runs.count) };
        let failed = if runs.failed > 0 { format!(", {} failed", runs.failed) } else { String::new() };
        (runs.count > 0).then(|| format!("{count}{failed}"))
    }
}
