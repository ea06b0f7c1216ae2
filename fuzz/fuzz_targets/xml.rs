//! Windows event XML, one record or many.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    watchbell_fuzz::decode("event-xml", bytes);
});
