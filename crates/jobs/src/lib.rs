//! Scheduled jobs, decoded: from definitions and command lines to what will run, as whom and when, in plain words.
//!
//! Everything here is a pure function over text that an attacker may have written: sizes, depths and counts are bounded, nothing panics.

mod cloud;
mod decode;
mod error;
mod job;
mod ledger;
mod line;
mod may;
mod moment;
mod next;
mod risk;
mod span;
mod trigger;
mod unix;
mod windows;
mod words;
mod xml;

pub use cloud::azure::azure;
pub use cloud::kubernetes::cron_job;
pub use error::JobError;
pub use job::{Action, Job, Kind, RunLevel, Verb, ran_by_cron};
pub use ledger::{Created, Deed, Entry, Happening, Ledger, Rarity, Runs, Spread, What, host_key, is_service_account};
pub use line::{command_line, command_line_as, powershell};
pub use may::may_schedule;
pub use moment::Moment;
pub use next::{Anchors, Next, Run, next_runs, zone};
pub use risk::{Context, Reason, Risk, risk};
pub use trigger::{Anchor, Dialect, Repeat, Trigger, When};
pub use unix::at_job::at_job;
pub use unix::crontab::{CronTable, crontab, crontab_line};
pub use unix::timer::timer_unit;
pub use windows::task_xml;
