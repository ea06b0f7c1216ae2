//! The benchmark's input, made once out of a folder of logs and kept in the folder of built things.

use super::pipeline;
use super::watch::Watch;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// One kind of input: whole, and in two halves for who has only one thread.
pub struct Input {
    pub whole: PathBuf,
    pub halves: [PathBuf; 2],
    pub bytes: u64,
    pub records: u64,
    /// The command that only parses it.
    pub parse: &'static str,
    /// The peer's pipeline: the fast one, and the one that sees more of what we see.
    pub pipeline: pipeline::Name,
    pub full_pipeline: pipeline::Name,
}

/// All of it.
pub struct Data {
    pub json: Input,
    pub evtx: Input,
    pub one_record: PathBuf,
    /// About 300 MB of the JSON.
    pub little: PathBuf,
    work: PathBuf,
}

const EVTX_BYTES: &str = "500000000";
const LITTLE_BYTES: &str = "300000000";
const MUCH_BYTES: &str = "2000000000";

impl Data {
    pub fn prepare(folder: &Path, work: &Path, watch: &Watch) -> Result<Self, String> {
        println!("== preparing data in {}", work.display());
        let json = json(folder, work, watch)?;
        let evtx = evtx(folder, work, watch)?;
        let (one_record, little) = (work.join("one.ndjson"), work.join("little.ndjson"));
        once(&one_record, |out| watch.prepare(&["head", &text(&json.whole), &text(out), "1"]))?;
        once(&little, |out| watch.prepare(&["head", &text(&json.whole), &text(out), LITTLE_BYTES]))?;
        Ok(Self { json, evtx, one_record, little, work: work.to_path_buf() })
    }

    /// The little and then lines of it that are in no result, up to 2 GB.
    pub fn much(&self, watch: &Watch, results: &Path) -> Result<PathBuf, String> {
        let out = self.work.join("much.ndjson");
        watch.prepare(&["pad", &text(&self.little), &text(results), &text(&out), MUCH_BYTES])?;
        Ok(out)
    }
}

/// Every packed JSON capture, in one file.
pub fn captures(folder: &Path, work: &Path, watch: &Watch) -> Result<PathBuf, String> {
    let whole = work.join("captures.ndjson");
    let mut packed = Vec::new();
    find(&folder.join("benign/windows"), ".gz", &mut packed);
    once(&whole, |out| prepare_from(watch, &["unpack", &text(out)], &packed))?;
    Ok(whole)
}

fn json(folder: &Path, work: &Path, watch: &Watch) -> Result<Input, String> {
    let whole = captures(folder, work, watch)?;
    let halves = [work.join("captures-1.ndjson"), work.join("captures-2.ndjson")];
    once(&halves[1], |second| watch.prepare(&["halve", &text(&whole), &text(&halves[0]), &text(second)]))?;
    input(whole, halves, "parse-json", [pipeline::JSON, pipeline::JSON_FULL], watch)
}

/// Every sound EVTX file, repeated.
fn evtx(folder: &Path, work: &Path, watch: &Watch) -> Result<Input, String> {
    let table = std::fs::read_to_string(folder.join("evtx-records.json")).map_err(|error| format!("evtx-records.json: {error}"))?;
    let table: Value = serde_json::from_str(&table).map_err(|error| format!("evtx-records.json: {error}"))?;
    let sound = table.as_object().into_iter().flatten().filter(|(_, about)| about["sound"] == true && about["records"] != 0);
    let files: Vec<PathBuf> = sound.map(|(name, _)| folder.join(name)).collect();
    let whole = work.join("repeated.evtx");
    once(&whole, |out| prepare_from(watch, &["evtx-data", &text(out), EVTX_BYTES], &files))?;
    let halves = [work.join("repeated-1.evtx"), work.join("repeated-2.evtx")];
    once(&halves[1], |second| watch.prepare(&["evtx-halve", &text(&whole), &text(&halves[0]), &text(second)]))?;
    input(whole, halves, "parse-evtx", [pipeline::EVTX, pipeline::EVTX_FULL], watch)
}

fn input(whole: PathBuf, halves: [PathBuf; 2], parse: &'static str, pipelines: [pipeline::Name; 2], watch: &Watch) -> Result<Input, String> {
    let [pipeline, full_pipeline] = pipelines;
    let bytes = std::fs::metadata(&whole).map_err(|error| format!("{}: {error}", whole.display()))?.len();
    let told = watch.output("records")?;
    watch.run(&watch.limits(&[parse, &text(&whole), "2"]), &told)?;
    let counted: Value = serde_json::from_str(&std::fs::read_to_string(told).unwrap_or_default()).unwrap_or_default();
    let records = counted["records"].as_u64().ok_or("the parser told no number of records")?;
    Ok(Input { whole, halves, bytes, records, parse, pipeline, full_pipeline })
}

fn prepare_from(watch: &Watch, words: &[&str], files: &[PathBuf]) -> Result<(), String> {
    let files: Vec<String> = files.iter().map(|file| text(file)).collect();
    let words: Vec<&str> = words.iter().copied().chain(files.iter().map(String::as_str)).collect();
    watch.prepare(&words)
}

/// Makes a file unless it is there; a half-made one is never left under its name.
fn once(path: &Path, make: impl FnOnce(&Path) -> Result<(), String>) -> Result<(), String> {
    if path.is_file() {
        return Ok(());
    }
    let fresh = path.with_extension("fresh");
    make(&fresh)?;
    std::fs::rename(&fresh, path).map_err(|error| format!("{}: {error}", path.display()))
}

/// Files below a folder with this ending, in order of their paths.
fn find(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            find(&path, ending, found);
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
