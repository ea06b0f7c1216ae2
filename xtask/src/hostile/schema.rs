//! schemathesis over the whole API: no fault of the server, no answer that the description does not tell.

use super::Asked;
use super::server::Server;
use std::path::{Path, PathBuf};
use std::process::Command;

const VERSION: &str = "schemathesis==4.32.5";
/// What an answer is held to. Not that all data of the schema is taken: what names something that is not there is refused.
const EXCLUDED: &str = "positive_data_acceptance";
/// Has no end.
const STREAM: &str = "/triggered-alerts/stream";

pub fn run(asked: &Asked, server: &Server) -> Result<(), String> {
    let Some(program) = program(&asked.work)? else {
        println!("   skipped: there is no python3 with venv, or no registry");
        return Ok(());
    };
    let time = (asked.seconds.as_secs() * 5).max(10).to_string();
    let status = Command::new(program)
        .arg("run")
        .arg(format!("http://{}/api/v1/openapi.json", server.address))
        .args(["--header", &format!("Authorization: Bearer {}", server.token), "--exclude-path", STREAM])
        .args(["--phases", "coverage,fuzzing,stateful", "--max-examples", "20", "--max-time", &time, "--workers", "1", "--request-timeout", "20"])
        .args(["--checks", "all", "--exclude-checks", EXCLUDED, "--continue-on-failure", "--no-color", "--warnings", "off", "--seed", &asked.seed.to_string()])
        .current_dir(&asked.work)
        .status();
    if status.map_err(|error| error.to_string())?.success() { Ok(()) } else { Err("answers that must not be, see above".to_owned()) }
}

/// Its program, in a folder of its own among what is built; none where it cannot be had.
fn program(work: &Path) -> Result<Option<PathBuf>, String> {
    let folder = work.join("python");
    let program = folder.join("bin/st");
    if program.is_file() {
        return Ok(Some(program));
    }
    println!("   installing {VERSION} into {}", folder.display());
    let done = |command: &mut Command| command.status().is_ok_and(|status| status.success());
    let made = done(Command::new("python3").args(["-m", "venv"]).arg(&folder));
    let there = made && done(Command::new(folder.join("bin/pip")).args(["install", "--quiet", "--disable-pip-version-check", VERSION]));
    if !there {
        std::fs::remove_dir_all(&folder).or_else(|error| if error.kind() == std::io::ErrorKind::NotFound { Ok(()) } else { Err(error.to_string()) })?;
    }
    Ok(there.then_some(program))
}
