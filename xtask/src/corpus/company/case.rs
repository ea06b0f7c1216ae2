//! A case: its logs, every alert that they trigger, and what the story of each joins exactly or strongly without company.

use super::benign::Company;
use super::benign::files;
use super::dice::Dice;
use super::moment;
use crate::corpus::PACK;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

pub struct Case {
    pub name: String,
    pub linux: bool,
    /// Hosts that stand in the stories.
    pub hosts: Vec<String>,
    /// When the alerts were.
    pub moments: Vec<i64>,
    logs: Vec<PathBuf>,
    told: Vec<Told>,
}

/// A triggered alert and the entries that it joins exactly or strongly, by event.
struct Told {
    alert: String,
    outcome: String,
    events: BTreeSet<String>,
    moment: Option<i64>,
    hosts: BTreeSet<String>,
    joined: BTreeMap<String, String>,
}

impl Case {
    pub fn all(folder: &Path, binary: &Path, work: &Path) -> Result<Vec<Self>, String> {
        let cases: Result<Vec<_>, _> =
            files(folder).iter().filter(|path| path.extension().is_some_and(|ending| ending == "json")).map(|path| Self::read(path, binary, work)).collect();
        cases.and_then(|cases| if cases.is_empty() { Err(format!("no cases in {}", folder.display())) } else { Ok(cases) })
    }

    fn read(path: &Path, binary: &Path, work: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let case: Value = serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let folder = path.parent().unwrap_or(path);
        let logs: Vec<PathBuf> = case["logs"].as_array().into_iter().flatten().filter_map(Value::as_str).map(|log| folder.join(log)).collect();
        let linux = logs.iter().all(|log| log.extension().is_none_or(|ending| ending == "log"));
        let told = scan(binary, &lay(&work.join("baseline"), &logs, &[])?)?;
        let hosts: BTreeSet<String> = told.iter().flat_map(|told| told.hosts.clone()).collect();
        let moments: Vec<i64> = told.iter().filter_map(|told| told.moment).collect();
        if moments.is_empty() || hosts.is_empty() {
            return Err(format!("{name}: no triggered alert, or none with a host"));
        }
        Ok(Self { name, linux, hosts: hosts.into_iter().collect(), moments, logs, told })
    }

    /// How many entries are watched.
    pub fn joined(&self) -> usize {
        self.told.iter().map(|told| told.joined.len()).sum()
    }

    /// What the company changed, in words. The folder stays where it changed something.
    pub fn violations(&self, binary: &Path, folder: &Path, company: &Company, dice: &mut Dice) -> Result<Vec<String>, String> {
        let mut paths = lay(folder, &self.logs, &company.files)?;
        dice.shuffle(&mut paths);
        let now = scan(binary, &paths)?;
        let mut found: BTreeMap<String, usize> = BTreeMap::new();
        for changed in self.told.iter().flat_map(|before| before.against(&now)) {
            *found.entry(changed).or_default() += 1;
        }
        if found.is_empty() {
            let _ = std::fs::remove_dir_all(folder);
        }
        Ok(found.into_iter().map(|(changed, stories)| format!("{changed} [in {stories} of {} stories]", self.told.len())).collect())
    }
}

impl Told {
    fn read(alert: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let entries: Vec<&Value> = alert["story"]["entries"].as_array().into_iter().flatten().collect();
        let joined = entries.iter().filter(|entry| entry["join"]["strength"] != "weak").map(|entry| {
            let join = &entry["join"];
            let said =
                format!("{} by {} ({}): {} {}", text(&join["strength"]), text(&join["by"]), text(&join["reason"]), text(&entry["time"]), text(&entry["text"]));
            (text(&entry["event"]), said)
        });
        Self {
            alert: text(&alert["alert"]),
            outcome: text(&alert["outcome"]),
            events: alert["events"].as_array().into_iter().flatten().map(|event| text(&event["id"])).collect(),
            moment: moment::parse(&text(&alert["time"])),
            hosts: entries.iter().map(|entry| text(&entry["host"])).filter(|host| !host.is_empty()).collect(),
            joined: joined.collect(),
        }
    }

    fn against(&self, now: &[Self]) -> Vec<String> {
        let same = |other: &&Self| other.alert == self.alert && other.outcome == self.outcome && !other.events.is_disjoint(&self.events);
        let Some(now) = now.iter().find(same) else { return vec![format!("{} is no longer triggered", self.alert)] };
        let came = now.joined.iter().filter(|(event, _)| !self.joined.contains_key(*event)).map(|(_, said)| format!("joined  {said}"));
        let went = self.joined.iter().filter(|(event, _)| !now.joined.contains_key(*event)).map(|(_, said)| format!("lost    {said}"));
        came.chain(went).collect()
    }
}

/// The logs and more files, copied into a folder of their own.
fn lay(folder: &Path, logs: &[PathBuf], more: &[(&str, Vec<String>)]) -> Result<Vec<PathBuf>, String> {
    let told = |error| format!("{}: {error}", folder.display());
    let _ = std::fs::remove_dir_all(folder);
    std::fs::create_dir_all(folder).map_err(told)?;
    let mut paths = Vec::new();
    for log in logs {
        paths.push(folder.join(log.file_name().unwrap_or_default()));
        let bytes = std::fs::read(log).map_err(|error| format!("{}: {error}", log.display()))?;
        std::fs::write(&paths[paths.len() - 1], bytes).map_err(told)?;
    }
    for (name, lines) in more {
        paths.push(folder.join(name));
        std::fs::write(&paths[paths.len() - 1], lines.join("\n") + "\n").map_err(told)?;
    }
    Ok(paths)
}

fn scan(binary: &Path, paths: &[PathBuf]) -> Result<Vec<Told>, String> {
    let run = Command::new(binary).args(["scan", "--format", "ndjson", "--pack", PACK]).args(paths).output();
    let run = run.map_err(|error| format!("{}: {error}", binary.display()))?;
    if !matches!(run.status.code(), Some(0 | 1)) {
        return Err(format!("scan ended with {}: {}", run.status, String::from_utf8_lossy(&run.stderr)));
    }
    let lines = String::from_utf8_lossy(&run.stdout);
    let alerts: Result<Vec<Value>, _> = lines.lines().filter(|line| !line.is_empty()).map(serde_json::from_str).collect();
    Ok(alerts.map_err(|error| format!("scan's output: {error}"))?.iter().map(Told::read).collect())
}
