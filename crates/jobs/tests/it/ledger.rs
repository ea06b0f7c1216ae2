//! The ledger: what deeds make of it, and that neither their order nor their split shows.

use proptest::prelude::*;
use std::sync::Arc;
use watchbell_jobs::{CronTable, Deed, Entry, Job, Kind, Ledger, Rarity, Spread, Verb, What, command_line, crontab, ran_by_cron};
use watchbell_model::{EventId, IdWriter, Timestamp};

fn id(n: i64) -> EventId {
    IdWriter::new("test").number(n).finish()
}

/// A deed of second `n` and event `n`, on one host.
fn deed(n: i64, what: What, job: Job) -> Deed {
    Deed { host: Some("WEB01".into()), time: Some(Timestamp::from_seconds(n)), event: id(n), by: None, from: None, what, told_by: None, job: Arc::new(job) }
}

fn task(name: &str) -> Job {
    Job { name: Some(name.to_owned()), ..Job::new(Kind::WindowsTask, Verb::Create) }
}

fn running(name: &str, command: &str) -> Job {
    Job { command: Some(command.to_owned()), ..task(name) }
}

fn ran(code: &str) -> What {
    What::Ran { result: Some(code.to_owned()) }
}

fn entries(deeds: &[Deed]) -> Vec<Entry> {
    ledger(deeds).entries()
}

fn ledger(deeds: &[Deed]) -> Ledger {
    let mut ledger = Ledger::default();
    for deed in deeds {
        ledger.add(deed);
    }
    ledger
}

fn only(deeds: &[Deed]) -> Entry {
    let mut all = entries(deeds);
    assert_eq!(all.len(), 1, "{all:#?}");
    all.remove(0)
}

#[test]
fn a_task_has_a_life() {
    let by = |n, what, job, by: &str, from: Option<&str>| Deed { by: Some(by.to_owned()), from: from.map(str::to_owned), ..deed(n, what, job) };
    let entry = only(&[
        by(100, What::Made, task("\\Updater"), "DOE\\alice", None),
        by(101, What::Made, running("Updater", "cmd.exe"), "SYSTEM", Some("10.0.0.5")),
        by(200, What::Changed, running("/UPDATER", "powershell.exe"), "bob", None),
        deed(300, ran("0"), task("updater")),
        deed(400, ran("0x1"), task("updater")),
        deed(500, ran("267009"), task("updater")),
        deed(600, What::Disabled, task("updater")),
        deed(900, What::Deleted, task("updater")),
    ]);
    let created = entry.created.as_ref().expect("it was made");
    assert_eq!((created.time, created.by.as_deref()), (Some(Timestamp::from_seconds(100)), Some("DOE\\alice")));
    assert_eq!((created.from.as_deref(), created.command.as_deref()), (Some("10.0.0.5"), Some("cmd.exe")), "what the first does not tell, the next one may");
    assert_eq!(entry.changed.iter().map(|c| (c.what, c.command.as_deref())).collect::<Vec<_>>(), [("changed", Some("powershell.exe")), ("disabled", None)]);
    assert_eq!((entry.runs.count, entry.runs.failed, entry.runs.results.len()), (3, 1, 3));
    assert_eq!((entry.runs.first, entry.runs.last), (Some(Timestamp::from_seconds(300)), Some(Timestamp::from_seconds(500))));
    assert_eq!((entry.enabled, entry.deleted.is_some(), entry.lived), (Some(false), true, None));
    assert_eq!((entry.first_seen, entry.last_seen), (Some(Timestamp::from_seconds(100)), Some(Timestamp::from_seconds(900))));
    assert_eq!((entry.changes, entry.job.command.as_deref()), (2, Some("powershell.exe")));
}

#[test]
fn what_was_made_again_is_not_deleted() {
    let short = [deed(10, What::Made, task("a")), deed(40, What::Deleted, task("a"))];
    assert_eq!((only(&short).deleted.is_some(), only(&short).lived), (true, Some(30)));
    let again = [&short[..], &[deed(100, What::Made, task("a"))]].concat();
    let entry = only(&again);
    assert_eq!((entry.deleted, entry.lived, entry.changes, entry.changed[0].what), (None, Some(30), 1, "made"));
    let at_once = [deed(10, What::Deleted, task("a")), Deed { event: id(99), ..deed(10, What::Made, task("a")) }];
    assert!(only(&at_once).deleted.is_some(), "within one second, what is deleted was made before");
}

#[test]
fn a_run_told_twice_is_one() {
    let pairs = (0..5).flat_map(|n| [deed(n * 10, What::Started, task("a")), deed(n * 10 + 1, ran("0"), task("a"))]);
    assert_eq!(only(&pairs.collect::<Vec<_>>()).runs.count, 5);
    assert_eq!(only(&[deed(1, What::Started, task("a")), deed(2, What::Ended, task("a"))]).runs.count, 1);
    let told_by = |n, what, kind: &str| Deed { told_by: Some(kind.into()), ..deed(n, what, task("a")) };
    let run = |n| [told_by(n, What::Started, "100"), told_by(n, What::Started, "200"), told_by(n, ran("0x1"), "201"), told_by(n, ran("0x1"), "203")];
    let runs = only(&(0..3).flat_map(run).collect::<Vec<_>>()).runs;
    assert_eq!((runs.count, runs.failed, runs.results["0x1"], runs.other_results), (3, 3, 3, 0));
}

/// Checks that jobs are one, or as many as told.
fn check(jobs: &[Job], expected: usize) {
    let deeds: Vec<Deed> = (0..).zip(jobs).map(|(n, job)| deed(n, What::Made, job.clone())).collect();
    assert_eq!(entries(&deeds).len(), expected, "{jobs:?}");
}

#[test]
fn a_job_is_one_in_any_spelling() {
    let named = |kind, name: &str| Job { kind, ..task(name) };
    check(&[task("Updater"), task("\\UPDATER"), task("/updater/")], 1);
    check(&[task("\\a\\b"), task("\\a\\c"), task("b")], 3);
    check(&[named(Kind::SystemdTimer, "/etc/systemd/system/x.timer"), named(Kind::SystemdRun, "x.service"), named(Kind::SystemdTimer, "x")], 1);
    check(&[named(Kind::AzureSchedule, "Nightly"), named(Kind::AzureSchedule, "nightly"), named(Kind::AzureWebhook, "nightly")], 2);
    check(&command_line("schtasks /create /tn x /tr a.exe /sc daily"), 1);
    let line = |text: &str, name: &str| Job { name: Some(name.to_owned()), ..crontab(text, CronTable::System).remove(0) };
    check(&[line("* * * * * root  /tmp/x", "/etc/cron.d/health"), line("5 * * * * root /tmp/x", "/etc/cron.d//health")], 1);
    check(&[line("* * * * * root /tmp/x", "/etc/cron.d/health"), line("* * * * * root /tmp/y", "/etc/cron.d/health")], 2);
    check(&[named(Kind::At, "/var/spool/cron/atjobs/a0000301c8a225"), named(Kind::At, "3")], 1);
    check(&[task(""), Job::new(Kind::Cron, Verb::Create)], 0);
}

#[test]
fn jobs_of_one_name_in_two_clusters_or_accounts_are_two() {
    let at = |n: i64, place: &str| {
        let job = Job { kind: Kind::CronJob, ..task("default/backup") };
        Deed { host: Some(place.into()), ..deed(n, What::Made, job) }
    };
    let check = |places: &[&str], expected: usize| {
        let deeds: Vec<Deed> = (0..).zip(places).map(|(n, place)| at(n, place)).collect();
        assert_eq!(entries(&deeds).len(), expected, "{places:?}");
    };
    check(&["prod", "staging"], 2);
    check(&["prod", "Prod"], 1);
    check(&["/subscriptions/a/x.y/managedclusters/one", "/subscriptions/a/x.z/managedclusters/one"], 2);
    check(&["/SUBSCRIPTIONS/A/managedClusters/one", "/subscriptions/a/managedclusters/one"], 1);
}

#[test]
fn crons_runs_are_put_to_the_one_line_that_runs_them() {
    let line = |command: &str, table: &str| Job { name: Some(table.to_owned()), ..crontab(&format!("* * * * * root {command}"), CronTable::System).remove(0) };
    let write = |table: &str| Job { name: Some(table.to_owned()), ..Job::new(Kind::Cron, Verb::Create) };
    let runs = |n| deed(n, What::Started, ran_by_cron("/tmp/x"));
    let entry = only(&[deed(1, What::Made, write("/etc/cron.d/a")), deed(2, What::Changed, line("/tmp/x", "/etc/cron.d/a")), runs(60), runs(120)]);
    assert_eq!((entry.runs.count, entry.created.is_some(), entry.name.as_deref()), (2, true, Some("/etc/cron.d/a")));
    let two = entries(&[deed(1, What::Made, line("/tmp/x", "/etc/cron.d/a")), deed(2, What::Made, line("/tmp/x", "/etc/cron.d/b")), runs(60)]);
    assert_eq!(two.iter().map(|entry| entry.runs.count).collect::<Vec<_>>(), [1, 0, 0], "whose run it was is not known");
    assert_eq!(entries(&[deed(1, What::Made, line("/tmp/y", "/etc/cron.d/a")), runs(60)]).len(), 2);
    let both = [deed(1, What::Made, line("/tmp/x", "/etc/cron.d/a")), deed(2, What::Made, line("/tmp/y", "/etc/cron.d/a"))];
    let removed = entries(&[&both[..], &[deed(99, What::Deleted, write("/etc/cron.d/a"))]].concat());
    assert!(removed.iter().all(|entry| entry.deleted.is_some()), "a table takes its lines with it");
}

#[test]
fn a_log_without_a_host_is_of_the_one_that_has_the_job() {
    let nowhere = |deed: Deed| Deed { host: None, ..deed };
    let line = |table: &str| Job { name: Some(table.to_owned()), ..crontab("* * * * * root /tmp/x", CronTable::System).remove(0) };
    let written = nowhere(deed(1, What::Made, line("/etc/cron.d/a")));
    let entry = only(&[written.clone(), deed(60, What::Started, ran_by_cron("/tmp/x"))]);
    assert_eq!((entry.host.as_deref(), entry.runs.count), (Some("WEB01"), 1));
    assert_eq!(only(&[nowhere(deed(1, What::Changed, task("a"))), deed(2, What::Made, task("a"))]).changes, 1);
    let other = Deed { host: Some("WEB02".into()), ..deed(3, What::Made, task("a")) };
    assert_eq!(entries(&[nowhere(deed(1, What::Changed, task("a"))), deed(2, What::Made, task("a")), other]).len(), 3, "whose it is is not known");
}

#[test]
fn what_is_rare_is_told_over_hosts() {
    let on = |host: i64, name: &str| Deed { host: Some(format!("h{host}.example").into()), event: id(host), ..deed(host, What::Made, task(name)) };
    let guid = |n: i64| format!("\\Sync-{{3f2504e0-4f89-11d3-9a0c-{n:012x}}}");
    let mut deeds: Vec<Deed> = (0..30).flat_map(|host| [on(host, "\\Backup"), on(host, &guid(host))]).collect();
    deeds.push(on(7, "\\evil"));
    deeds.extend((0..5).map(|host| on(host, "\\some")));
    let all = entries(&deeds);
    let spread = |name: &str| all.iter().find(|entry| entry.name.as_deref() == Some(name)).expect(name).spread;
    assert_eq!(spread("\\Backup"), Spread { hosts: 30, of: 30, rarity: Rarity::Common });
    assert_eq!(spread(&guid(3)).rarity, Rarity::Common, "what is made for one machine has the same name elsewhere");
    assert_eq!(spread("\\evil"), Spread { hosts: 1, of: 30, rarity: Rarity::Rare });
    assert_eq!(spread("\\some").rarity, Rarity::Some);
    assert_eq!(entries(&deeds[..1])[0].spread.rarity, Rarity::Unknown);
}

#[test]
fn a_ledger_stays_bounded() {
    let codes: Vec<Deed> = (0..1000).map(|n| deed(n, ran(&n.to_string()), task("a"))).collect();
    let entry = only(&codes);
    assert_eq!((entry.runs.count, entry.runs.results.len()), (1000, 16));
    assert_eq!(entry.runs.results.values().sum::<u64>() + entry.runs.other_results, 1000);
    let makings: Vec<Deed> = (0..1000).map(|n| deed(n * 100, What::Made, task("a"))).collect();
    let entry = only(&makings);
    assert!(entry.changes == 999 && entry.changed.len() < 20, "{}", entry.changed.len());
    assert_eq!(ledger(&[deed(1, What::Made, task(""))]).unnamed(), 1);
}

type Parts = (What, Job, Option<i64>, i64, Option<String>, Option<&'static str>, Option<String>);

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let what = prop_oneof![
        Just(What::Made),
        Just(What::Changed),
        Just(What::Enabled),
        Just(What::Disabled),
        Just(What::Started),
        "[0-9a-c]{1,2}".prop_map(|code| What::Ran { result: Some(code) }),
        Just(What::Ended),
        Just(What::Deleted),
    ];
    let job = prop_oneof![
        "[ab]".prop_map(|name| task(&name)),
        ("[aAb]", "[xy]").prop_map(|(name, command)| running(&name, &command)),
        "[xy]".prop_map(|command| ran_by_cron(&command)),
        ("[xy]", "[ab]").prop_map(|(command, table)| Job { name: Some(format!("/etc/cron.d/{table}")), ..ran_by_cron(&command) }),
        "[ab]".prop_map(|table| Job { kind: Kind::Cron, ..task(&format!("/etc/cron.d/{table}")) }),
    ];
    let one = (
        what,
        job,
        prop::option::of(0..200_i64),
        0..40_i64,
        prop::option::of("[pq]"),
        prop::option::of(prop_oneof![Just("H1"), Just("h1.example"), Just("h2")]),
        prop::option::of("[rs]"),
    );
    let made = |(what, job, second, event, by, host, told_by): Parts| Deed {
        host: host.map(Into::into),
        time: second.map(Timestamp::from_seconds),
        event: id(event),
        from: by.clone(),
        by,
        what,
        told_by: told_by.map(Arc::from),
        job: Arc::new(job),
    };
    prop::collection::vec(one.prop_map(made), 0..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn order_does_not_show((one, other) in deeds().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle()))) {
        prop_assert_eq!(ledger(&one), ledger(&other));
    }

    #[test]
    fn a_split_does_not_show(all in deeds(), cut in any::<(prop::sample::Index, prop::sample::Index)>()) {
        let (a, b) = (cut.0.index(all.len() + 1), cut.1.index(all.len() + 1));
        let (first, rest) = all.split_at(a.min(b));
        let (second, third) = rest.split_at(a.max(b) - first.len());
        let whole = ledger(&all);
        for parts in [[first, second, third], [third, first, second], [second, third, first]] {
            let mut merged = Ledger::default();
            for part in parts {
                merged.merge(ledger(part));
            }
            prop_assert_eq!(&merged, &whole);
            prop_assert_eq!(merged.entries(), whole.entries());
        }
    }

    #[test]
    fn nothing_is_lost(all in deeds()) {
        let ledger = ledger(&all);
        prop_assert_eq!((ledger.crowded_out(), ledger.unnamed()), (0, 0));
    }
}
