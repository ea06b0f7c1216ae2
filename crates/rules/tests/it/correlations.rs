//! Correlations: what they refer to, in which order, and what is refused.

use std::fmt::Write;
use watchbell_rules::{Loader, Ruleset, Target};

const RULES: &str = "
title: A
id: 00000000-0000-0000-0000-00000000000a
name: rule_a
logsource: {category: c}
detection: {s: {A: 1}, condition: s}
---
title: B
name: rule_b
logsource: {category: c}
detection: {s: {B: 1}, condition: s}
";

fn load(texts: &[&str]) -> (Ruleset, Vec<String>) {
    let mut loader = Loader::new();
    for text in texts {
        loader.add_text("t.yml", text);
    }
    let (set, problems) = loader.finish();
    (set, problems.iter().map(|problem| format!("{} at {}", problem.code, problem.line)).collect())
}

fn counted(fields: &[&str]) -> String {
    if fields.is_empty() { String::new() } else { format!("; {}", fields.join(" ")) }
}

/// Every correlation in one line.
fn words(set: &Ruleset) -> String {
    let mut out = String::new();
    for c in &set.correlations {
        let field = |id: &watchbell_model::FieldId| set.fields.name(*id);
        let of = c.of.iter().map(|referred| {
            let target = match referred.target {
                Target::Rule(rule) => set.rules[rule.0 as usize].about.title.clone(),
                Target::Correlation(number) => set.correlations[number as usize].about.title.clone(),
            };
            let group: Vec<&str> = referred.group.iter().map(field).collect();
            format!("{target}({}{})", group.join(","), counted(&referred.values.iter().map(field).collect::<Vec<_>>()))
        });
        let of: Vec<String> = of.collect();
        writeln!(out, "{}: {:?} of {} within {}{}", c.about.title, c.kind, of.join(" "), c.timespan_seconds, if c.generate { ", generate" } else { "" })
            .unwrap();
    }
    out
}

fn check(correlation: &str, expected: &str) {
    let (set, problems) = load(&[RULES, &format!("title: C\n{correlation}")]);
    let found = if problems.is_empty() { words(&set) } else { problems.join("\n") };
    assert_eq!(found.trim(), expected.trim(), "\n{correlation}");
}

#[test]
fn kinds() {
    let bound = |op: &str, value: &str| format!("Bounds([Bound {{ compare: {op}, negated: false, value: {value} }}])");
    let ten = bound("GreaterOrEqual", "10.0");
    for (kind, condition, meant, value) in [
        ("event_count", "{gte: 10}", format!("EventCount({ten})"), ""),
        ("value_count", "{gte: 10, field: V}", format!("ValueCount({ten})"), "; V"),
        ("value_count", "{gte: 10, field: [V, W]}", format!("ValueCount({ten})"), "; V W"),
        ("value_sum", "{gte: 10, field: V}", format!("ValueSum({ten})"), "; V"),
        ("value_avg", "{gt: 1.5, field: V}", format!("ValueAvg({})", bound("Greater", "1.5")), "; V"),
        ("value_median", "{lt: 10, field: V}", format!("ValueMedian({})", bound("Less", "10.0")), "; V"),
        (
            "value_percentile",
            "{lte: 10, field: V, percentile: 95}",
            format!("ValuePercentile {{ percentile: 95, bounds: {} }}", bound("LessOrEqual", "10.0")),
            "; V",
        ),
    ] {
        let correlation = format!("correlation: {{type: {kind}, rules: rule_a, group-by: [G], timespan: 5m, condition: {condition}}}");
        check(&correlation, &format!("C: {meant} of A(G{value}) within 300"));
    }
    check(
        "correlation: {type: event_count, rules: [rule_a], timespan: 1h, condition: {neq: 3, gt: 1}}",
        "C: EventCount(Bounds([Bound { compare: Equal, negated: true, value: 3.0 }, Bound { compare: Greater, negated: false, value: 1.0 }])) of A() within 3600",
    );
}

#[test]
fn temporal() {
    let of = |kind: &str, rest: &str| format!("correlation: {{type: {kind}, rules: [rule_a, rule_b], timespan: 10s{rest}}}");
    check(&of("temporal", ""), "C: Temporal(None) of A() B() within 10");
    check(&of("temporal_ordered", ", generate: true"), "C: TemporalOrdered(None) of A() B() within 10, generate");
    check(&of("temporal", ", condition: {gte: 2}"), "C: Temporal(None) of A() B() within 10");
    check(&of("temporal", ", condition: {gte: 1}"), "C: Temporal(Some(Any([All([Seen(0)]), All([Seen(1)])]))) of A() B() within 10");
    check(&of("temporal", ", condition: rule_a and not rule_b"), "C: Temporal(Some(All([Seen(0), Not(Seen(1))]))) of A() B() within 10");
    check(&of("temporal", ", condition: all of rule_*"), "C: Temporal(Some(Any([All([Seen(0), Seen(1)])]))) of A() B() within 10");
    check("correlation: {type: temporal, timespan: 1d, condition: rule_b or rule_a}", "C: Temporal(Some(Any([Seen(0), Seen(1)]))) of B() A() within 86400");
    check(&of("temporal", ", condition: rule_c"), "sigma/correlation-condition at 2");
}

#[test]
fn aliases_and_ids() {
    let aliases = "
correlation:
  type: value_count
  rules: [00000000-0000-0000-0000-00000000000a, rule_b]
  group-by: [who, Host]
  timespan: 1m
  aliases:
    who: {rule_a: User, rule_b: SubjectUserName}
    what: {rule_b: Target}
  condition: {gte: 2, field: what}";
    let count = "ValueCount(Bounds([Bound { compare: GreaterOrEqual, negated: false, value: 2.0 }]))";
    check(aliases, &format!("C: {count} of A(User,Host; what) B(SubjectUserName,Host; Target) within 60"));
}

#[test]
fn nesting_puts_the_inner_one_first() {
    let outer = "title: Outer\nname: outer\ncorrelation: {type: temporal, rules: [inner, rule_b], group-by: G, timespan: 1h}\n";
    let inner = "title: Inner\nname: inner\ncorrelation: {type: event_count, rules: rule_a, group-by: G, timespan: 1m, condition: {gte: 2}}\n";
    let mut loader = Loader::new();
    let numbers: Vec<usize> = [outer, inner, RULES].iter().flat_map(|text| loader.add_text("t.yml", text).correlations).collect();
    let (set, problems) = loader.finish();
    assert!(problems.is_empty());
    let titles: Vec<&str> = set.correlations.iter().map(|c| c.about.title.as_str()).collect();
    assert_eq!(titles, ["Inner", "Outer"]);
    assert_eq!(numbers.iter().map(|n| set.correlation(*n)).collect::<Vec<_>>(), [Some(1), Some(0)]);
    assert_eq!(set.correlations[1].of[0].target, Target::Correlation(0));
}

#[test]
fn what_is_refused() {
    let correlation = |name: &str, of: &str| format!("title: {name}\nname: {name}\ncorrelation: {{type: temporal, rules: [{of}], timespan: 1h}}\n");
    let (set, problems) = load(&[RULES, &correlation("c", "d"), &correlation("d", "c"), &correlation("e", "c"), &correlation("f", "rule_a")]);
    assert_eq!(problems, ["sigma/correlation-cycle at 3", "sigma/correlation-cycle at 3", "sigma/correlation-cycle at 3"]);
    assert_eq!(set.correlations.len(), 1);
    let (_, problems) = load(&[RULES, &correlation("c", "absent"), &correlation("d", "c")]);
    assert_eq!(problems, ["sigma/unknown-rule at 3", "sigma/unknown-rule at 3"]);
    for (body, code) in [
        ("{type: count, rules: rule_a, timespan: 1h}", "sigma/correlation-type"),
        ("{type: temporal, rules: rule_a, timespan: 1 hour}", "sigma/timespan"),
        ("{type: temporal, rules: rule_a, timespan: 0s}", "sigma/timespan"),
        ("{type: temporal, timespan: 1h}", "sigma/correlation-rules"),
        ("{type: event_count, rules: rule_a, timespan: 1h}", "sigma/correlation-condition"),
        ("{type: event_count, rules: rule_a, timespan: 1h, condition: {more: 3}}", "sigma/correlation-condition"),
        ("{type: event_count, rules: rule_a, timespan: 1h, condition: {gte: x}}", "sigma/correlation-condition"),
        ("{type: event_count, rules: rule_a, timespan: 1h, condition: rule_a}", "sigma/correlation-condition"),
        ("{type: value_count, rules: rule_a, timespan: 1h, condition: {gte: 3}}", "sigma/correlation-field"),
        ("{type: value_count, rules: rule_a, timespan: 1h, condition: {gte: 3, field: []}}", "sigma/correlation-field"),
        ("{type: value_count, rules: rule_a, timespan: 1h, condition: {gte: 3, field: [V, {}]}}", "sigma/correlation-field"),
        ("{type: value_sum, rules: rule_a, timespan: 1h, condition: {gte: 3, field: [V, W]}}", "sigma/correlation-field"),
        ("{type: value_percentile, rules: rule_a, timespan: 1h, condition: {gte: 3, field: V}}", "sigma/percentile"),
        ("{type: temporal, rules: rule_a, timespan: 1h, aliases: [a]}", "sigma/aliases"),
        ("[a]", "sigma/type"),
    ] {
        check(&format!("correlation: {body}"), &format!("{code} at 2"));
    }
}
