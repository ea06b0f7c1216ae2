//! Benign events of the Linux audit log: all lines of a serial together, moved to another time under an unused serial.

use std::collections::BTreeMap;
use std::path::PathBuf;

const UNUSED_SERIALS: usize = 5_000_000;

pub fn gather(files: &[PathBuf]) -> Vec<Vec<String>> {
    let mut events: BTreeMap<(usize, String), Vec<String>> = BTreeMap::new();
    for (at, file) in files.iter().enumerate() {
        let text = std::fs::read(file).unwrap_or_default();
        for line in String::from_utf8_lossy(&text).lines().filter(|line| line.starts_with("type=") && !boots(line)) {
            if let Some((stamp, _)) = stamp(line) {
                events.entry((at, stamp.to_owned())).or_default().push(line.to_owned());
            }
        }
    }
    events.into_values().collect()
}

/// A boot ends every process and session, so that a story rightly joins nothing over it.
fn boots(line: &str) -> bool {
    line.starts_with("type=SYSTEM_BOOT ") || line.starts_with("type=SYSTEM_SHUTDOWN ")
}

/// `1795507086.249:8816` of `msg=audit(1795507086.249:8816)`, and where it starts.
fn stamp(line: &str) -> Option<(&str, usize)> {
    let start = line.find("msg=audit(")? + "msg=audit(".len();
    let stamp = line[start..].split_once(')')?.0;
    let (time, serial) = stamp.split_once(':')?;
    (time.parse::<f64>().is_ok() && serial.parse::<u64>().is_ok()).then_some((stamp, start))
}

pub fn rewrite(event: &[String], moment: i64, at: usize) -> Vec<(i64, String)> {
    let new = format!("{}.{:03}:{}", moment.div_euclid(1000), moment.rem_euclid(1000), UNUSED_SERIALS + at);
    let lines = event.iter().filter_map(|line| {
        let (old, start) = stamp(line)?;
        Some((moment, format!("{}{new}{}", &line[..start], &line[start + old.len()..])))
    });
    lines.collect()
}
