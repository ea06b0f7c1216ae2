//! The packs inside the binary.

use include_dir::{Dir, include_dir};

static PACKS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../packs");

/// Names of the packs, in their order.
pub fn names() -> Vec<&'static str> {
    PACKS.dirs().filter_map(|dir| dir.path().file_name()?.to_str()).collect()
}

/// Every file of a pack: path inside the pack, and content.
pub fn files(name: &str) -> Option<Vec<(String, &'static [u8])>> {
    let mut files = Vec::new();
    collect(PACKS.get_dir(name)?, name, &mut files);
    files.sort();
    Some(files)
}

fn collect(dir: &Dir<'static>, pack: &str, into: &mut Vec<(String, &'static [u8])>) {
    for file in dir.files() {
        if let Some(path) = file.path().strip_prefix(pack).ok().and_then(|path| path.to_str()) {
            into.push((path.replace('\\', "/"), file.contents()));
        }
    }
    dir.dirs().for_each(|dir| collect(dir, pack, into));
}
