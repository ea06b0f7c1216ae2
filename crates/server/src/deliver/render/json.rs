//! The document for programs: what alert systems send, and besides it the story, the ladder and the job.

use super::Telling;
use super::page::Page;
use serde_json::{Map, Value, json};
use watchbell_model::Timestamp;

pub fn document(telling: &Telling<'_>, page: &Page) -> Value {
    let (alert, row) = (&telling.case.alert, &telling.case.row);
    let whole = serde_json::to_value(alert).unwrap_or_default();
    let part = |key: &str| whole.get(key).cloned().unwrap_or_default();
    let fields: Map<String, Value> = alert.entities.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    let created = Timestamp { nanos: row.created, digits: 3 };
    json!({
        "kind": if telling.update { "update" } else { "new" },
        "id": row.id,
        "domain": telling.domain,
        "priority": row.priority.number(),
        "priorityName": row.priority.word(),
        "context": format!("{}.{}", row.pack, row.alert),
        "category": row.category,
        "status": row.status.number(),
        "statusName": row.status.word(),
        "creationDate": created,
        "title": alert.definition.title,
        "summary": page.sentences.join(" "),
        "description": alert.definition.description,
        "extraData": fields,
        "link": page.link,
        "outcome": alert.outcome,
        "host": row.host,
        "user": row.user,
        "time": alert.time,
        "last": alert.last,
        "count": row.count,
        "attack": alert.definition.attack,
        "news": page.news,
        "countdown": page.countdown,
        "respond": page.commands,
        "triage": page.triage,
        "story": part("story"),
        "ladder": part("ladder"),
        "job": part("job"),
        "gaps": part("gaps"),
    })
}
