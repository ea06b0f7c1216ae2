//! The room from outside: what is decoded stands beside its input in files; hostile input is refused.

mod definitions;
mod ledger;
mod next;
mod properties;
mod risk;
mod tables;
mod task_xml;

/// A job as JSON without its typed triggers: those are tested by what they lead to.
fn plain(job: &watchbell_jobs::Job) -> serde_json::Value {
    let mut job = job.clone();
    job.triggers.clear();
    serde_json::to_value(job).expect("a job is JSON")
}
