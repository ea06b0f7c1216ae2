//! Commands run under the stopwatch, alone or several at once, in rounds.

use crate::tree::{cargo, target};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

/// A contender: commands that run at the same time and together do the whole work.
pub struct Contender {
    pub name: &'static str,
    pub commands: Vec<Vec<String>>,
}

impl Contender {
    pub fn one(name: &'static str, command: Vec<String>) -> Self {
        Self { name, commands: vec![command] }
    }
}

/// What one round of a contender took: of several commands the slowest's time, and everybody's memory.
#[derive(Clone, Copy, Default)]
pub struct Took {
    pub seconds: f64,
    pub processor: f64,
    pub peak_mib: f64,
}

/// A contender with its rounds, the fastest first.
pub struct Rounds {
    pub name: &'static str,
    pub rounds: Vec<Took>,
}

impl Rounds {
    /// The round in the middle.
    pub fn median(&self) -> Took {
        self.rounds[self.rounds.len() / 2]
    }

    /// The least processor time of any round: what the work costs where others disturb the clock on the wall.
    pub fn processor(&self) -> f64 {
        self.rounds.iter().map(|took| took.processor).fold(f64::INFINITY, f64::min)
    }

    pub fn peak_mib(&self) -> f64 {
        self.rounds.iter().fold(0.0, |most, took| took.peak_mib.max(most))
    }
}

/// The stopwatch: a program of its own, because only the system knows what a child has taken.
pub struct Watch {
    program: PathBuf,
    work: PathBuf,
}

impl Watch {
    pub fn build(work: &Path) -> Result<Self, String> {
        println!("== building the limits");
        let built = cargo(&["build", "--release", "--quiet", "--manifest-path", "xtask/limits/Cargo.toml"])
            .env("CARGO_TARGET_DIR", target().join("xtask/limits"))
            .status();
        let good = built.is_ok_and(|status| status.success());
        let program = target().join("xtask/limits/release/limits");
        good.then_some(Self { program, work: work.to_path_buf() }).ok_or_else(|| "the limits do not build".to_owned())
    }

    /// A command of the program with the limits.
    pub fn limits(&self, words: &[&str]) -> Vec<String> {
        let program = self.program.to_string_lossy().into_owned();
        std::iter::once(program).chain(words.iter().map(|word| (*word).to_owned())).collect()
    }

    /// Runs a command of the program with the limits that prepares something.
    pub fn prepare(&self, words: &[&str]) -> Result<(), String> {
        let status = Command::new(&self.program).args(words).status();
        if status.is_ok_and(|status| status.success()) { Ok(()) } else { Err(format!("limits {} failed", words[0])) }
    }

    /// A file for what a command prints.
    pub fn output(&self, name: &str) -> Result<PathBuf, String> {
        let path = self.work.join(format!("{name}.out"));
        std::fs::write(&path, "").map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(path)
    }

    /// Every contender in turn, once to warm up and then so many times.
    pub fn rounds(&self, contenders: &[Contender], rounds: usize) -> Result<Vec<Rounds>, String> {
        let mut all: Vec<Rounds> = contenders.iter().map(|contender| Rounds { name: contender.name, rounds: Vec::new() }).collect();
        for round in 0..=rounds {
            for (contender, done) in contenders.iter().zip(&mut all) {
                let (took, _) = self.together(&contender.commands)?;
                if round > 0 {
                    done.rounds.push(took);
                }
            }
        }
        for done in &mut all {
            done.rounds.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
        }
        Ok(all)
    }

    /// Runs commands at the same time: what they took together, and the files with what they printed.
    pub fn together(&self, commands: &[Vec<String>]) -> Result<(Took, Vec<PathBuf>), String> {
        let outputs = (0..commands.len()).map(|i| self.output(&format!("contender-{i}"))).collect::<Result<Vec<_>, _>>()?;
        let all: Result<Vec<Took>, String> = thread::scope(|scope| {
            let running: Vec<_> = commands.iter().zip(&outputs).map(|(command, out)| scope.spawn(|| self.run(command, out))).collect();
            running.into_iter().map(|part| part.join().map_err(|_| "a contender's thread ended early".to_owned())?).collect()
        });
        let took = all?.iter().fold(Took::default(), |sum, took| Took {
            seconds: sum.seconds.max(took.seconds),
            processor: sum.processor + took.processor,
            peak_mib: sum.peak_mib + took.peak_mib,
        });
        Ok((took, outputs))
    }

    /// Runs one command, what it prints going to a file.
    pub fn run(&self, command: &[String], out: &Path) -> Result<Took, String> {
        let told = out.with_extension("took");
        let status = Command::new(&self.program).arg("watch").args([&told, out]).args(command).status();
        let text = std::fs::read_to_string(&told).map_err(|error| format!("{}: {error}", told.display()))?;
        let took: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        if !status.is_ok_and(|status| status.success()) || !matches!(took["status"].as_i64(), Some(0 | 1)) {
            let said = std::fs::read_to_string(out.with_extension("err")).unwrap_or_default();
            return Err(format!("`{}` ended with {}: {}", command.join(" "), took["status"], said.trim()));
        }
        let number = |key: &str| took[key].as_f64().unwrap_or_default();
        Ok(Took { seconds: number("seconds"), processor: (number("user_us") + number("system_us")) / 1e6, peak_mib: number("peak_kib") / 1024.0 })
    }
}
