//! `cargo xtask docs`: writes the documents of `docs/reference` anew, or compares them.

use crate::Chore;
use crate::steps::Steps;
use crate::tree::cargo;

pub const CHORE: Chore = Chore { name: "docs", usage: "[--check]", about: "writes docs/reference from the code, or only compares", run };

fn run(words: &[String]) -> Result<(), String> {
    let mut steps = Steps::default();
    steps.run("build", &mut cargo(&["build", "--quiet", "--package", "watchbell"]));
    let mut test = cargo(&["test", "--quiet", "--package", "xtask", "--test", "it", "generated_documents"]);
    if !words.iter().any(|word| word == "--check") {
        test.env("WATCHBELL_WRITE_DOCS", "1");
    }
    steps.run("documents", &mut test);
    steps.finish()
}
