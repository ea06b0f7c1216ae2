//! Unix: crontab lines, at's spool, systemd's timers, and where their files stand.

pub mod at_job;
pub mod calendar;
pub mod cron_field;
pub mod crontab;
pub mod place;
pub mod timer;
