//! `cargo xtask test`: everything that must hold before a change is handed in.

use crate::Chore;
use crate::steps::Steps;
use crate::tree::{cargo, has_component};

pub const CHORE: Chore = Chore { name: "test", usage: "", about: "format, lints, every test (the house checks among them), documentation", run };

fn run(_: &[String]) -> Result<(), String> {
    let mut steps = Steps::default();
    format(&mut steps);
    lints(&mut steps);
    steps.run("tests", &mut cargo(&["test", "--workspace", "--locked"]));
    steps.run("documentation", cargo(&["doc", "--workspace", "--no-deps", "--locked", "--quiet"]).env("RUSTDOCFLAGS", "-D warnings"));
    steps.finish()
}

fn format(steps: &mut Steps) {
    if has_component("fmt") {
        steps.run("format", &mut cargo(&["fmt", "--all", "--check"]));
    } else {
        steps.skip("format", "this toolchain has no rustfmt");
    }
}

fn lints(steps: &mut Steps) {
    if has_component("clippy") {
        steps.run("lints", &mut cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--quiet", "--", "-D", "warnings"]));
    } else {
        steps.skip("lints", "this toolchain has no clippy");
    }
}
