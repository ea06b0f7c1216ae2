//! `cargo xtask corpus DIR`: scores a release build on a folder of labelled logs; no figure may get worse than the floor.

mod company;
mod floor;

use crate::Chore;
use crate::tree::{cargo, option, root, target};
use floor::{Figure, Floor};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

pub const CHORE: Chore = Chore {
    name: "corpus",
    usage: "DIR [--tools DIR] [--binary FILE] [--company] [--shuffles N] [--shuffle N]",
    about: "scores a release build on labelled logs (score.py of the tools, beside DIR), against xtask/floor.txt; then N shuffles of stories in company (--company: only these)",
    run,
};

const PACK: &str = "mitre-t1053-scheduled-task-job";

/// One run of the scorer: its verb, what comes after the binary, and which figures of its last line count. All are
/// shortfalls: less is better.
struct Check {
    name: &'static str,
    verb: &'static str,
    arguments: &'static [&'static str],
    figures: &'static [&'static str],
}

/// In arguments, `{rules}` stands for the unpacked rules, and everything else is a path in the folder.
const CHECKS: &[Check] = &[
    Check { name: "t1053", verb: "t1053", arguments: &["t1053"], figures: &["missed", "false", "twins that differ"] },
    Check { name: "range", verb: "range", arguments: &["linux-range"], figures: &["missed", "wrong outcome", "false", "other deeds without any alert"] },
    Check { name: "derived", verb: "derived", arguments: &["derived/derived.jsonl"], figures: &["wrong"] },
    Check {
        name: "atomic",
        verb: "atomic",
        arguments: &["atomic-t1053.jsonl"],
        figures: &["without an alert of their sub-technique", "harmless ones that fire"],
    },
    Check { name: "sigma", verb: "sigma", arguments: &["{rules}", "sigma/regression"], figures: &["wrong"] },
    Check { name: "benign linux", verb: "benign", arguments: &["benign/linux"], figures: &["false", "normal priority or above"] },
    Check {
        name: "benign windows",
        verb: "benign",
        arguments: &["benign/windows", "benign/windows/known_in_scope.json"],
        figures: &["false", "normal priority or above"],
    },
    Check { name: "stories", verb: "story", arguments: &["stories"], figures: &["with shortfalls"] },
    Check { name: "tally t1053", verb: "tally", arguments: &["t1053"], figures: &["files that do not add up"] },
    Check { name: "tally benign linux", verb: "tally", arguments: &["benign/linux"], figures: &["files that do not add up"] },
    Check { name: "tally benign windows", verb: "tally", arguments: &["benign/windows"], figures: &["files that do not add up"] },
    Check { name: "tally sigma", verb: "tally", arguments: &["sigma/regression"], figures: &["files that do not add up"] },
];

/// What one check came to.
struct Score {
    check: &'static Check,
    passed: bool,
    figures: Vec<Option<u64>>,
    last_line: String,
    seconds: f64,
}

fn run(words: &[String]) -> Result<(), String> {
    let folder = words.first().filter(|word| !word.starts_with("--")).ok_or("which folder of labelled logs?")?;
    let folder = Path::new(folder).canonicalize().map_err(|error| format!("{folder}: {error}"))?;
    let binary = binary(words)?;
    if words.iter().any(|word| word == "--company") {
        return company::check(&folder, &binary, words);
    }
    let tools = option(words, "--tools").map_or_else(|| folder.join("../tools"), PathBuf::from);
    let scorer = tools.join("score.py").canonicalize().map_err(|error| format!("score.py of {}: {error}", tools.display()))?;
    let floor = Floor::read(&root().join("xtask/floor.txt"))?;
    let rules = unpack_rules(&folder)?;
    let scores: Vec<Score> = CHECKS.iter().map(|check| score(check, &scorer, &binary, &folder, &rules)).collect();
    let company = company::check(&folder, &binary, words);
    verdict(&scores, &floor).and(company)
}

/// The binary that `--binary` names, else a fresh release build.
pub fn binary(words: &[String]) -> Result<PathBuf, String> {
    if let Some(given) = option(words, "--binary") {
        return Path::new(given).canonicalize().map_err(|error| format!("{given}: {error}"));
    }
    println!("== building");
    let built = cargo(&["build", "--release", "--quiet", "--locked", "--package", "watchbell"]).status();
    let built = built.map_err(|error| format!("cargo: {error}"))?.success();
    built.then(|| target().join("release/watchbell")).ok_or_else(|| "the release build failed".to_owned())
}

/// The packed rules of the folder, unpacked once into the folder of built things.
pub fn unpack_rules(folder: &Path) -> Result<PathBuf, String> {
    let entries = std::fs::read_dir(folder.join("sigma")).map_err(|error| format!("rules in {}: {error}", folder.display()))?;
    let archive = entries.flatten().map(|entry| entry.path()).find(|path| path.to_string_lossy().ends_with(".tar.xz"));
    let archive = archive.ok_or("no archive of rules in the folder")?;
    let rules = target().join("xtask").join(archive.file_name().unwrap_or_default()).with_extension("").with_extension("");
    if rules.is_dir() {
        return Ok(rules);
    }
    let fresh = rules.with_extension("unpacking");
    let _ = std::fs::remove_dir_all(&fresh);
    let program = "import sys, tarfile; tarfile.open(sys.argv[1]).extractall(sys.argv[2], filter='data')";
    let unpacked = Command::new("python3").args(["-c", program]).args([&archive, &fresh]).status();
    if !unpacked.is_ok_and(|status| status.success()) {
        return Err(format!("{} could not be unpacked", archive.display()));
    }
    std::fs::rename(&fresh, &rules).map_err(|error| format!("{}: {error}", rules.display()))?;
    Ok(rules)
}

fn score(check: &'static Check, scorer: &Path, binary: &Path, folder: &Path, rules: &Path) -> Score {
    println!("\n== {}", check.name);
    let start = Instant::now();
    let arguments = check.arguments.iter().map(|argument| if *argument == "{rules}" { rules.to_path_buf() } else { folder.join(argument) });
    let output = Command::new("python3").arg(scorer).arg(check.verb).arg(binary).args(arguments).output();
    let (passed, text) = match output {
        Ok(output) => (output.status.success(), format!("{}{}", String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout))),
        Err(error) => (false, format!("python3: {error}")),
    };
    print!("{text}");
    let last_line = text.trim_end().lines().last().unwrap_or_default().to_owned();
    let figures = check.figures.iter().map(|label| figure_after(&last_line, label)).collect();
    Score { check, passed, figures, last_line, seconds: start.elapsed().as_secs_f64() }
}

/// The number that stands after a label in a line of figures.
fn figure_after(line: &str, label: &str) -> Option<u64> {
    let after = line.match_indices(label).find_map(|(at, _)| {
        let whole_word = !line[..at].ends_with(|c: char| c.is_alphanumeric());
        line[at + label.len()..].strip_prefix(' ').filter(|rest| whole_word && rest.starts_with(|c: char| c.is_ascii_digit()))
    })?;
    after.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

fn verdict(scores: &[Score], floor: &Floor) -> Result<(), String> {
    println!("\n{:<22} {:<7} {:>7}  figures", "check", "", "seconds");
    let mut worse = Vec::new();
    for score in scores {
        println!("{:<22} {:<7} {:>7.1}  {}", score.check.name, if score.passed { "good" } else { "short" }, score.seconds, score.last_line);
        let labelled = score.check.figures.iter().zip(&score.figures);
        let figures: Vec<Figure> = labelled.map(|(label, value)| Figure { name: format!("{}: {label}", score.check.name), value: *value }).collect();
        worse.extend(figures.iter().filter_map(|figure| figure.worse_than(floor.of(&figure.name))));
        if !score.passed && figures.iter().all(|figure| figure.value == Some(0)) {
            worse.push(format!("{}: the scorer says it falls short", score.check.name));
        }
    }
    if worse.is_empty() { Ok(()) } else { Err(format!("worse than xtask/floor.txt allows:\n  {}", worse.join("\n  "))) }
}
