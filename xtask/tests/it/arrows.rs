//! Arrows between the rooms: a crate of ours uses only the crates that ARCHITECTURE.md allows it.

use crate::{check, metadata};

/// Each room, and the rooms that it may use. What is not here is forbidden; tests may use more.
const ARROWS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("formats", &["model"]),
    ("rules", &["model"]),
    ("jobs", &["model"]),
    ("story", &["model", "jobs"]),
    ("alerts", &["model", "jobs", "story"]),
    ("engine", &["model", "rules"]),
    ("input", &["model", "formats"]),
    ("journal", &["model"]),
    ("io", &["model", "formats", "input"]),
    ("store", &[]),
    ("lake", &[]),
    ("pipeline", &["model", "formats", "rules", "engine", "jobs", "story", "alerts"]),
    ("server", &["model", "formats", "rules", "jobs", "story", "alerts", "pipeline", "input", "journal", "io", "store", "lake"]),
    ("watchbell", &["model", "formats", "rules", "engine", "jobs", "story", "alerts", "input", "pipeline", "io", "server"]),
];

#[test]
fn rooms_use_only_what_the_arrows_allow() {
    let mut problems = Vec::new();
    for package in metadata::workspace() {
        let room = room(metadata::name(&package));
        if room == "xtask" {
            continue;
        }
        let Some((_, allowed)) = ARROWS.iter().find(|arrow| arrow.0 == room) else {
            problems.push(format!("{room}: a new room needs its arrows here and in ARCHITECTURE.md"));
            continue;
        };
        for (used, kind, ours) in metadata::dependencies(&package) {
            if ours && kind != "dev" && !allowed.contains(&self::room(used)) {
                problems.push(format!("{room} must not use {}", self::room(used)));
            }
        }
    }
    check("an arrow that ARCHITECTURE.md does not draw:", &problems);
}

fn room(package: &str) -> &str {
    package.strip_prefix("watchbell-").unwrap_or(package)
}
