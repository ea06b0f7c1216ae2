//! Steps of a chore run one after another: each is told, timed, and summed up at the end.

use std::process::Command;
use std::time::{Duration, Instant};

/// What became of a step.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Passed,
    Failed,
    Skipped,
}

/// Steps done so far.
#[derive(Default)]
pub struct Steps {
    done: Vec<(String, End, Duration)>,
}

impl Steps {
    /// Runs a command as one step; its output goes through. The others run even where it fails.
    pub fn run(&mut self, title: &str, command: &mut Command) -> bool {
        println!("\n== {title}: {}", shown(command));
        let start = Instant::now();
        let passed = match command.status() {
            Ok(status) => status.success(),
            Err(error) => {
                println!("   could not be started: {error}");
                false
            }
        };
        self.done.push((title.to_owned(), if passed { End::Passed } else { End::Failed }, start.elapsed()));
        passed
    }

    /// Notes a step that cannot be run here, and why.
    pub fn skip(&mut self, title: &str, reason: &str) {
        println!("\n== {title}: skipped, {reason}");
        self.done.push((title.to_owned(), End::Skipped, Duration::ZERO));
    }

    /// Prints what was done and how long it took; an error where a step failed.
    pub fn finish(self) -> Result<(), String> {
        println!();
        for (title, end, time) in &self.done {
            let word = match end {
                End::Passed => "passed",
                End::Failed => "FAILED",
                End::Skipped => "skipped",
            };
            println!("{word:<8} {:>7.1} s  {title}", time.as_secs_f64());
        }
        let failed: Vec<&str> = self.done.iter().filter(|step| step.1 == End::Failed).map(|step| step.0.as_str()).collect();
        report(&failed)
    }
}

/// An error where something failed.
pub fn report(failed: &[&str]) -> Result<(), String> {
    if failed.is_empty() { Ok(()) } else { Err(format!("failed: {}", failed.join(", "))) }
}

/// A command as one would type it.
fn shown(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str()).to_string_lossy().into_owned();
    let words = command.get_args().map(|word| word.to_string_lossy().into_owned());
    std::iter::once(name).chain(words).collect::<Vec<_>>().join(" ")
}
