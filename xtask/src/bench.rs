//! `cargo xtask bench --corpus DIR`: speed and memory beside the limits of parsing and a peer, on the same files and rules.

mod data;
mod matches;
mod peer;
mod pipeline;
mod report;
mod watch;

use crate::Chore;
use crate::corpus::{binary, unpack_rules};
use crate::tree::{option, target};
use data::Data;
use peer::Peer;
use std::path::{Path, PathBuf};
use watch::{Contender, Watch};

pub const CHORE: Chore = Chore {
    name: "bench",
    usage: "--corpus DIR [--rounds N] [--no-peer] [--matches] [--binary FILE]",
    about: "speed and memory on real logs, beside the limits of parsing alone and beside rsigma (--matches: only which rules match how often)",
    run,
};

const PACK: &str = "mitre-t1053-scheduled-task-job";

/// Everything that is measured, and with what.
struct Bench {
    binary: PathBuf,
    /// Every Windows rule, and all rules.
    windows: PathBuf,
    rules: PathBuf,
    data: Data,
    peer: Option<Peer>,
    watch: Watch,
    rounds: usize,
}

fn run(words: &[String]) -> Result<(), String> {
    let folder = option(words, "--corpus").ok_or("which folder of logs? (--corpus DIR)")?;
    let folder = Path::new(folder).canonicalize().map_err(|error| format!("{folder}: {error}"))?;
    let rounds = option(words, "--rounds").map_or(Ok(5), str::parse).map_err(|_| "--rounds takes a number")?;
    let work = target().join("xtask/bench");
    std::fs::create_dir_all(&work).map_err(|error| format!("{}: {error}", work.display()))?;
    let watch = Watch::build(&work)?;
    let rules = unpack_rules(&folder)?;
    let data = Data::prepare(&folder, &work, &watch)?;
    let peer = if words.iter().any(|word| word == "--no-peer") { None } else { Some(Peer::install(&work)?) };
    let bench = Bench { binary: binary(words)?, windows: rules.join("rules/windows"), rules, data, peer, watch, rounds };
    if !words.iter().any(|word| word == "--matches") {
        bench.speed("JSON", &bench.data.json)?;
        bench.speed("EVTX", &bench.data.evtx)?;
        bench.stories(&folder.join("t1053"))?;
        bench.start()?;
        bench.memory()?;
    }
    bench.same_matches()
}

/// The JSON captures in one file, unpacked once.
pub fn captures(folder: &Path, work: &Path) -> Result<PathBuf, String> {
    std::fs::create_dir_all(work).map_err(|error| format!("{}: {error}", work.display()))?;
    data::captures(folder, work, &Watch::build(work)?)
}

impl Bench {
    /// One kind of input: every contender in turn, several rounds, after one to warm up.
    fn speed(&self, kind: &str, input: &data::Input) -> Result<(), String> {
        let mut contenders = vec![
            Contender::one("limit: parsing alone, 2 threads", self.watch.limits(&[input.parse, &input.whole.to_string_lossy(), "2"])),
            Contender::one("all Windows rules, 2 threads", self.scan(&input.whole, &["--rules", &self.windows.to_string_lossy(), "--threads", "2"])),
            Contender::one("all Windows rules, 1 thread", self.scan(&input.whole, &["--rules", &self.windows.to_string_lossy(), "--threads", "1"])),
            Contender::one("flagship pack without stories, 2 threads", self.scan(&input.whole, &["--pack", PACK, "--no-story", "--threads", "2"])),
        ];
        if let Some(peer) = &self.peer {
            let halves = input.halves.iter().map(|half| peer.eval(&self.windows, half, input.pipeline)).collect();
            contenders.push(Contender { name: "rsigma, all Windows rules, 2 processes", commands: halves });
        }
        let took = self.watch.rounds(&contenders, self.rounds)?;
        report::speed(kind, input, &took);
        Ok(())
    }

    /// What stories cost: the captures, in which next to nothing triggers, and the labelled cases, in which much does.
    fn stories(&self, cases: &Path) -> Result<(), String> {
        let (whole, cases) = (&self.data.json.whole, cases.to_string_lossy());
        let scan = |how: &str| self.scan(whole, &["--pack", PACK, "--threads", "2", how, &cases]);
        let contenders = [Contender::one("flagship pack, no stories", scan("--no-story")), Contender::one("flagship pack, stories", scan("--story"))];
        report::stories(&self.watch.rounds(&contenders, self.rounds)?);
        Ok(())
    }

    /// How long it takes until the first record, with all rules.
    fn start(&self) -> Result<(), String> {
        let one = &self.data.one_record;
        let mut contenders = vec![Contender::one("start with all rules", self.scan(one, &["--rules", &self.rules.to_string_lossy()]))];
        if let Some(peer) = &self.peer {
            contenders.push(Contender { name: "start of rsigma with all rules", commands: vec![peer.eval(&self.rules, one, pipeline::JSON)] });
        }
        report::start(&self.watch.rounds(&contenders, self.rounds)?);
        Ok(())
    }

    /// Peak memory on little and on much, where the second only adds what matches nothing.
    fn memory(&self) -> Result<(), String> {
        let windows = self.windows.to_string_lossy();
        let scan = |file: &Path| self.scan(file, &["--rules", &windows, "--threads", "2"]);
        let results = self.watch.output("memory")?;
        self.watch.run(&scan(&self.data.little), &results)?;
        let much = self.data.much(&self.watch, &results)?;
        let contenders = [Contender::one("300 MB", scan(&self.data.little)), Contender::one("2 GB", scan(&much))];
        report::memory(&self.watch.rounds(&contenders, 1)?);
        Ok(())
    }

    /// Which rules match how often, by us and by the peer: with what a pipeline can say of names, and with Sigma's names.
    fn same_matches(&self) -> Result<(), String> {
        let Some(peer) = &self.peer else { return Ok(()) };
        for (kind, input) in [("JSON", &self.data.json), ("EVTX", &self.data.evtx)] {
            let ours = self.watch.output("ours")?;
            self.watch.run(&self.scan(&input.whole, &["--rules", &self.windows.to_string_lossy()]), &ours)?;
            let compare = |names: &str, command: &dyn Fn(&Path) -> Vec<String>| {
                let (_, theirs) = self.watch.together(&[command(&input.halves[0]), command(&input.halves[1])])?;
                report::matches(kind, names, &matches::compare(&ours, &theirs)?);
                Ok::<_, String>(())
            };
            compare("names by a pipeline", &|half| peer.eval(&self.windows, half, input.full_pipeline))?;
            compare("Sigma's names", &|half| peer.eval_flattened(&self.windows, half))?;
        }
        Ok(())
    }

    fn scan(&self, file: &Path, options: &[&str]) -> Vec<String> {
        let mut command = vec![self.binary.to_string_lossy().into_owned(), "scan".into(), "--format".into(), "ndjson".into()];
        command.extend(options.iter().map(|option| (*option).to_owned()));
        command.push(file.to_string_lossy().into_owned());
        command
    }
}
