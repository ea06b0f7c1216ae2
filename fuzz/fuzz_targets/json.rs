//! JSON: lines, and documents that hold several records.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    watchbell_fuzz::decode("json-lines", bytes);
    watchbell_fuzz::decode("json", bytes);
});
