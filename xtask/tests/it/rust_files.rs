//! Files: each says first what it is for, and none grows past what one can keep in mind.

use crate::{check, tree};

const MOST_LINES: usize = 800;
const MEDIAN_LINES: usize = 200;

#[test]
fn first_line_says_what_the_file_is_for() {
    let silent = |file: &tree::File| {
        let first = file.text.lines().next().unwrap_or_default();
        first.strip_prefix("//! ").is_none_or(|says| says.split_whitespace().count() < 2)
    };
    let problems: Vec<String> = tree::rust_files().iter().filter(|file| silent(file)).map(|file| file.path.clone()).collect();
    check("the first line of a file is `//! ` and one sentence that says what the file is for:", &problems);
}

#[test]
fn files_stay_small() {
    let files = tree::rust_files();
    let mut sizes: Vec<usize> = files.iter().filter(|file| !file.is_test()).map(|file| file.text.lines().count()).collect();
    sizes.sort_unstable();
    let large = files.iter().filter(|file| file.text.lines().count() > MOST_LINES);
    let mut problems: Vec<String> = large.map(|file| format!("{} has {} lines", file.path, file.text.lines().count())).collect();
    let median = sizes[sizes.len() / 2];
    if median >= MEDIAN_LINES {
        problems.push(format!("the median file has {median} lines"));
    }
    check("files have at most 800 lines, their median is under 200:", &problems);
}
