//! `cargo xtask COMMAND`: the project's own chores, each in one file, with nothing to install first.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for a terminal")]
#![allow(clippy::disallowed_methods, reason = "chores read the clock, the environment and our own files")]

mod bench;
mod corpus;
mod crash;
mod deb;
mod docs;
mod fuzz;
mod hostile;
mod lake;
mod load;
mod steps;
mod test;
mod tree;

use std::process::ExitCode;

/// A chore, told in its own file and listed once in [`CHORES`].
struct Chore {
    name: &'static str,
    usage: &'static str,
    about: &'static str,
    run: fn(&[String]) -> Result<(), String>,
}

const CHORES: &[&Chore] =
    &[&test::CHORE, &corpus::CHORE, &bench::CHORE, &load::CHORE, &crash::CHORE, &lake::CHORE, &fuzz::CHORE, &hostile::CHORE, &docs::CHORE, &deb::CHORE];

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let Some(chore) = words.first().and_then(|name| CHORES.iter().find(|chore| chore.name == name)) else {
        usage();
        return ExitCode::from(2);
    };
    match (chore.run)(&words[1..]) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("xtask {}: {trouble}", chore.name);
            ExitCode::FAILURE
        }
    }
}

fn usage() {
    eprintln!("cargo xtask COMMAND\n");
    for chore in CHORES {
        eprintln!("  {:<32} {}", format!("{} {}", chore.name, chore.usage), chore.about);
    }
}
