//! Task XML: the files of `tests/xml` with the jobs that they define, and what must be refused.

use watchbell_jobs::task_xml;

fn check(xml: &str, expected: &str) {
    let job = task_xml(xml).expect("a task");
    assert_eq!(serde_json::to_string_pretty(&crate::plain(&job)).expect("a job is JSON").trim(), expected.trim());
}

fn refused(xml: &str, code: &str) {
    assert_eq!(task_xml(xml).map_err(watchbell_jobs::JobError::code), Err(code));
}

#[test]
fn hostile_documents_are_refused() {
    refused("", "job_empty");
    refused("no xml at all", "job_empty");
    refused(&"x".repeat(10 << 20), "job_too_large");
    refused(&format!("<Task>{}", "<a>".repeat(100_000)), "job_too_deep");
    refused(&format!("<Task>{}</Task>", "<a/>".repeat(100_000)), "job_too_many_elements");
    refused("<!DOCTYPE Task [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><Task>&b;</Task>", "job_doctype");
    refused("<Task><Actions>&lol;</Actions></Task>", "job_unknown_entity");
    refused("<QueryList/>", "job_wrong_document");
}

#[test]
fn a_cut_document_keeps_what_came_before() {
    let job = task_xml("<Task><Settings><Hidden>true</Hidden></Settings><Actions><Exec><Command>a.exe</Command><Argu").expect("a task");
    assert_eq!((job.hidden, job.command.as_deref()), (Some(true), Some("a.exe")));
}

#[test]
fn every_trigger_and_action() {
    check(include_str!("../xml/many.xml"), include_str!("../xml/many.json"));
}

#[test]
fn fields_and_action_hold_all_that_runs() {
    let job = task_xml(include_str!("../xml/many.xml")).expect("a task");
    let values = |name: &str| job.fields().filter(|(field, _)| *field == name).map(|(_, value)| value.into_owned()).collect::<Vec<_>>();
    assert_eq!(values("Job.Command").len(), 5);
    assert_eq!(values("Job.Schedule").len(), 16);
    assert_eq!(values("Job.Hidden"), ["true"]);
    assert!(values("Job.Action")[0].contains("shutdown /r /t 0") && values("Job.Action")[0].contains("whoami /all"));
}

#[test]
fn a_document_escaped_once_more_is_read() {
    let job = task_xml("&lt;?xml version=&quot;1.0&quot;?&gt;&lt;Task&gt;&lt;Actions&gt;&lt;Exec&gt;&lt;Command&gt;a &amp;amp; b&lt;/Command&gt;&lt;/Exec&gt;&lt;/Actions&gt;&lt;/Task&gt;").expect("a task");
    assert_eq!(job.command.as_deref(), Some("a & b"));
}

#[test]
fn the_plain_one() {
    check(
        "<Task><Actions><Exec><Command>a.exe</Command></Exec></Actions></Task>",
        "{\n  \"kind\": \"windows_task\",\n  \"verb\": \"create\",\n  \"command\": \"a.exe\",\n  \"hidden\": false,\n  \"enabled\": true\n}",
    );
}
