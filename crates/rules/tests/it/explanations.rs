//! Why a rule holds or not, in words.

use watchbell_rules::{Answer, Loader, explain};

const RULE: &str = r"
title: t
logsource: {category: c}
detection:
  tool:
    - Image|endswith: '\tool.exe'
    - Original: tool.exe
  create:
    Command|contains|all: [' /create ', run]
  filter:
    User: [a, b, c, d, e, f]
    Parent: null
  condition: tool and create and not filter
";

/// Predicates whose words begin with one of `held` hold; every field but `Parent` is there.
fn explained(held: &[&str]) -> String {
    let mut loader = Loader::new();
    loader.add_text("t.yml", RULE);
    let (set, problems) = loader.finish();
    assert!(problems.is_empty());
    let rule = &set.rules[0];
    let mut ask = |id| {
        let words = set.words(&watchbell_rules::Condition::Is(id));
        let saw = (!words.starts_with("Parent")).then(|| "seen\n".to_owned());
        Answer { held: held.iter().any(|held| words.starts_with(held)), saw }
    };
    explain(&set, rule, &mut ask).to_string()
}

#[test]
fn what_held_and_what_did_not() {
    let expected = r"
+ tool and create and not filter
  + tool
    + Image ends with '\tool.exe'   (saw 'seen\n')
    - Original is 'tool.exe'   (saw 'seen\n')
  + create
    + Command contains ' /create '   (saw 'seen\n')
    + Command contains 'run'   (saw 'seen\n')
  - filter
    - User is 'a', or is 'b', or is 'c', or is 'd', or 2 more   (saw 'seen\n')
    + Parent is null   (no such field)
";
    assert_eq!(explained(&["Image", "Command", "Parent"]).trim(), expected.trim());
}

#[test]
fn a_value_that_held_stands_for_its_list() {
    let shown = explained(&["Original", "User is 'e'"]);
    assert!(shown.starts_with("- tool and create and not filter\n"));
    assert!(shown.contains("    + User is 'e'   (saw 'seen\\n')\n    - Parent is null   (no such field)\n"), "{shown}");
}
