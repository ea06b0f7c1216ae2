//! OCSF 1.3 Detection Finding (class 2004), one object a line: <https://schema.ocsf.io/1.3.0/classes/detection_finding>

use crate::{Scope, Triggered};
use serde_json::{Map, Value, json};
use std::io::{self, Write};
use watchbell_model::{EventId, Outcome, Priority, Timestamp};

pub fn ocsf(alerts: &[Triggered], out: &mut dyn Write) -> io::Result<()> {
    alerts.iter().try_for_each(|alert| {
        serde_json::to_writer(&mut *out, &finding(alert))?;
        out.write_all(b"\n")
    })
}

fn finding(alert: &Triggered) -> Value {
    let mut finding = json!({
        "class_uid": 2004, "class_name": "Detection Finding",
        "category_uid": 2, "category_name": "Findings",
        "activity_id": 1, "activity_name": "Create", "type_uid": 200_401, "type_name": "Detection Finding: Create",
        "severity_id": severity(alert.priority).0, "severity": severity(alert.priority).1,
        "status_id": 1, "status": "New",
        "count": alert.count,
        "message": alert.summary(),
        "is_alert": true,
        "metadata": {"version": "1.3.0", "product": {"name": "Watchbell", "vendor_name": "Watchbell"}, "uid": alert.id.to_string(),
                     "profiles": ["host"]},
        "finding_info": finding_info(alert),
        "evidences": alert.events.iter().map(evidence).collect::<Vec<_>>(),
        "unmapped": {"outcome": alert.outcome.word(), "entities": alert.entities.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
                     "job": alert.job_document(), "ladder": alert.background.as_ref().map(|background| json!(background.ladder_document()))},
    });
    if let Some(map) = finding.as_object_mut() {
        if let Some(scope) = alert.scope() {
            map["metadata"]["correlation_uid"] = json!(scope.id);
        }
        put(map, "time", alert.time.map(millis));
        put(map, "start_time", alert.time.map(millis));
        put(map, "end_time", alert.last.map(millis));
        put(map, "device", alert.entity("host").map(|host| json!({"hostname": host, "type_id": 0})));
        put(map, "disposition", (alert.outcome == Outcome::Failed).then_some("Blocked"));
        put(map, "disposition_id", (alert.outcome == Outcome::Failed).then_some(2));
    }
    finding
}

fn finding_info(alert: &Triggered) -> Value {
    let about = &alert.definition;
    let mut info = json!({
        "uid": alert.id.to_string(), "title": about.title, "desc": about.description.trim(),
        "types": [about.name], "product_uid": about.id,
        "analytic": {"type_id": 1, "type": "Rule", "name": alert.rules.first().map(|r| &r.title), "uid": alert.rules.first().map(|r| &r.id)},
        "attacks": about.attack.iter().map(|id| attack(id)).collect::<Vec<_>>(),
        "data_sources": sources(alert),
    });
    if let Some(map) = info.as_object_mut() {
        put(map, "first_seen_time", alert.time.map(millis));
        put(map, "last_seen_time", alert.last.map(millis));
        put(map, "created_time", alert.time.map(millis));
        put(map, "related_events", alert.scope().map(|scope| related(alert, scope)));
    }
    info
}

/// The findings of the same ladder.
fn related(alert: &Triggered, scope: &Scope) -> Vec<Value> {
    let named = |id: &EventId| json!({"uid": id, "type_uid": 200_401, "type": "Detection Finding: Create"});
    scope.alerts.iter().filter(|id| **id != alert.id).map(named).collect()
}

/// A tactic, a technique, or a sub-technique with its technique.
fn attack(id: &str) -> Value {
    let mut map = Map::new();
    match id.split_once('.') {
        _ if id.starts_with("TA") => put(&mut map, "tactic", Some(json!({"uid": id}))),
        Some((technique, _)) => {
            put(&mut map, "technique", Some(json!({"uid": technique})));
            put(&mut map, "sub_technique", Some(json!({"uid": id})));
        }
        None => put(&mut map, "technique", Some(json!({"uid": id}))),
    }
    Value::Object(map)
}

fn sources(alert: &Triggered) -> Vec<String> {
    let mut sources: Vec<String> = alert.events.iter().map(|event| event.source.to_string()).collect();
    sources.sort();
    sources.dedup();
    sources
}

fn evidence(event: &crate::EventRef) -> Value {
    json!({"data": {"event_id": event.id, "file": &*event.file, "line": event.lines.map(|(a, b)| [a, b]), "record_id": event.record,
                    "time": event.time, "source": event.source.to_string()}})
}

fn severity(priority: Priority) -> (u8, &'static str) {
    match priority {
        Priority::VeryLow => (1, "Informational"),
        Priority::Low => (2, "Low"),
        Priority::Normal => (3, "Medium"),
        Priority::High => (4, "High"),
        Priority::VeryHigh => (5, "Critical"),
    }
}

fn millis(time: Timestamp) -> i64 {
    time.nanos.div_euclid(1_000_000)
}

fn put(map: &mut Map<String, Value>, key: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        map.insert(key.to_owned(), value.into());
    }
}
