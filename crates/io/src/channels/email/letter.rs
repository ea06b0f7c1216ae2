//! The message as it travels: headers that nothing can be added to, a text part and an HTML part.

use super::Email;
use crate::channels::{Message, SendError};
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{MultiPart, SinglePart};
use std::time::{Duration, SystemTime};

/// Characters of a subject.
const SUBJECT: usize = 180;

pub fn letter(email: &Email, message: &Message) -> Result<Vec<u8>, SendError> {
    let domain = email.from.email.domain();
    let (id, thread) = (format!("<{}@{domain}>", word(&message.id)), format!("<{}@{domain}>", word(&message.thread)));
    let seconds = u64::try_from(message.at.seconds()).unwrap_or(0);
    let mut letter = lettre::Message::builder()
        .from(email.from.clone())
        .subject(one_line(&message.subject))
        .date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
        .message_id(Some(id))
        .references(thread.clone())
        .in_reply_to(thread)
        .header(Automatic);
    for to in &email.to {
        letter = letter.to(to.clone());
    }
    let parts = MultiPart::alternative().singlepart(SinglePart::plain(message.text.clone())).singlepart(SinglePart::html(message.html.clone()));
    letter.multipart(parts).map(|letter| letter.formatted()).map_err(|error| SendError::never(error.to_string()))
}

/// Letters, digits and `-`: what an id is made of.
fn word(id: &str) -> String {
    id.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(100).collect()
}

/// One line, whatever a log wrote into it: nothing that begins another header or turns the order of reading around.
fn one_line(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}');
    text.chars().map(|c| if c.is_control() || turns(c) { '\u{FFFD}' } else { c }).take(SUBJECT).collect()
}

/// Tells out-of-office programs not to answer.
#[derive(Clone)]
struct Automatic;

impl Header for Automatic {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}
