//! Command lines: jobs are found in them, and the cheap look beforehand never says no where there are any.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|line: &str| {
    let jobs = watchbell_jobs::command_line(line);
    assert!(jobs.is_empty() || watchbell_jobs::may_schedule(line.as_bytes()), "{jobs:?}");
});
