//! Clouds and clusters.

use crate::scene::{Scene, check, entry, job, shown};
use watchbell_jobs::Kind;
use watchbell_model::Outcome;
use watchbell_story::Strength;

const EXACT: Option<Strength> = Some(Strength::Exact);
const STRONG: Option<Strength> = Some(Strength::Strong);

const ACCOUNT: &str = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Automation/automationAccounts/aa1";

pub fn azure() -> Scene {
    let deed = |caller: &str, address: &str, what: &str, correlation: &str, account: &str| {
        format!("user={caller} | address={address} | operation={what} | correlation={correlation} | resource={account}/{what}")
    };
    Scene::new()
        .fact("sign_in", "sign_in", 0, "", "user=eve@example.test | address=192.0.2.4 | operation=sign-in")
        .fact("runbook", "cloud", 30_000, "", &deed("eve@example.test", "192.0.2.4", "runbooks/rb1", "11111111-aaaa", ACCOUNT))
        .fact("made", "cloud", 60_000, "", &deed("eve@example.test", "192.0.2.4", "webhooks/wh1", "22222222-aaaa", ACCOUNT))
        .fact("accepted", "cloud", 60_500, "", &deed("other", "", "x", "22222222-aaaa", ACCOUNT))
        .fact("other_account", "cloud", 61_000, "", &deed("eve@example.test", "192.0.2.4", "webhooks/wh9", "33333333-aaaa", &ACCOUNT.replace("aa1", "aa2")))
        .fact("other_address", "cloud", 61_000, "", &deed("eve@example.test", "192.0.2.99", "runbooks/rb2", "44444444-aaaa", ACCOUNT))
        .fact("other_caller", "cloud", 62_000, "", &deed("kim@example.test", "192.0.2.4", "runbooks/rb3", "55555555-aaaa", ACCOUNT))
        .fact("same_webhook", "cloud", 63_000, "", &deed("kim@example.test", "192.0.2.7", "webhooks/wh1", "66666666-aaaa", ACCOUNT))
        .alert("made", "eve@example.test", None)
}

#[test]
fn requests_join_by_correlation_resource_and_caller() {
    check(
        &azure().tell(),
        &[
            ("made", EXACT),
            ("accepted", EXACT),
            ("sign_in", STRONG),
            ("runbook", STRONG),
            ("same_webhook", STRONG),
            ("other_account", None),
            ("other_address", None),
            ("other_caller", None),
        ],
    );
}

pub fn kubernetes() -> Scene {
    let made = job(Kind::CronJob, "sync", "sh", None);
    let deed =
        |user: &str, what: &str, name: &str| format!("user={user} | address=192.0.2.4 | operation=create | resource=default/{what}/{name} | job_name={name}");
    Scene::new()
        .fact("looked", "cloud", 0, "k1", "user=dev | address=192.0.2.4 | operation=list | resource=default/cronjobs/-")
        .fact("made", "cloud", 5_000, "k1", &deed("dev", "cronjobs", "sync"))
        .with_job(&made)
        .fact("ran", "cloud", 60_000, "k1", &deed("system:serviceaccount:kube-system:cronjob-controller", "jobs", "sync-28591204"))
        .fact("pod", "cloud", 60_100, "k1", &deed("system:serviceaccount:kube-system:job-controller", "pods", "sync-28591204-abcde"))
        .fact("another", "cloud", 60_200, "k1", &deed("system:serviceaccount:kube-system:cronjob-controller", "jobs", "sync-backup-28591204"))
        .fact("elsewhere", "cloud", 60_300, "k1", "user=dev | address=192.0.2.200 | operation=create | resource=prod/jobs/x")
        .alert("made", "dev", Some(made))
}

#[test]
fn a_cron_job_is_told_with_what_it_made() {
    check(&kubernetes().tell(), &[("made", EXACT), ("looked", STRONG), ("ran", STRONG), ("pod", STRONG), ("another", None), ("elsewhere", None)]);
}

#[test]
fn a_failed_try_ran_nothing_and_another_namespace_is_not_its_own() {
    let mut failed = kubernetes();
    failed.subject.outcome = Outcome::Failed;
    failed.facts.iter_mut().filter(|fact| fact.id == crate::scene::id("made")).for_each(|fact| fact.outcome = Outcome::Failed);
    let told = failed.tell();
    check(&told, &[("ran", None), ("pod", None)]);
    assert_eq!(told.story.summary.len(), 1, "{}", shown(&told));
    let elsewhere = kubernetes().fact(
        "there",
        "cloud",
        61_000,
        "k1",
        "user=system:serviceaccount:kube-system:cronjob-controller | resource=prod/jobs/sync-28591205 | job_name=sync-28591205",
    );
    check(&elsewhere.tell(), &[("ran", STRONG), ("there", None)]);
}

#[test]
fn a_request_that_began_and_ended_is_one_entry() {
    let mut scene = azure();
    scene.facts.iter_mut().filter(|fact| fact.id == crate::scene::id("made")).for_each(|fact| fact.outcome = Outcome::Tried);
    let end = format!("user=eve@example.test | address=192.0.2.4 | operation=webhooks/wh1 | correlation=22222222-aaaa | resource={ACCOUNT}/webhooks/wh1");
    let mut scene = scene.fact("end", "cloud", 60_900, "", &end);
    let event = watchbell_story::OwnEvent { id: crate::scene::id("end"), ..scene.subject.events[0].clone() };
    scene.subject.events.push(event);
    let told = scene.tell();
    assert_eq!((entry(&told, "end").is_some(), entry(&told, "made").is_some()), (true, false), "{}", shown(&told));
}

#[test]
fn rights_taken_from_the_same_place_lead_to_the_deed() {
    let rights = "user=eve@example.test | address=192.0.2.4 | operation=roleAssignments/write | resource=/subscriptions/s/providers/roleAssignments/1";
    let scene = azure().fact("rights", "cloud_rights_changed", 10_000, "", rights);
    let far = scene.fact("far", "cloud_rights_changed", 10_000, "", &rights.replace("192.0.2.4", "192.0.2.99"));
    let told = far.fact("by_webhook", "cloud", 90_000, "", &format!("user=ffff | address=192.0.2.1 | operation=jobs/write | resource={ACCOUNT}/jobs/1")).tell();
    check(&told, &[("rights", STRONG), ("far", None), ("by_webhook", None)]);
    assert!(entry(&told, "by_webhook").is_some(), "{}", shown(&told));
}
