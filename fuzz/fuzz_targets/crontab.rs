//! What cron, at and systemd read: tables of all kinds, jobs of the spool, timer units.

#![no_main]

use libfuzzer_sys::fuzz_target;
use watchbell_jobs::{CronTable, at_job, crontab, crontab_line, timer_unit};

fuzz_target!(|text: &str| {
    for table in [CronTable::User, CronTable::System, CronTable::Anacron] {
        std::hint::black_box((crontab(text, table), crontab_line(text, table).is_ok()));
    }
    let _ = std::hint::black_box(timer_unit("x.timer", text, Some(text)));
    let _ = std::hint::black_box(at_job("a0000f01ba1b2c", text));
});
