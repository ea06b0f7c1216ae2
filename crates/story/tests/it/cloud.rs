//! Clouds and clusters.

use crate::scene::{Scene, check, job};
use watchbell_jobs::Kind;
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
