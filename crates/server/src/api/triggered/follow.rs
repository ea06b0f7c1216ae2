//! Triggered alerts as they come and change: server-sent events that go on where a reader left off.

use super::view::{TriggeredQuery, TriggeredView};
use crate::api::problem::Problem;
use crate::app::House;
use crate::auth::Who;
use axum::Extension;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use std::convert::Infallible;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;
use watchbell_store::TriggeredFilter;

/// Rows read at once.
const ROWS: u32 = 200;
/// Events that wait for a slow reader.
const WAITING: usize = 64;

/// Each event's id is the number of the change; `Last-Event-ID` goes on behind it.
pub async fn follow(
    State(house): State<Arc<House>>,
    Extension(who): Extension<Who>,
    Query(query): Query<TriggeredQuery>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let filter = query.filter(&who)?;
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok()?.parse().ok());
    let after = match last {
        Some(last) => last,
        None => house.store.last_change()?,
    };
    let (sender, receiver) = mpsc::channel(WAITING);
    tokio::spawn(tell(house, filter, after, sender));
    Ok(Sse::new(ReceiverStream::new(receiver)).keep_alive(KeepAlive::default()))
}

/// Ends when nobody listens any more.
async fn tell(house: Arc<House>, filter: TriggeredFilter, mut after: i64, sender: mpsc::Sender<Result<Event, Infallible>>) {
    let mut changes = house.feed.watch();
    loop {
        changes.mark_unchanged();
        loop {
            let Ok(rows) = house.store.changed_triggered(after, &filter, ROWS) else { return };
            let all = rows.len() < ROWS as usize;
            for row in rows {
                after = row.change;
                let data = serde_json::to_string(&TriggeredView::of(row)).unwrap_or_default();
                if sender.send(Ok(Event::default().id(after.to_string()).event("triggered").data(data))).await.is_err() {
                    return;
                }
            }
            if all {
                break;
            }
        }
        tokio::select! {
            changed = changes.changed() => if changed.is_err() { return },
            () = sender.closed() => return,
        }
    }
}
