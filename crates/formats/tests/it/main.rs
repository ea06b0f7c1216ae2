//! Formats over bytes: what each decoder tells of hand-written records.

mod auditd;
mod auditd_random;
mod auditd_support;
mod cloud;
mod evtx;
mod journal;
mod json;
mod json_twin;
mod support;
mod syslog;
mod xml;
