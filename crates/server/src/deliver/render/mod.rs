//! What a person reads: one page's worth of a triggered alert, the most urgent first, in text, in HTML and as JSON.
//!
//! Much of it comes from logs, which an attacker may have written: it stays in its line, its tag and its place.

mod html;
mod json;
mod page;
mod safe;
mod text;

use super::case::Case;
use page::page;
use safe::one_line;
use serde_json::json;
use watchbell_io::Message;
use watchbell_model::Timestamp;
use watchbell_store::Claim;

/// What is told, to whom it may concern.
pub struct Telling<'a> {
    pub claim: &'a Claim,
    pub case: &'a Case,
    /// It was told before, and has climbed since.
    pub update: bool,
    pub now: Timestamp,
    pub public_url: &'a str,
    /// The installation.
    pub domain: &'a str,
}

pub fn message(telling: &Telling<'_>) -> Message {
    let page = page(telling);
    Message {
        id: id(telling.claim),
        thread: telling.case.thread.clone(),
        at: telling.now,
        subject: page.subject.clone(),
        text: text::text(&page),
        html: html::html(&page),
        document: json::document(telling, &page),
    }
}

/// A message that says that messages arrive.
pub fn test(claim: &Claim, method: &str, now: Timestamp, public_url: &str) -> Message {
    let what = format!("This is a test of the delivery method {}. Alerts that are told by it arrive here.", one_line(method));
    let link = if public_url.is_empty() { String::new() } else { format!("\n\n{public_url}") };
    Message {
        id: id(claim),
        thread: id(claim),
        at: now,
        subject: format!("Watchbell: a test of {}", one_line(method)),
        text: format!("{what}{link}\n"),
        html: html::plain(&what),
        document: json!({"kind": "test", "creationDate": now, "summary": what, "method": method}),
    }
}

/// The same on every try of a message.
fn id(claim: &Claim) -> String {
    blake3::hash(claim.key.as_bytes()).to_hex()[..32].to_owned()
}
