//! What cargo knows of the workspace and of the whole tree of dependencies.

use crate::tree::root;
use serde_json::Value;
use std::process::Command;

/// The workspace's own crates.
pub fn workspace() -> Vec<Value> {
    packages(&["--no-deps"])
}

/// Every crate that is built for this machine, ours and others'.
pub fn all() -> Vec<Value> {
    packages(&["--locked", "--filter-platform", &host()])
}

/// A crate's direct dependencies: name and kind (`normal`, `dev`, `build`), and whether it is one of ours.
pub fn dependencies(package: &Value) -> Vec<(&str, &str, bool)> {
    let list = package["dependencies"].as_array().map_or(&[][..], Vec::as_slice);
    list.iter().map(|d| (name(d), d["kind"].as_str().unwrap_or("normal"), d["path"].is_string())).collect()
}

pub fn name(package: &Value) -> &str {
    package["name"].as_str().unwrap_or_default()
}

fn packages(words: &[&str]) -> Vec<Value> {
    let output = run(Command::new(env!("CARGO")).args(["metadata", "--format-version", "1"]).args(words));
    let mut document: Value = serde_json::from_str(&output).expect("cargo metadata is JSON");
    match document["packages"].take() {
        Value::Array(list) => list,
        other => panic!("packages of cargo metadata: {other}"),
    }
}

fn host() -> String {
    let text = run(Command::new("rustc").arg("-vV"));
    let line = text.lines().find_map(|line| line.strip_prefix("host: "));
    line.expect("rustc names its host").to_owned()
}

fn run(command: &mut Command) -> String {
    let output = command.current_dir(root()).output().expect("cargo and rustc run");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}
