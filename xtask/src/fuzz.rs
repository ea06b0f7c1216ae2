//! `cargo xtask fuzz`: the fuzz targets for a while, with the packs' samples as seeds; works on a stable compiler.

use crate::Chore;
use crate::steps::Steps;
use crate::tree::{cargo, has_component, option, root, target};
use std::path::{Path, PathBuf};

pub const CHORE: Chore = Chore { name: "fuzz", usage: "[--seconds N] [TARGET...]", about: "every fuzz target, or these, N seconds in all (60)", run };

/// Targets that read logs as they come, and those that read a pack's own documents.
const OF_LOGS: &[&str] = &["evtx", "auditd", "journal", "json", "syslog", "xml"];
const OF_DOCUMENTS: &[&str] = &["pack", "sigma"];

/// A seed larger than this only slows the search down.
const LARGEST_SEED: u64 = 128 << 10;

fn run(words: &[String]) -> Result<(), String> {
    let seconds: u64 = option(words, "--seconds").map_or(Ok(60), str::parse).map_err(|_| "--seconds takes a number")?;
    let all = targets()?;
    let chosen: Vec<&String> = all.iter().filter(|name| words.contains(name) || !words.iter().any(|word| all.contains(word))).collect();
    let tools = install()?;
    let fuzz = |words: &[&str]| {
        let mut command = cargo(&["fuzz"]);
        command.args(words).envs(tools.iter().map(|tools| ("PATH", with_path(tools))));
        command
    };
    let mut steps = Steps::default();
    if steps.run("build", &mut fuzz(&["build", "--sanitizer", "none"])) {
        for name in &chosen {
            let (corpus, seeds) = seeds(name)?;
            let limit = format!("-max_total_time={}", (seconds / chosen.len() as u64).max(1));
            let bounds = ["-timeout=10", "-rss_limit_mb=2048", "-max_len=131072", "-print_final_stats=0", "-verbosity=0"];
            steps.run(name, fuzz(&["run", "--sanitizer", "none", name]).args([corpus, seeds]).args(["--", &limit]).args(bounds));
        }
    }
    steps.finish()
}

/// Every target, by the files there are.
fn targets() -> Result<Vec<String>, String> {
    let entries = std::fs::read_dir(root().join("fuzz/fuzz_targets")).map_err(|error| format!("fuzz targets: {error}"))?;
    let mut names: Vec<String> = entries.flatten().filter_map(|entry| Some(entry.path().file_stem()?.to_string_lossy().into_owned())).collect();
    names.sort();
    Ok(names)
}

/// Installs cargo-fuzz into the folder of built things where the machine has none; the folder of its program.
fn install() -> Result<Option<PathBuf>, String> {
    if has_component("fuzz") {
        return Ok(None);
    }
    let tools = target().join("xtask/tools");
    if !tools.join("bin/cargo-fuzz").is_file() {
        println!("== installing cargo-fuzz");
        let status = cargo(&["install", "cargo-fuzz", "--locked", "--quiet", "--root"]).arg(&tools).status();
        status.is_ok_and(|status| status.success()).then_some(()).ok_or("cargo-fuzz cannot be installed")?;
    }
    Ok(Some(tools.join("bin")))
}

fn with_path(tools: &Path) -> std::ffi::OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(tools.to_path_buf()).chain(std::env::split_paths(&path));
    std::env::join_paths(all).unwrap_or(path)
}

/// The folder of what was found so far, with seeds from the packs copied into it, and the folder of written seeds.
fn seeds(name: &str) -> Result<(PathBuf, PathBuf), String> {
    let (corpus, written) = (root().join("fuzz/corpus").join(name), root().join("fuzz/seeds").join(name));
    for folder in [&corpus, &written] {
        std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let mut files = Vec::new();
    collect(&root().join("packs"), &mut files);
    let wanted = |path: &Path| {
        let document = path.extension().is_some_and(|extension| extension == "yaml");
        if document { OF_DOCUMENTS.contains(&name) } else { OF_LOGS.contains(&name) && path.components().any(|part| part.as_os_str() == "samples") }
    };
    for (number, path) in files.iter().filter(|path| wanted(path)).enumerate() {
        std::fs::copy(path, corpus.join(format!("seed-{number}"))).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok((corpus, written))
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, found);
        } else if path.metadata().is_ok_and(|about| about.len() <= LARGEST_SEED) {
            found.push(path);
        }
    }
}
