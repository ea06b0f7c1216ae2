//! `pack lint` and `pack test`, on the pack that is shipped and on one made wrong.

use crate::support::{Lab, RULE, log};

const PACK: &str = "mitre-t1053-scheduled-task-job";

/// A pack of one alert with a sample that fires.
fn pack(lab: &Lab) {
    lab.write("sigma/rule.yml", RULE);
    assert_eq!(lab.run(&["pack", "import", "sigma", "--name", "mine"]).code, 0);
    let alert = std::fs::read_dir(lab.path("mine/alerts")).unwrap().next().unwrap().unwrap().path();
    let name = alert.file_stem().unwrap().to_str().unwrap().to_owned();
    lab.write("mine/samples/one/nxlog.jsonl", log(2));
    lab.write("mine/samples/one/expect.yaml", format!("title: two tasks\nwritten: from NXLog's flat JSON\nexpect:\n  - {{alert: {name}}}\n"));
}

#[test]
fn the_shipped_pack_is_sound() {
    let lab = Lab::new();
    let lint = lab.run(&["pack", "lint", PACK]);
    assert_eq!(lint.code, 0, "{}\n{}", lint.out, lint.err);
    let test = lab.run(&["pack", "test", PACK, "--verbose"]);
    assert_eq!(test.code, 0, "{}\n{}", test.out, test.err);
}

#[test]
fn an_imported_filter_holds_back_and_is_seen() {
    let lab = Lab::new();
    lab.write("sigma/rule.yml", RULE);
    let filter = "title: Our deployment\nlogsource: {product: windows}\nfilter: {rules: [0d1b8c7e-6a53-4c0e-9a6b-5f2f1f3c9d10], who: {User|endswith: weber}, condition: not who}\n";
    lab.write("sigma/filters/ours.yml", filter);
    assert_eq!(lab.run(&["pack", "import", "sigma", "--name", "mine"]).code, 0);
    lab.write("a.jsonl", log(1) + &log(2).replace("k.weber", "m.ott"));
    let ran = lab.run(&["scan", "--pack", "mine", "--format", "ndjson", "--stats", "stats.json", "a.jsonl"]);
    assert_eq!((ran.code, ran.alerts().len()), (1, 1), "{}", ran.err);
    assert_eq!(lab.stats()["excepted"]["Rule/our-deployment"], 1);
}

#[test]
fn samples_and_their_mutations_are_told() {
    let lab = Lab::new();
    pack(&lab);
    let ran = lab.run(&["pack", "test", "mine", "--verbose", "--junit", "junit.xml"]);
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    assert!(ran.out.starts_with("ok     one"), "{}", ran.out);
    // The rule looks for `/create` as it is written: a dash, quotes and base64 are ways round it.
    for silent in ["command: slash and dash", "command: quotes inside words", "command: powershell -EncodedCommand"] {
        assert!(ran.out.contains(&format!("silent: {silent}: ")), "{silent}: {}", ran.out);
    }
    assert!(!ran.out.contains("silent: schema") && !ran.out.contains("silent: command: letter case"), "{}", ran.out);
    let junit = std::fs::read_to_string(lab.path("junit.xml")).unwrap();
    assert!(junit.contains("tests=\"1\" failures=\"0\"") && junit.contains("<property name=\"mutation.silent\" value=\"command: slash and dash"), "{junit}");
    let strict = lab.run(&["pack", "test", "mine", "--strict-mutations", "--junit", "junit.xml"]);
    assert_eq!(strict.code, 2);
    assert!(std::fs::read_to_string(lab.path("junit.xml")).unwrap().contains("failures=\"1\""));
}

#[test]
fn a_sample_that_lacks_something_fails() {
    let lab = Lab::new();
    pack(&lab);
    lab.write("mine/samples/one/nxlog.jsonl", crate::support::line(1, "notepad"));
    let ran = lab.run(&["pack", "test", "mine"]);
    assert_eq!(ran.code, 2);
    assert!(ran.out.contains("FAILED one") && ran.out.contains("does not fire"), "{}", ran.out);
}
