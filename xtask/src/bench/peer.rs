//! The peer: rsigma from the registry, installed beside the benchmark's data and run at its best.

use super::pipeline;
use crate::tree::{cargo, target};
use std::path::{Path, PathBuf};

/// An installed rsigma and the pipelines that it is given.
pub struct Peer {
    program: PathBuf,
    work: PathBuf,
}

/// Versions to try, newest first. The newest asks for a newer compiler than it needs.
const VERSIONS: &[&str] = &["^0.26", "^0.23"];

impl Peer {
    pub fn install(work: &Path) -> Result<Self, String> {
        let root = work.join("peer");
        let program = root.join("bin/rsigma");
        if !program.is_file() {
            println!("== installing rsigma");
            let installed = VERSIONS.iter().any(|version| install(&root, version));
            installed.then_some(()).ok_or("rsigma cannot be installed (--no-peer leaves it out)")?;
        }
        pipeline::write(work)?;
        Ok(Self { program, work: work.to_path_buf() })
    }

    /// Evaluates rules on one file.
    pub fn eval(&self, rules: &Path, file: &Path, pipeline: pipeline::Name) -> Vec<String> {
        let path = |path: &Path| path.to_string_lossy().into_owned();
        let mut command = vec![path(&self.program), "engine".into(), "eval".into(), "--quiet".into(), "--output-format".into(), "ndjson".into()];
        command.extend([
            "--input-format".into(),
            "json".into(),
            "--rules".into(),
            path(rules),
            "--pipeline".into(),
            path(&pipeline::path(&self.work, pipeline)),
        ]);
        command.extend(["--event".into(), format!("@{}", path(file))]);
        command
    }

    /// The same, of records made flat under Sigma's names.
    pub fn eval_flattened(&self, rules: &Path, file: &Path) -> Vec<String> {
        let mut command = self.eval(rules, file, pipeline::FLATTENED);
        command.extend(["--jq".into(), pipeline::FLATTEN.into()]);
        command
    }
}

fn install(root: &Path, version: &str) -> bool {
    let root = root.to_string_lossy();
    let words = ["install", "rsigma", "--version", version, "--ignore-rust-version", "--no-default-features", "--features", "evtx", "--root", &root];
    cargo(&words).env("CARGO_TARGET_DIR", target().join("xtask/peer")).status().is_ok_and(|status| status.success())
}
