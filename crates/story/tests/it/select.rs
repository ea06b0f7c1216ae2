//! Which entries are shown when there are too many.

use crate::scene::{Scene, check, entry};
use watchbell_story::Strength;

#[test]
fn at_most_sixty_entries_and_the_rest_is_counted() {
    let mut scene = Scene::new()
        .fact("logon", "logon", -3_600_000, "PC", "user=eve | target_logon=0x77 | address=10.0.0.1")
        .fact("shell", "process", -900_000, "PC", "user=eve | logon=0x77 | process_guid={1} | image=C:\\cmd.exe | command=cmd")
        .fact("made", "process", 0, "PC", "user=eve | logon=0x77 | process_guid={2} | parent_guid={1} | image=C:\\schtasks.exe | command=schtasks");
    for n in 0..200 {
        scene = scene.fact(&format!("file{n}"), "file", -1_000 - n, "PC", &format!("process_guid={{1}} | image=C:\\cmd.exe | file=C:\\f{n}"));
    }
    let told = scene.alert("made", "eve", None).tell();
    check(
        &told,
        &[
            ("logon", Some(Strength::Exact)),
            ("shell", Some(Strength::Exact)),
            ("made", Some(Strength::Exact)),
            ("file0", Some(Strength::Exact)),
            ("file199", None),
        ],
    );
    assert_eq!(told.story.entries.len(), 60);
    assert_eq!(told.story.left_out, 143);
    assert!(entry(&told, "file100").is_none());
}

/// Everything of one session, pid, account, job and file: the story stays short, and is told in bounded work.
#[test]
fn a_flood_of_the_same_stays_bounded() {
    let values = "user=alice | login_user=alice | logon=3 | pid=77 | parent_pid=77 | image=/usr/bin/bash | command=curl http://10.0.0.8/x | file=/tmp/x.sh | job_name=x | address=10.0.0.8";
    let mut scene = Scene::new().fact("made", "job", 500_000, "vm", values);
    for (n, kind) in (0..4_000).zip(["process", "network", "file", "logon", "run", "job", "switch", "share"].iter().cycle()) {
        scene = scene.fact(&format!("flood{n}"), kind, n * 100, "vm", values);
    }
    let told = scene.alert("made", "alice", None).tell();
    check(&told, &[("made", Some(Strength::Exact))]);
    assert!(told.story.entries.len() <= 60 && told.story.processes.len() <= 130, "{} {}", told.story.entries.len(), told.story.processes.len());
}
