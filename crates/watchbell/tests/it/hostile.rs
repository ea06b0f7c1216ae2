//! Input that is damaged, endless or malicious: a message, the rest read, memory bounded.

use crate::support::{Lab, RULE, log};
use std::io::Write;
use std::process::{Command, Stdio};

/// Scans a file that has one good line at its end, which must be found.
fn survives(before: &[u8], reasons: &[&str]) {
    let lab = Lab::new();
    lab.write("a.jsonl", [log(1).as_bytes(), before, b"\n", log(2).as_bytes()].concat());
    let ran = lab.scan(&["a.jsonl"]);
    let stats = lab.stats();
    assert_eq!((ran.code, ran.alerts().len()), (1, 2), "{}", ran.err);
    let told: Vec<&str> = stats["quarantine"].as_array().unwrap().iter().map(|q| q["reason"].as_str().unwrap()).collect();
    assert_eq!(told, reasons);
    let number = |key: &str| stats[key].as_u64().unwrap();
    assert_eq!(number("records"), number("events") + number("skipped") + number("quarantined"));
}

#[test]
fn lines_that_are_no_records() {
    survives("{\"a\":".repeat(10_000).as_bytes(), &["json_too_deep"]);
    survives([b"{\"a\":".repeat(10_000), b"1".to_vec(), b"}".repeat(10_000)].concat().as_slice(), &["json_too_deep"]);
    survives(&[b'['; 10_000], &["bad_json"]);
    survives(&[0; 1000], &["bad_json"]);
    survives(b"{\"EventID\": 4688, \"Channel\": \"Sec", &["bad_json"]);
}

#[test]
fn invalid_utf8_and_nuls_inside_values() {
    let lab = Lab::new();
    let text = crate::support::line(1, "schtasks /create X Y");
    let [before, after] = text.split("X Y").collect::<Vec<_>>().try_into().unwrap();
    for junk in [&b"\xff\xfe\xc3"[..], b"\\u0000", b"\\ud800"] {
        lab.write("a.jsonl", [before.as_bytes(), junk, after.as_bytes()].concat());
        let ran = lab.scan(&["a.jsonl"]);
        assert_eq!(ran.code, 1, "{junk:?}: {} {}", ran.err, lab.stats());
    }
}

#[test]
fn what_is_known_and_not_read_says_what_to_do() {
    let lab = Lab::new();
    lab.write("audit.txt", "----\ntype=CWD msg=audit(11/24/26 04:15:44.347:2898) : cwd=/srv/a \n");
    let ran = lab.scan(&["audit.txt"]);
    assert_eq!((ran.code, lab.stats()["quarantined_by_reason"]["interpreted_audit"].as_u64()), (0, Some(1)), "{}", ran.err);
    assert!(ran.err.contains("warning[format/interpreted_audit]: ") && ran.err.contains("ausearch --format raw"), "{}", ran.err);
}

#[test]
fn files_that_cannot_be_read() {
    let lab = Lab::new();
    lab.write("good.jsonl", log(1));
    lab.write("cut.zip", b"PK\x03\x04\x14\0");
    lab.write("cut.gz", b"\x1f\x8b\x08\0");
    for name in ["cut.zip", "cut.gz", "vanished.jsonl"] {
        let ran = lab.scan(&[name, "good.jsonl"]);
        assert_eq!((ran.code, ran.alerts().len()), (1, 1), "{name}: {}", ran.err);
        assert!(ran.err.contains(name) && ran.err.contains("input/"), "{name}: {}", ran.err);
        assert_eq!(lab.stats()["unreadable"].as_array().unwrap().len(), 1, "{name}");
    }
}

#[cfg(unix)]
#[test]
fn links_that_lead_nowhere_and_pipes_do_not_hang() {
    let lab = Lab::new();
    lab.write("dir/good.jsonl", log(1));
    std::os::unix::fs::symlink("gone", lab.path("dir/link")).unwrap();
    assert!(Command::new("mkfifo").arg(lab.path("dir/pipe")).status().unwrap().success());
    let ran = lab.scan(&["dir"]);
    assert_eq!((ran.code, ran.alerts().len()), (1, 1), "{}", ran.err);
}

#[test]
fn an_event_log_that_breaks_off() {
    let lab = Lab::new();
    let mut file = b"ElfFile\0".to_vec();
    file.resize(4096, 0);
    lab.write("header.evtx", &file);
    file.extend(b"ElfChnk\0");
    file.resize(4096 + 1000, 1);
    lab.write("cut.evtx", &file);
    file.resize(4096 + (64 << 10), 0x41);
    lab.write("rubbish.evtx", &file);
    lab.write("good.jsonl", log(1));
    for name in ["header.evtx", "cut.evtx", "rubbish.evtx"] {
        let ran = lab.scan(&[name, "good.jsonl"]);
        assert_eq!((ran.code, ran.alerts().len()), (1, 1), "{name}: {}", ran.err);
        let lost = lab.stats()["quarantined"].as_u64().unwrap();
        assert!(lost > 0 || name == "header.evtx", "{name}: {}", lab.stats());
    }
}

#[test]
fn rules_that_want_to_be_large() {
    let lab = Lab::new();
    lab.write("a.jsonl", log(1));
    let level = |n: u32| format!("a{n}: &a{n} [*a{0}, *a{0}, *a{0}, *a{0}]\n", n - 1);
    let bomb: String = std::iter::once("a0: &a0 [x]\n".to_owned()).chain((1..30).map(level)).collect();
    let regex = |pattern: &str| RULE.replace("CommandLine|contains: /create", &format!("CommandLine|re: '{pattern}'"));
    for (rule, code) in [
        (bomb + RULE, 2),
        (RULE.replace("selection: {CommandLine|contains: /create}", &format!("selection: {}x{}", "[".repeat(50_000), "]".repeat(50_000))), 2),
        (RULE.replace("condition: selection", &format!("condition: {}selection{}", "(".repeat(50_000), ")".repeat(50_000))), 2),
        (regex("((a{1000}){1000}){1000}"), 2),
        (regex("(x+x+)+y"), 0),
        (regex("("), 2),
    ] {
        lab.write("rule.yml", &rule);
        let ran = lab.scan(&["a.jsonl"]);
        assert_eq!(ran.code, code, "{}: {}", rule.chars().take(200).collect::<String>(), ran.err.chars().take(2000).collect::<String>());
        assert!(code == 0 || ran.err.contains("rule.yml"), "{}", ran.err);
    }
}

#[test]
fn a_catastrophic_expression_on_the_text_it_hates() {
    let lab = Lab::new();
    lab.write("rule.yml", RULE.replace("CommandLine|contains: /create", "CommandLine|re: '(x+x+)+y$'"));
    lab.write("a.jsonl", crate::support::line(1, &"x".repeat(30_000)));
    assert_eq!(lab.scan(&["a.jsonl"]).code, 0);
}

/// Feeds a scan through stdin, and gives its peak memory in megabytes before it ends, and what it said.
#[cfg(target_os = "linux")]
fn peak(lab: &Lab, feed: impl FnOnce(&mut dyn Write)) -> (u64, String) {
    let mut scan = Command::new(env!("CARGO_BIN_EXE_watchbell"))
        .current_dir(lab.dir.path())
        .args(["scan", "--rules", "rule.yml", "--stats", "stats.json", "--format", "none", "-"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = scan.stdin.take().unwrap();
    feed(&mut stdin);
    let status = std::fs::read_to_string(format!("/proc/{}/status", scan.id())).unwrap_or_default();
    let high = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    drop(stdin);
    let output = scan.wait_with_output().unwrap();
    (high.unwrap_or_default() >> 10, String::from_utf8_lossy(&output.stderr).into_owned())
}

#[cfg(target_os = "linux")]
#[test]
fn a_line_of_100_megabytes() {
    let lab = Lab::new();
    let (megabytes, said) = peak(&lab, |stdin| {
        stdin.write_all(log(1).as_bytes()).unwrap();
        stdin.write_all(b"{\"CommandLine\": \"").unwrap();
        (0..100).for_each(|_| stdin.write_all(&vec![b'a'; 1 << 20]).unwrap());
        stdin.write_all(b"\"}\n").unwrap();
        stdin.write_all(log(2).repeat(200).as_bytes()).unwrap();
    });
    let stats = lab.stats();
    assert_eq!(stats["quarantined_by_reason"]["long_line"], 1, "{stats} {said}");
    assert_eq!(stats["events"], 401);
    assert!(megabytes < 300, "{megabytes} MB");
}

#[cfg(target_os = "linux")]
#[test]
fn bombs() {
    let lab = Lab::new();
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let mut bz2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
    for _ in 0..200 {
        gz.write_all(&vec![b' '; 1 << 20]).unwrap();
        bz2.write_all(&vec![b' '; 1 << 20]).unwrap();
    }
    for (name, bomb, code) in [("gz", gz.finish().unwrap(), ""), ("bz2", bz2.finish().unwrap(), "input/ratio")] {
        let (megabytes, said) = peak(&lab, |stdin| drop(stdin.write_all(&bomb)));
        assert!(megabytes < 300, "{name}: {megabytes} MB");
        assert!(said.contains(code), "{name}: {said}");
    }
}
