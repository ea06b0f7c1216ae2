//! Calls that have no place: the world outside in pure rooms, panics in libraries, unsafe code anywhere.

use crate::source::{blanked, without_tests};
use crate::{check, tree};

/// Rooms without file, socket, clock, environment or runtime: bytes and `now` come as arguments.
const PURE: &[&str] = &["model", "formats", "rules", "engine", "jobs", "story", "alerts", "pipeline"];
const WORLD: &[&str] = &[
    "std::fs",
    "TcpStream",
    "TcpListener",
    "UdpSocket",
    "ToSocketAddrs",
    "std::process",
    "std::env",
    "env::var",
    "SystemTime::now",
    "Instant::now",
    "Zoned::now",
    "Timestamp::now(",
    "tokio::",
    "thread::sleep",
];
/// In every library, pure or not.
const PANICS: &[&str] = &[".unwrap()", "println!", "eprintln!", "print!(", "dbg!(", "panic!(", "todo!(", "unimplemented!(", "unreachable!("];
/// Modules that need `unsafe` for speed: each with its reason in its first lines and a record in `docs/adr`.
const UNSAFE: &[&str] = &["crates/engine/src/sweep.rs", "crates/formats/src/json/index.rs"];

#[test]
fn pure_rooms_do_not_touch_the_world() {
    let pure = |path: &str| PURE.iter().any(|room| path.starts_with(&format!("crates/{room}/src/")));
    check("a pure room takes bytes and `now` as arguments; this is for shell rooms:", &calls(pure, WORLD));
}

#[test]
fn libraries_neither_panic_nor_print() {
    let library = |path: &str| path.starts_with("crates/") && !path.starts_with("crates/watchbell/");
    check("libraries return errors and print nothing:", &calls(library, PANICS));
}

#[test]
fn unsafe_code_only_in_audited_modules() {
    let others = |path: &str| !UNSAFE.contains(&path);
    check("`unsafe` only in a module that this test lists:", &calls(others, &["unsafe {", "unsafe fn", "unsafe impl", "unsafe trait", "allow(unsafe_code"]));
}

/// Where these calls stand outside tests, in files whose path is of interest.
fn calls(of_interest: impl Fn(&str) -> bool, banned: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for file in tree::rust_files().iter().filter(|file| of_interest(&file.path) && !file.is_test()) {
        let code = without_tests(&blanked(&file.text));
        for (number, line) in code.lines().enumerate() {
            found.extend(banned.iter().filter(|call| has(line, call)).map(|call| format!("{}:{} {call}", file.path, number + 1)));
        }
    }
    found
}

/// Whether the call stands in the line, and not as the tail of a longer word.
fn has(line: &str, call: &str) -> bool {
    line.match_indices(call).any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':') || call.starts_with('.'))
}
