//! The logs without an attack, and the company that is drawn from them for one case.

use super::case::Case;
use super::dice::Dice;
use super::{audit, syslog, windows};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Events of one shuffle.
const EVENTS: usize = 400;
/// Events kept of each kind, so that the rare ones (logons, tasks) are drawn as often as the many (registry, image loads).
const OF_A_KIND: usize = 60;

pub struct Benign {
    windows: Vec<Vec<String>>,
    audit: Vec<Vec<String>>,
    syslog: Vec<String>,
}

/// Files to lay beside a case's logs: name and lines.
pub struct Company {
    pub files: Vec<(&'static str, Vec<String>)>,
    pub events: usize,
}

impl Benign {
    pub fn gather(folder: &Path) -> Result<Self, String> {
        let linux = files(&folder.join("linux"));
        let benign = Self { windows: windows::gather(&folder.join("windows"))?, audit: audit::gather(&linux), syslog: syslog::gather(&linux) };
        println!("drawn from: Windows {}, audit {}, syslog {}", benign.windows.len(), benign.audit.len(), benign.syslog.len());
        if benign.windows.is_empty() || benign.audit.is_empty() || benign.syslog.is_empty() { Err("benign logs are missing".to_owned()) } else { Ok(benign) }
    }

    pub fn company(&self, case: &Case, dice: &mut Dice) -> Company {
        if case.linux { self.linux(case, dice) } else { self.windows(case, dice) }
    }

    /// Runs of one to all of the events that stood together in a capture, which keep what ties them and their distances.
    fn windows(&self, case: &Case, dice: &mut Dice) -> Company {
        let mut lines: Vec<(i64, String)> = Vec::new();
        while lines.len() < EVENTS {
            let run = dice.pick(&self.windows).expect("there are benign events");
            let (host, start, events) = (dice.pick(&case.hosts).expect("a case has a host"), moment(case, dice), 1 + dice.below(run.len()));
            lines.extend(windows::rewrite(&run[..events], host, start, lines.len()));
        }
        Company { events: lines.len(), files: vec![("company.jsonl", in_order(lines))] }
    }

    fn linux(&self, case: &Case, dice: &mut Dice) -> Company {
        let (mut audit, mut syslog) = (Vec::new(), Vec::new());
        for at in 0..EVENTS {
            let (host, moment) = (dice.pick(&case.hosts).expect("a case has a host"), moment(case, dice));
            if dice.below(2) == 0 {
                audit.extend(dice.pick(&self.audit).into_iter().flat_map(|event| audit::rewrite(event, moment, at)));
            } else {
                syslog.extend(dice.pick(&self.syslog).map(|line| (moment, syslog::rewrite(line, host, moment))));
            }
        }
        Company { events: EVENTS, files: vec![("company-audit.log", in_order(audit)), ("company-syslog", in_order(syslog))] }
    }
}

fn in_order(mut lines: Vec<(i64, String)>) -> Vec<String> {
    lines.sort_by_key(|(moment, _)| *moment);
    lines.into_iter().map(|(_, line)| line).collect()
}

/// A time in the hour around an alert: a third within seconds of it, a third within minutes.
fn moment(case: &Case, dice: &mut Dice) -> i64 {
    let about = *dice.pick(&case.moments).expect("a case has an alert");
    let reach = *dice.pick(&[4_000, 120_000, 1_800_000]).expect("three reaches");
    about + dice.around(reach)
}

/// At most so many of each kind, each with the same chance.
#[derive(Default)]
pub struct Sample<T> {
    kinds: BTreeMap<String, (usize, Vec<T>)>,
}

impl<T> Sample<T> {
    pub fn offer(&mut self, kind: &str, dice: &mut Dice, thing: impl FnOnce() -> T) {
        if !self.kinds.contains_key(kind) {
            self.kinds.insert(kind.to_owned(), (0, Vec::new()));
        }
        let Some((seen, kept)) = self.kinds.get_mut(kind) else { return };
        *seen += 1;
        if kept.len() < OF_A_KIND {
            kept.push(thing());
        } else if let Some(place) = kept.get_mut(dice.below(*seen)) {
            *place = thing();
        }
    }

    pub fn things(self) -> Vec<T> {
        self.kinds.into_values().flat_map(|(_, kept)| kept).collect()
    }
}

/// Every file below a folder, in order of their paths.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths.into_iter().flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}
