//! A stopwatch around one command: wall time, processor time and peak memory, as the system counts them.

use crate::Result;
use nix::sys::resource::{UsageWho, getrusage};
use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// Runs the command with its output to a file (what it says beside goes to one of the same name, `.err`), and writes what
/// it took to the report.
pub fn run(report: &Path, out: &Path, command: &[&str]) -> Result<()> {
    let [program, arguments @ ..] = command else { return Err("no command".into()) };
    let said = File::create(out.with_extension("err"))?;
    let start = Instant::now();
    let status = Command::new(program).args(arguments).stdin(Stdio::null()).stdout(File::create(out)?).stderr(said).status()?;
    let seconds = start.elapsed().as_secs_f64();
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let told = serde_json::json!({
        "status": status.code(),
        "seconds": seconds,
        "user_us": usage.user_time().tv_sec() * 1_000_000 + usage.user_time().tv_usec(),
        "system_us": usage.system_time().tv_sec() * 1_000_000 + usage.system_time().tv_usec(),
        "peak_kib": usage.max_rss(),
    });
    Ok(std::fs::write(report, told.to_string())?)
}
