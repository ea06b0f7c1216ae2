//! What really came in: kinds of events per source, what could not be read, and the jobs that are known of.

pub(crate) mod jobs;
pub(crate) mod quarantine;
pub(crate) mod readiness;
