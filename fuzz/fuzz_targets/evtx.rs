//! Windows event log files. Checksums are not looked at by the decoder, so that mutations get past them.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    watchbell_fuzz::decode("evtx", bytes);
});
