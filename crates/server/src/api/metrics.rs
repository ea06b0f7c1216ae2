//! What Prometheus asks for, in its text format.

use super::problem::Problem;
use super::sources::sources;
use crate::app::House;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use std::fmt::{Display, Write};
use std::sync::Arc;
use watchbell_store::TriggeredFilter;

/// So many triggered alerts are counted, the newest.
const MOST: u32 = 100_000;

pub async fn metrics(State(house): State<Arc<House>>) -> Result<Response, Problem> {
    let text = tokio::task::spawn_blocking(move || text(&house)).await.map_err(Problem::fault)??;
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response())
}

fn text(house: &House) -> Result<String, Problem> {
    let mut page = Page::default();
    records(house, &mut page);
    journal(house, &mut page);
    kept_within(house, &mut page);
    content(house, &mut page)?;
    of_sources(house, &mut page);
    quarantine(house, &mut page)?;
    Ok(page.0)
}

fn records(house: &House, page: &mut Page) {
    house.feed.tally(|tally| {
        page.about("watchbell_events_total", "counter", "Events that were read.").row("watchbell_events_total", &[], tally.events);
        page.about("watchbell_records_total", "counter", "Records by the format that read them.");
        tally.by_format.iter().for_each(|(format, n)| page.row("watchbell_records_total", &[("format", format)], n));
        page.about("watchbell_quarantined_total", "counter", "Records that could not be read, by reason.");
        tally.reasons.iter().for_each(|(reason, n)| page.row("watchbell_quarantined_total", &[("reason", reason)], n));
        page.about("watchbell_skipped_total", "counter", "Records that are no events.").row("watchbell_skipped_total", &[], tally.skipped);
    });
}

fn journal(house: &House, page: &mut Page) {
    let journal = &house.journal;
    page.about("watchbell_journal_bytes", "gauge", "Bytes of the journal on disk.").row("watchbell_journal_bytes", &[], journal.bytes());
    page.about("watchbell_journal_position", "counter", "Where the journal ends.").row("watchbell_journal_position", &[], journal.end().0);
    let behind = journal.end().0.saturating_sub(house.feed.position());
    page.about("watchbell_lag_bytes", "gauge", "Bytes of the journal that detection has not read yet.").row("watchbell_lag_bytes", &[], behind);
    let broken = u8::from(house.broken.load(std::sync::atomic::Ordering::Relaxed));
    page.about("watchbell_detection_broken", "gauge", "1: detection has ended.").row("watchbell_detection_broken", &[], broken);
}

/// Without a sum, which nobody adds up: quantiles need none.
fn kept_within(house: &House, page: &mut Page) {
    const NAME: &str = "watchbell_triggered_kept_seconds";
    page.about(NAME, "histogram", "From an event's receipt until what it triggered was kept.");
    let mut sum = 0;
    for (millis, n) in house.feed.lags() {
        sum += n;
        let bound = millis.map_or_else(|| "+Inf".to_owned(), |millis| format!("{}.{:03}", millis / 1000, millis % 1000));
        page.row(&format!("{NAME}_bucket"), &[("le", &bound)], sum);
    }
    page.row(&format!("{NAME}_count"), &[], sum);
}

fn content(house: &House, page: &mut Page) -> Result<(), Problem> {
    let (waiting, dead) = house.store.outbox_counts()?;
    page.about("watchbell_outbox_messages", "gauge", "Messages that wait, or were given up.");
    page.row("watchbell_outbox_messages", &[("state", "waiting")], waiting);
    page.row("watchbell_outbox_messages", &[("state", "dead")], dead);
    let rules = house.content.current().rules;
    page.about("watchbell_active_rules", "gauge", "Rules and correlations in use.").row("watchbell_active_rules", &[], rules);
    let active = house.store.active_alerts()?;
    page.about("watchbell_active_alerts", "gauge", "Alerts that are switched on.").row("watchbell_active_alerts", &[], active);
    let counts = house.store.count_triggered(&TriggeredFilter::default(), MOST)?;
    page.about("watchbell_triggered_alerts", "gauge", "Triggered alerts by status, of the newest hundred thousand.");
    counts.by_status.iter().for_each(|(status, n)| page.row("watchbell_triggered_alerts", &[("status", status.word())], n));
    Ok(())
}

fn quarantine(house: &House, page: &mut Page) -> Result<(), Problem> {
    let kept = house.store.quarantine_size()?;
    page.about("watchbell_quarantine_rows", "gauge", "What is in the quarantine.").row("watchbell_quarantine_rows", &[], kept.rows);
    page.about("watchbell_quarantine_bytes", "gauge", "Bytes in the quarantine.").row("watchbell_quarantine_bytes", &[], kept.bytes);
    let gone = house.gate.aside.let_go();
    page.about("watchbell_quarantine_let_go_total", "counter", "What went out of the quarantine for newer records.");
    page.row("watchbell_quarantine_let_go_total", &[], gone);
    Ok(())
}

fn of_sources(house: &House, page: &mut Page) {
    let all = sources(house);
    page.about("watchbell_source_deliveries_total", "counter", "Deliveries that were kept.");
    for of in &all {
        page.row("watchbell_source_deliveries_total", &[("source", &of.id)], of.deliveries);
    }
    page.about("watchbell_source_bytes_total", "counter", "Bytes that were kept.");
    for of in &all {
        page.row("watchbell_source_bytes_total", &[("source", &of.id)], of.bytes);
    }
    page.about("watchbell_source_connections_total", "counter", "Connections that were taken.");
    for of in &all {
        page.row("watchbell_source_connections_total", &[("source", &of.id)], of.connections);
    }
    page.about("watchbell_source_refused_total", "counter", "What senders were told no to, by reason.");
    for of in &all {
        of.refused.iter().for_each(|(why, n)| page.row("watchbell_source_refused_total", &[("source", &of.id), ("reason", why)], n));
    }
    page.about("watchbell_source_quarantined_total", "counter", "What could not be framed and was put into the quarantine, by reason.");
    for of in &all {
        of.quarantined.iter().for_each(|(why, n)| page.row("watchbell_source_quarantined_total", &[("source", &of.id), ("reason", why)], n));
    }
    page.about("watchbell_source_dropped_total", "counter", "What is gone without its sender's knowledge, by reason.");
    for of in &all {
        of.dropped.iter().for_each(|(why, n)| page.row("watchbell_source_dropped_total", &[("source", &of.id), ("reason", why)], n));
    }
    page.about("watchbell_source_last_heard_seconds", "gauge", "When something of a source came last, since 1970.");
    for (id, heard) in house.gate.heard() {
        page.row("watchbell_source_last_heard_seconds", &[("source", &id)], heard.last / 1_000_000_000);
    }
}

#[derive(Default)]
struct Page(String);

impl Page {
    fn about(&mut self, name: &str, kind: &str, help: &str) -> &mut Self {
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
        self
    }

    fn row(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        let escape = |text: &str| text.replace('\\', r"\\").replace('"', r#"\""#).replace('\n', r"\n");
        let labels: Vec<String> = labels.iter().map(|(key, value)| format!("{key}=\"{}\"", escape(value))).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        let _ = writeln!(self.0, "{name}{labels} {value}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_escaped() {
        let mut page = Page::default();
        page.about("a", "gauge", "Of a.").row("a", &[("source", "x\"y\\z\n")], 3);
        page.row("a", &[], 4);
        assert_eq!(page.0, "# HELP a Of a.\n# TYPE a gauge\na{source=\"x\\\"y\\\\z\\n\"} 3\na 4\n");
    }
}
