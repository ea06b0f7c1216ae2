//! Windows event log files: as they are, and as one chunk whose checksums are made right.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    watchbell_fuzz::decode("evtx", bytes);
});
