//! The log source of a document.

use super::report::Report;
use super::yaml::{At, Flaw, Kind, Node};
use watchbell_model::LogSource;

/// The log source and where it is written. Without one the document is asked of everything, and told so.
pub(super) fn read(report: &mut Report<'_>, node: &Node<'_>) -> (LogSource, At) {
    let Some((key, body)) = node.entries().iter().find(|(key, _)| key.text == "logsource") else {
        report.warn(Flaw::new("sigma/no-logsource", node.at, "no `logsource`: every event of every source is asked").hint("name product, category or service"));
        return (LogSource::default(), node.at);
    };
    if !matches!(body.kind, Kind::Map(_)) {
        report.flaw(Flaw::new("sigma/type", body.at, format!("`logsource` must be a mapping, this is {}", body.word())));
        return (LogSource::default(), key.at);
    }
    let mut word = |key: &str| super::about::text(report, body, key).map(|text| text.to_lowercase());
    let source = LogSource { product: word("product"), category: word("category"), service: word("service").into_iter().collect() };
    (source, key.at)
}
