//! What a benchmark needs besides the program itself: its data, the limits of parsing alone, and a stopwatch.

mod data;
mod evtx_data;
mod parse;
mod watch;

use std::path::Path;
use std::process::ExitCode;

pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("limits {}: {error}", words.join(" "));
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[&str]) -> Result<()> {
    match words {
        ["unpack", out, files @ ..] => data::unpack(Path::new(out), files),
        ["halve", file, first, second] => data::halve(Path::new(file), Path::new(first), Path::new(second)),
        ["head", file, out, bytes] => data::head(Path::new(file), Path::new(out), bytes.parse()?),
        ["pad", file, results, out, bytes] => data::pad(Path::new(file), Path::new(results), Path::new(out), bytes.parse()?),
        ["evtx-data", out, bytes, files @ ..] => evtx_data::repeat(Path::new(out), bytes.parse()?, files),
        ["evtx-halve", file, first, second] => evtx_data::halve(Path::new(file), Path::new(first), Path::new(second)),
        ["parse-json", file, threads] => parse::json(Path::new(file), threads.parse()?),
        ["parse-evtx", file, threads] => parse::evtx(Path::new(file), threads.parse()?),
        ["watch", report, out, command @ ..] => watch::run(Path::new(report), Path::new(out), command),
        _ => Err("unpack | halve | head | pad | evtx-data | evtx-halve | parse-json | parse-evtx | watch".into()),
    }
}
