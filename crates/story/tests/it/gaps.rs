//! What cannot be seen.

use crate::scene::{Scene, at, check, entry};
use watchbell_story::{Chapter, Gap, GapKind, Strength};

fn scene() -> Scene {
    Scene::new()
        .fact("off", "audit_off", 120_000, "PC", "user=eve")
        .fact("cleared", "cleared", 150_000, "PC", "user=eve | channel=Security")
        .fact("elsewhere", "cleared", 150_000, "PC2", "user=eve | channel=Security")
        .fact("shell", "process", 160_000, "PC", "logon=0x77 | pid=1 | image=C:\\cmd.exe | command=")
        .fact(
            "made",
            "process",
            170_000,
            "PC",
            "logon=0x77 | pid=2 | parent_pid=1 | parent_image=C:\\cmd.exe | image=C:\\schtasks.exe | command=schtasks /create",
        )
        .alert("made", "eve", None)
}

#[test]
fn what_blinds_is_a_gap_and_an_entry() {
    let told = scene().tell();
    check(&told, &[("shell", Some(Strength::Exact)), ("off", Some(Strength::Weak)), ("cleared", Some(Strength::Weak))]);
    assert_eq!(entry(&told, "off").expect("an entry").chapter, Chapter::Unseen);
    assert!(entry(&told, "elsewhere").is_none());
    let texts: Vec<&str> = told.gaps.iter().map(|gap| &*gap.text).collect();
    assert!(texts.contains(&"Blind from 10:02:00 UTC: eve switched auditing off"), "{texts:?}");
    assert!(texts.contains(&"Blind before 10:02:30 UTC: eve cleared the log Security"), "{texts:?}");
    assert!(texts.contains(&"No command line was written for cmd.exe: its arguments are not known"), "{texts:?}");
}

fn silent(from: i64, to: i64) -> Gap {
    Gap { kind: GapKind::Silent, from: Some(at(from)), to: Some(at(to)), text: "Blind: nothing from Security".to_owned() }
}

#[test]
fn gaps_of_coverage_in_the_window_are_told_and_merged() {
    let mut scene = scene();
    scene.subject.coverage = vec![silent(100_000, 130_000), silent(130_000, 150_000), silent(400_000, 500_000), silent(-90_000_000, -80_000_000)];
    let silent: Vec<_> = scene.tell().gaps.into_iter().filter(|gap| gap.kind == GapKind::Silent).map(|gap| (gap.from, gap.to)).collect();
    assert_eq!(silent, [(Some(at(100_000)), Some(at(150_000))), (Some(at(400_000)), Some(at(500_000)))]);
}

#[test]
fn auditing_that_comes_back_ends_its_gap() {
    let check = |what: &str, from: i64, text: &str, to: Option<i64>| {
        let policy = Scene::new().fact("policy", "audit_off", 130_000, "PC", "user=eve | operation={a}");
        let mut scene = policy.fact("made", "process", 170_000, "PC", "logon=0x77 | pid=2 | image=C:\\x.exe | command=x").alert("made", "eve", None);
        scene.subject.coverage = vec![Gap { kind: GapKind::AuditingOff, from: Some(at(from)), to: Some(at(190_000)), text: what.to_owned() }];
        let told: Vec<_> = scene.tell().gaps.into_iter().map(|gap| (gap.text, gap.to)).collect();
        assert_eq!(told, [(format!("{text}: eve switched auditing off"), to.map(at))], "{what} at {from}");
    };
    check("{A}", 130_000, "Blind from 10:02:10 UTC to 10:03:10 UTC", Some(190_000));
    check("{b}", 130_000, "Blind from 10:02:10 UTC", None);
    check("{a}", 120_000, "Blind from 10:02:10 UTC", None);
}
