//! Bodies of Elasticsearch's _bulk.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| watchbell_io::fuzz::bulk(bytes));
