//! Tables that a search may ask beside events: what was triggered, what was done, who was told.

use crate::app::House;
use crate::auth::Who;
use watchbell_lake::{Cells, Error, Table};
use watchbell_store::{AttemptFilter, AttemptRow, AuditFilter, AuditRow, Cursor, Listed, Order, Page, TriggeredFilter, TriggeredRow};

pub const TRIGGERED: &str = "triggered";
pub const ACTIONS: &str = "actions";
pub const DELIVERIES: &str = "deliveries";

/// The newest rows of a table that a search sees.
const MOST: usize = 100_000;

/// A table, as somebody may see it.
pub fn table(house: &House, who: &Who, name: &str) -> Result<Option<Table>, Error> {
    let kept = |error: watchbell_store::Error| Error::Query(format!("the table {name} cannot be read: {error}"));
    match name {
        TRIGGERED => {
            let filter = TriggeredFilter { visible: who.reach.visible(), ..TriggeredFilter::default() };
            let rows = all(|page| house.store.list_triggered(&filter, Order::NewestFirst, page)).map_err(kept)?;
            Ok(Some(triggered(&rows)))
        }
        ACTIONS if !who.is_admin() => Err(Error::Denied(format!("the table {ACTIONS} is for admins"))),
        ACTIONS => Ok(Some(actions(&all(|page| house.store.audit(&AuditFilter::default(), page)).map_err(kept)?))),
        DELIVERIES => Ok(Some(deliveries(&all(|page| house.store.attempts(&AttemptFilter::default(), page)).map_err(kept)?))),
        _ => Ok(None),
    }
}

fn all<T>(list: impl Fn(&Page) -> watchbell_store::Result<Listed<T>>) -> watchbell_store::Result<Vec<T>> {
    let (mut rows, mut after) = (Vec::new(), None::<Cursor>);
    loop {
        let listed = list(&Page { after: after.take(), limit: 1000 })?;
        rows.extend(listed.items);
        after = listed.next;
        if after.is_none() || rows.len() >= MOST {
            return Ok(rows);
        }
    }
}

fn triggered(rows: &[TriggeredRow]) -> Table {
    let text = |of: fn(&TriggeredRow) -> &str| Cells::Text(rows.iter().map(|row| Some(of(row)).filter(|text| !text.is_empty()).map(str::to_owned)).collect());
    let time = |of: fn(&TriggeredRow) -> Option<i64>| Cells::Time(rows.iter().map(of).collect());
    let columns = vec![
        ("id", text(|row| &row.id)),
        ("time", time(|row| row.time)),
        ("last", time(|row| row.last)),
        ("alert", text(|row| &row.alert)),
        ("title", text(|row| &row.title)),
        ("summary", text(|row| &row.summary)),
        ("pack", text(|row| &row.pack)),
        ("category", text(|row| &row.category)),
        ("status", text(|row| row.status.word())),
        ("priority", Cells::Number(rows.iter().map(|row| Some(i64::from(row.priority.number()))).collect())),
        ("outcome", text(|row| row.outcome.word())),
        ("host", text(|row| &row.host)),
        ("user", text(|row| &row.user)),
        ("count", Cells::Number(rows.iter().map(|row| i64::try_from(row.count).ok()).collect())),
        ("assignee", text(|row| row.assignee.as_deref().unwrap_or_default())),
        ("acknowledged_by", text(|row| row.acknowledged_by.as_deref().unwrap_or_default())),
        ("acknowledged_at", time(|row| row.acknowledged_at)),
        ("created", time(|row| Some(row.created))),
        ("updated", time(|row| Some(row.updated))),
    ];
    Table { columns }
}

fn actions(rows: &[AuditRow]) -> Table {
    let text = |of: fn(&AuditRow) -> &str| Cells::Text(rows.iter().map(|row| Some(of(row)).filter(|text| !text.is_empty()).map(str::to_owned)).collect());
    let columns = vec![
        ("id", Cells::Number(rows.iter().map(|row| Some(row.id)).collect())),
        ("time", Cells::Time(rows.iter().map(|row| Some(row.at)).collect())),
        ("actor", text(|row| &row.actor)),
        ("via", text(|row| &row.via)),
        ("action", text(|row| &row.action)),
        ("kind", text(|row| &row.kind)),
        ("target", text(|row| &row.target)),
        ("before", text(|row| row.before.as_deref().unwrap_or_default())),
        ("after", text(|row| row.after.as_deref().unwrap_or_default())),
    ];
    Table { columns }
}

fn deliveries(rows: &[AttemptRow]) -> Table {
    let text = |of: fn(&AttemptRow) -> &str| Cells::Text(rows.iter().map(|row| Some(of(row)).filter(|text| !text.is_empty()).map(str::to_owned)).collect());
    let number = |of: fn(&AttemptRow) -> i64| Cells::Number(rows.iter().map(|row| Some(of(row))).collect());
    let columns = vec![
        ("id", number(|row| row.id)),
        ("time", Cells::Time(rows.iter().map(|row| Some(row.at)).collect())),
        ("message", number(|row| row.message)),
        ("triggered", text(|row| &row.triggered_id)),
        ("kind", text(|row| &row.kind)),
        ("method", text(|row| &row.method_name)),
        ("recipient", text(|row| &row.recipient)),
        ("number", number(|row| i64::from(row.number))),
        ("took_millis", number(|row| row.took / 1_000_000)),
        ("result", text(|row| row.result)),
        ("answer", text(|row| &row.answer)),
    ];
    Table { columns }
}
