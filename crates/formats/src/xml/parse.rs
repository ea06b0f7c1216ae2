//! The text of one event as calls: elements by the keys that their JSON has, attributes, texts.

use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;
use std::borrow::Cow;

/// Takes what [`parse`] finds.
pub trait Visitor {
    /// `data` says that the key is the name of a `Data` element.
    fn enter(&mut self, key: &str, data: bool);
    fn attribute(&mut self, name: &str, value: &str);
    /// The element ends. `text` is what stood in it, white space around it left out; `leaf` if no element did.
    fn leave(&mut self, text: &str, leaf: bool);
}

/// Why a text is no event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    Syntax,
    Deep,
}

const MOST_DEEP: usize = 127;

/// An open element: its text so far, and whether it has elements in it.
struct Open {
    text: String,
    leaf: bool,
}

pub fn parse(text: &str, visitor: &mut dyn Visitor) -> Result<(), Broken> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Open> = Vec::new();
    loop {
        match reader.read_event().map_err(|_| Broken::Syntax)? {
            Event::Start(tag) => enter(&tag, &mut open, visitor)?,
            Event::Empty(tag) => {
                enter(&tag, &mut open, visitor)?;
                leave(&mut open, visitor);
            }
            Event::End(_) => leave(&mut open, visitor),
            Event::Text(text) => add(&mut open, &text.xml10_content()),
            Event::CData(text) => add(&mut open, &text.xml10_content()),
            Event::GeneralRef(entity) => add(&mut open, resolve(&entity)?.encode_utf8(&mut [0; 4])),
            Event::Eof if open.is_empty() => return Ok(()),
            Event::Eof => return Err(Broken::Syntax),
            _ => {}
        }
    }
}

fn enter(tag: &BytesStart<'_>, open: &mut Vec<Open>, visitor: &mut dyn Visitor) -> Result<(), Broken> {
    if open.len() >= MOST_DEEP {
        return Err(Broken::Deep);
    }
    if let Some(parent) = open.last_mut() {
        parent.leaf = false;
    }
    let local = tag.local_name();
    let element: &str = local.as_ref();
    let mut attributes: Vec<(String, String)> = Vec::new();
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|_| Broken::Syntax)?;
        let value: Cow<'_, str> = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| Broken::Syntax)?;
        attributes.push((attribute.key.as_ref().to_owned(), value.into_owned()));
    }
    let name = attributes.iter().position(|(key, _)| element == "Data" && key == "Name").map(|at| attributes.swap_remove(at).1);
    visitor.enter(name.as_deref().unwrap_or(element), name.is_some());
    for (key, value) in &attributes {
        visitor.attribute(key, value);
    }
    open.push(Open { text: String::new(), leaf: true });
    Ok(())
}

fn leave(open: &mut Vec<Open>, visitor: &mut dyn Visitor) {
    if let Some(Open { text, leaf }) = open.pop() {
        visitor.leave(if leaf { &text } else { text.trim() }, leaf);
    }
}

fn add(open: &mut [Open], text: &str) {
    if let Some(open) = open.last_mut() {
        open.text.push_str(text);
    }
}

fn resolve(entity: &BytesRef<'_>) -> Result<char, Broken> {
    if let Some(c) = entity.resolve_char_ref().map_err(|_| Broken::Syntax)? {
        return Ok(c);
    }
    match entity.xml10_content().as_ref() {
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "amp" => Ok('&'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => Err(Broken::Syntax),
    }
}
