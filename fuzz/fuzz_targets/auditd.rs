//! Audit logs: every line is a record, whatever stands in it.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let tally = watchbell_fuzz::decode("auditd", bytes);
    assert_eq!(tally.records(), watchbell_fuzz::lines(bytes), "every line is accounted for");
});
