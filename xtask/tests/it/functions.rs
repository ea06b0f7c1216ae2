//! Functions: none is longer than a screen or two.

use crate::source::{blanked, functions};
use crate::{check, tree};

const MOST_LINES: usize = 100;

#[test]
fn functions_stay_short() {
    let mut problems = Vec::new();
    for file in tree::rust_files() {
        for function in functions(&blanked(&file.text)).iter().filter(|function| function.lines > MOST_LINES) {
            problems.push(format!("{}:{} `{}` has {} lines", file.path, function.line, function.name, function.lines));
        }
    }
    check("functions have at most 100 lines:", &problems);
}
