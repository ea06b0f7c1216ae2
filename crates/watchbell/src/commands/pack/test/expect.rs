//! What a sample's result lacks of what it expects, in words.

use watchbell_alerts::Triggered;
use watchbell_pipeline::Outcomes;
use watchbell_rules::pack::{Expected, Sample};

pub fn shortfalls(sample: &Sample, outcomes: &Outcomes) -> Vec<String> {
    let fired = &outcomes.alerts;
    let mut lacks: Vec<String> = sample.expect.iter().filter_map(|expected| missing(expected, fired)).collect();
    let loud = sample.silent.iter().filter(|name| fired.iter().any(|a| a.definition.name == **name));
    lacks.extend(loud.map(|name| format!("{name} must stay silent")));
    if sample.only {
        let unexpected = fired.iter().filter(|a| !sample.expect.iter().any(|e| e.alert == a.definition.name));
        lacks.extend(unexpected.map(|a| format!("{} fires, and nothing but what is expected may: {}", a.definition.name, a.summary())));
    }
    let held = |key: &String| outcomes.excepted.get(key).is_some_and(|n| *n > 0);
    lacks.extend(sample.show_excepted.iter().filter(|key| !held(key)).map(|key| format!("the exception {key} held nothing back")));
    lacks
}

/// Why no triggered alert is the expected one; the reason is told of the nearest.
fn missing(expected: &Expected, fired: &[Triggered]) -> Option<String> {
    let own: Vec<&Triggered> = fired.iter().filter(|a| a.definition.name == expected.alert).collect();
    let lacks = own.iter().map(|alert| differences(expected, alert)).min_by_key(Vec::len);
    match lacks {
        None => Some(format!("{} does not fire", expected.alert)),
        Some(lacks) if lacks.is_empty() => None,
        Some(lacks) => Some(format!("{}: {}", expected.alert, lacks.join(", "))),
    }
}

fn differences(expected: &Expected, alert: &Triggered) -> Vec<String> {
    let mut lacks = Vec::new();
    let mut compare = |what: &str, want: Option<String>, have: String| {
        if let Some(want) = want.filter(|want| *want != have) {
            lacks.push(format!("{what} is {have}, not {want}"));
        }
    };
    compare("outcome", expected.outcome.map(|o| o.word().to_owned()), alert.outcome.word().to_owned());
    compare("count", expected.count.map(|n| n.to_string()), alert.count.to_string());
    compare("priority", expected.priority.map(|p| p.word().to_owned()), alert.definition.priority.word().to_owned());
    for (name, want) in expected.entities.iter() {
        compare(name, Some(want.clone()), alert.entity(name).unwrap_or("absent").to_owned());
    }
    if let Some(line) = expected.line {
        let there = alert.events.iter().any(|e| e.lines.is_some_and(|(first, last)| (first..=last).contains(&line)));
        compare("line", Some("among its events".to_owned()), if there { "among its events" } else { "elsewhere" }.to_owned());
    }
    if let Some(record) = expected.record {
        let there = alert.events.iter().any(|e| e.record == Some(record));
        compare("record", Some("among its events".to_owned()), if there { "among its events" } else { "elsewhere" }.to_owned());
    }
    lacks
}
