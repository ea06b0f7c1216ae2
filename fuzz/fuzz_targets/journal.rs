//! The systemd journal, exported and as JSON.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    watchbell_fuzz::decode("journald-export", bytes);
    watchbell_fuzz::decode("journald-json", bytes);
});
