//! The XML that defines a scheduled task.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = std::hint::black_box(watchbell_jobs::task_xml(text));
});
