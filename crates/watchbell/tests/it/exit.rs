//! The exit statuses that scripts rely on.

use crate::support::{Lab, line, log, ran};

fn check(lab: &Lab, args: &[&str], code: i32) {
    let ran = lab.run(args);
    assert_eq!(ran.code, code, "{args:?}\n{}\n{}", ran.out, ran.err);
    if code > 1 {
        assert!(!ran.err.is_empty(), "{args:?}: nothing was said");
        assert!(ran.out.is_empty() || args.contains(&"--strict"), "{args:?}: {}", ran.out);
    }
}

#[test]
fn nothing_something_and_trouble() {
    let lab = Lab::new();
    lab.write("found.jsonl", log(1));
    lab.write("clean.jsonl", line(1, "notepad.exe"));
    lab.write("broken.yml", "title: x\nlogsource: {product: windows}\ndetection:\n  condition: nothing\n");
    lab.write("empty.jsonl", "");
    for (args, code) in [
        (&["scan", "--rules", "rule.yml", "clean.jsonl"][..], 0),
        (&["scan", "--rules", "rule.yml", "found.jsonl"], 1),
        (&["scan", "--rules", "rule.yml", "clean.jsonl", "found.jsonl"], 1),
        (&["scan", "--rules", "rule.yml", "empty.jsonl"], 0),
        (&["scan", "--rules", "broken.yml", "found.jsonl"], 2),
        (&["scan", "--rules", "broken.yml", "--rules", "rule.yml", "found.jsonl"], 1),
        (&["scan", "--rules", "broken.yml", "--rules", "rule.yml", "--strict", "found.jsonl"], 2),
        (&["scan", "--rules", "rule.yml", "missing.jsonl"], 3),
        (&["scan", "--rules", "rule.yml", "missing.jsonl", "found.jsonl"], 1),
        (&["scan", "--rules", "rule.yml", "--strict", "missing.jsonl", "found.jsonl"], 3),
        (&["scan", "--rules", "missing.yml", "found.jsonl"], 3),
    ] {
        check(&lab, args, code);
    }
}

#[test]
fn what_was_typed_wrong() {
    let lab = Lab::new();
    lab.write("found.jsonl", log(1));
    for args in [
        &[][..],
        &["scan"],
        &["scan", "--what", "found.jsonl"],
        &["scan", "--rules", "rule.yml", "--threads", "0", "found.jsonl"],
        &["scan", "--rules", "rule.yml", "--from", "yesterday", "found.jsonl"],
        &["scan", "--rules", "rule.yml", "--tz", "Mars/Olympus", "found.jsonl"],
        &["scan", "--rules", "rule.yml", "--min-priority", "big", "found.jsonl"],
        &["scan", "--rules", "rule.yml", "--format", "pdf", "found.jsonl"],
        &["scan", "--pack", "no-such-pack", "found.jsonl"],
        &["pack", "show", "no-such-pack"],
    ] {
        check(&lab, args, 3);
    }
}

#[test]
fn what_is_asked_for_is_no_error() {
    let lab = Lab::new();
    for args in [&["--help"][..], &["--version"], &["version"], &["scan", "--help"]] {
        let ran = lab.run(args);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{args:?}");
        assert!(!ran.out.is_empty(), "{args:?}");
    }
}

#[test]
fn a_pack_that_is_wrong() {
    let lab = Lab::new();
    lab.write("found.jsonl", log(1));
    lab.write("pack/pack.yaml", "format: 1\nid: pack\nnme: x\n");
    check(&lab, &["scan", "--pack", "pack", "found.jsonl"], 2);
    check(&lab, &["scan", "--alert", "NoSuchAlert", "found.jsonl"], 2);
    lab.write("sigma/rule.yml", crate::support::RULE);
    check(&lab, &["pack", "import", "sigma", "--name", "mine"], 0);
    check(&lab, &["scan", "--pack", "mine", "found.jsonl"], 1);
    let alert = crate::support::files(&lab.path("mine/alerts")).remove(0);
    let sound = std::fs::read_to_string(&alert).unwrap();
    lab.write("mine/alerts/Other.yaml", "format: [\n");
    check(&lab, &["scan", "--pack", "mine", "found.jsonl"], 2);
    std::fs::remove_file(lab.path("mine/alerts/Other.yaml")).unwrap();
    std::fs::write(&alert, sound.replace("condition: selection", "condition: selektion")).unwrap();
    check(&lab, &["scan", "--pack", "mine", "found.jsonl"], 2);
    std::fs::write(&alert, sound).unwrap();
    lab.write("bad.yml", "title: [\n");
    check(&lab, &["scan", "--pack", "mine", "--rules", "bad.yml", "found.jsonl"], 1);
}

#[test]
fn a_reader_that_has_gone_is_no_error() {
    let lab = Lab::new();
    let log = lab.write("found.jsonl", log(3));
    let script = format!("{} scan --rules rule.yml {log} | true; exit \"${{PIPESTATUS[0]:-0}}\"", env!("CARGO_BIN_EXE_watchbell"));
    let mut bash = assert_cmd::Command::new("sh");
    let ran = ran(bash.current_dir(lab.dir.path()).args(["-c", &script]));
    assert!(!ran.err.contains("panic"), "{}", ran.err);
}
