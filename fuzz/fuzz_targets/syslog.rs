//! Syslog of all kinds: every line is a record, whatever stands in it.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let tally = watchbell_fuzz::decode("syslog", bytes);
    assert_eq!(tally.records(), watchbell_fuzz::lines(bytes), "every line is accounted for");
});
