//! Audit records as journald prints them in a line of text: `audit[123]: SYSCALL arch=…`, their time and serial lost.

use super::names;
use super::serial::Kind;

/// Gives serials to records that lost them: a SYSCALL with what follows it, up to its PROCTITLE, is one.
#[derive(Default)]
pub(crate) struct Runs {
    serial: u64,
    /// What the last record's line said.
    millis: i64,
    call: bool,
    ended: bool,
}

impl Runs {
    /// The record as auditd would write it, under a serial of ours. None if the message is no record.
    pub fn record(&mut self, message: &[u8], millis: i64) -> Option<Vec<u8>> {
        let end = memchr::memchr(b' ', message)?;
        let word = std::str::from_utf8(&message[..end]).ok().filter(|word| names::is_record_type(word))?;
        let kind = Kind::of(word.as_bytes());
        let alone = kind == Kind::Other && !matches!(word, "AVC" | "SOCKADDR" | "BPRM_FCAPS" | "OPENAT2" | "CONFIG_CHANGE" | "LOGIN");
        if alone || self.ended || millis != self.millis || self.call && kind == Kind::Call {
            self.serial += 1;
            self.call = false;
        }
        self.millis = millis;
        self.call |= kind == Kind::Call;
        self.ended = alone || kind == Kind::Title;
        let head = format!("type={word} msg=audit({}.{:03}:{}):", millis.div_euclid(1000), millis.rem_euclid(1000), self.serial);
        Some([head.as_bytes(), &message[end..]].concat())
    }
}
