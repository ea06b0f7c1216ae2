//! The commands beside `scan`.

use crate::support::{Lab, RULE, SAMPLES, line, log};
use serde_json::Value;

const PACK: &str = "mitre-t1053-scheduled-task-job";

#[test]
fn packs_are_listed_and_shown() {
    let lab = Lab::new();
    assert!(lab.run(&["pack", "list"]).out.starts_with(PACK));
    let listed: Value = serde_json::from_str(lab.run(&["pack", "list", "--json"]).out.lines().next().unwrap()).unwrap();
    assert_eq!(listed["id"], PACK);
    let all = lab.run(&["pack", "show", PACK]);
    let one = lab.run(&["pack", "show", PACK, "SecOpsWinSchtasksRemoteSystem"]);
    assert_eq!((all.code, one.code), (0, 0));
    for name in [
        "SecOpsLinuxAddFilestoCrontabDir",
        "SecOpsLinuxAppendCronjobEntry",
        "SecOpsWinScheduledTaskCreation",
        "SecOpsWinSchtasksForcedReboot",
        "SecOpsWinSchtasksRemoteSystem",
        "SecOpsAzureAutomationWebhookCreated",
        "SecOpsAzureAutomationRunbookCreatedOrMofidied",
    ] {
        assert!(all.out.contains(name), "{name}");
    }
    assert!(one.out.contains("T1053.005"), "{}", one.out);
    assert_eq!(lab.run(&["pack", "show", PACK, "NoSuchAlert"]).code, 3);
}

#[test]
fn a_schema_for_each_file() {
    let lab = Lab::new();
    for document in ["alert", "pack", "expect"] {
        let ran = lab.run(&["pack", "schema", document]);
        let schema: Value = serde_json::from_str(&ran.out).unwrap();
        assert!(schema["$schema"].is_string() && schema["properties"].is_object(), "{document}");
    }
}

#[test]
fn rules_are_checked() {
    let lab = Lab::new();
    assert_eq!(lab.run(&["rules", "check", "rule.yml"]).code, 0);
    lab.write("rules/bad.yml", RULE.replace("condition: selection", "condition: selektion"));
    lab.write("rules/good.yml", RULE);
    let ran = lab.run(&["rules", "check", "rules"]);
    assert_eq!(ran.code, 2);
    assert!(ran.out.contains("bad.yml") && ran.out.contains("selektion") && ran.out.contains("1 rules can be used"), "{}", ran.out);
    let json: Value = serde_json::from_str(lab.run(&["rules", "check", "--json", "rules"]).out.lines().next().unwrap()).unwrap();
    assert!(json["code"].is_string(), "{json}");
    assert_eq!(lab.run(&["rules", "check", "missing"]).code, 3);
}

#[test]
fn a_rule_is_explained() {
    let lab = Lab::new();
    lab.write("hit.jsonl", log(1));
    lab.write("miss.jsonl", line(1, "schtasks /query"));
    lab.write("other.log", "Mar  3 17:00:00 web01 crontab[14400]: (deploy) DELETE (deploy)\n");
    for (event, code, word) in [("hit.jsonl", 1, "holds"), ("miss.jsonl", 0, "does not hold"), ("other.log", 0, "not asked")] {
        let ran = lab.run(&["rules", "explain", "rule.yml", event]);
        assert_eq!(ran.code, code, "{event}: {} {}", ran.out, ran.err);
        assert!(ran.out.contains(word), "{event}: {}", ran.out);
    }
    assert!(lab.run(&["rules", "explain", "rule.yml", "miss.jsonl"]).out.contains("schtasks /query"), "the value that was seen");
}

#[test]
fn a_folder_of_rules_becomes_a_pack_that_is_built() {
    let lab = Lab::new();
    lab.write("sigma/rule.yml", RULE);
    let ran = lab.run(&["pack", "import", "sigma", "--name", "mine", "--output", "packs/mine"]);
    assert_eq!(ran.code, 0, "{} {}", ran.out, ran.err);
    assert_eq!(lab.run(&["pack", "import", "sigma", "--name", "mine", "--output", "packs/mine"]).code, 3, "it exists");
    lab.write("a.jsonl", log(1));
    let found = lab.run(&["scan", "--pack", "packs/mine", "a.jsonl"]);
    assert_eq!((found.code, found.alerts().len()), (1, 1), "{}", found.err);
    lab.write("key", "07".repeat(32));
    let built = lab.run(&["pack", "build", "packs/mine", "--key", "key", "--output", "mine.wbpack"]);
    assert_eq!(built.code, 0, "{}", built.err);
    let archive = std::fs::read(lab.path("mine.wbpack")).unwrap();
    assert!(!archive.windows(8).any(|bytes| bytes == b"/create}"), "packed");
    lab.write("key", "7");
    assert_eq!(lab.run(&["pack", "build", "packs/mine", "--key", "key"]).code, 3);
}

#[test]
fn completions_and_version() {
    let lab = Lab::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = lab.run(&["completions", shell]);
        assert!(ran.code == 0 && ran.out.contains("watchbell"), "{shell}");
    }
    assert_eq!(lab.run(&["version"]).out.trim(), concat!("watchbell ", env!("CARGO_PKG_VERSION")));
}

#[test]
fn the_readme_scan_finds_something() {
    let lab = Lab::new();
    let ran = lab.run(&["scan", "--stats", "stats.json", SAMPLES]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    let stats = lab.stats();
    assert_eq!(stats["unreadable"].as_array().unwrap().len(), 0);
    assert_eq!(stats["rejected_rules"], 0);
}
