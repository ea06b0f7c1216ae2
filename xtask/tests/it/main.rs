//! The house rules as tests: what may use what, how large things grow, what is banned where, and what must be written down.

#![allow(clippy::disallowed_methods, reason = "reads the tree itself")]

mod arrows;
mod banned;
mod dependencies;
mod documents;
mod functions;
mod metadata;
mod reference;
mod rust_files;
mod source;
mod tree;
mod words;

/// Passes where nothing is wrong; else says everything that is, in one message.
fn check(rule: &str, problems: &[String]) {
    assert!(problems.is_empty(), "{rule}\n  {}\n", problems.join("\n  "));
}
