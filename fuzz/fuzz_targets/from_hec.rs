//! Bodies of Splunk's collector.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| watchbell_io::fuzz::hec(bytes));
