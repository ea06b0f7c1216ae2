//! Builds the binary again when a pack inside it changes.

fn main() {
    println!("cargo::rerun-if-changed=../../packs");
}
