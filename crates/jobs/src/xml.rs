//! A small document tree of bounded size and depth, from XML text whose declaration may name any encoding.

use crate::JobError;
use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

const MAX_BYTES: usize = 1 << 20;
const MAX_DEPTH: usize = 32;
const MAX_NODES: usize = 4096;

/// An element: its name without prefix, its attributes, its own text, its children.
#[derive(Debug, Default)]
pub struct Node {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub text: String,
    pub children: Vec<Node>,
}

impl Node {
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|c| c.name == name)
    }

    /// The element at the end of a chain of children.
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |node, name| node.child(name))
    }

    /// The trimmed text at the end of a chain of children, where there is any.
    pub fn value(&self, path: &[&str]) -> Option<&str> {
        self.at(path).map(|n| n.text.trim()).filter(|t| !t.is_empty())
    }

    /// `true` or `false` at the end of a chain of children.
    pub fn flag(&self, path: &[&str]) -> Option<bool> {
        match self.value(path)? {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        }
    }

    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

/// Parses a document. One that was cut off keeps what came before the cut.
pub fn parse(text: &str) -> Result<Node, JobError> {
    if text.len() > MAX_BYTES {
        return Err(JobError::TooLarge);
    }
    let mut builder = Builder::default();
    let mut reader = Reader::from_str(text.trim_start_matches(['\u{feff}', ' ', '\r', '\n', '\t']));
    loop {
        match reader.read_event() {
            Ok(Event::Eof) | Err(_) => return builder.finish(),
            Ok(event) => builder.take(event)?,
        }
    }
}

#[derive(Default)]
struct Builder {
    open: Vec<Node>,
    root: Option<Node>,
    nodes: usize,
}

impl Builder {
    fn take(&mut self, event: Event<'_>) -> Result<(), JobError> {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::Empty(tag) => self.start(&tag).map(|()| self.end()),
            Event::End(_) => {
                self.end();
                Ok(())
            }
            Event::Text(text) => {
                self.text(&text.xml10_content());
                Ok(())
            }
            Event::CData(text) => {
                self.text(&text.xml10_content());
                Ok(())
            }
            Event::GeneralRef(name) => self.reference(&name),
            Event::DocType(_) => Err(JobError::Doctype),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::Eof => Ok(()),
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>) -> Result<(), JobError> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(JobError::TooMany);
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(JobError::TooDeep);
        }
        self.open.push(Node { name: local(tag.name().as_ref()), attributes: attributes(tag), ..Node::default() });
        Ok(())
    }

    fn end(&mut self) {
        let Some(node) = self.open.pop() else { return };
        match self.open.last_mut() {
            Some(parent) => parent.children.push(node),
            None => self.root = self.root.take().or(Some(node)),
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(node) = self.open.last_mut() {
            node.text.push_str(text);
        }
    }

    fn reference(&mut self, name: &BytesRef<'_>) -> Result<(), JobError> {
        match name.resolve_char_ref() {
            Ok(Some(char)) => self.text(char.encode_utf8(&mut [0; 4])),
            _ => self.text(predefined(&name.xml10_content()).ok_or(JobError::Entity)?),
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Node, JobError> {
        while !self.open.is_empty() {
            self.end();
        }
        self.root.ok_or(if self.nodes == 0 { JobError::Empty } else { JobError::Syntax })
    }
}

fn attributes(tag: &BytesStart<'_>) -> Vec<(String, String)> {
    let sound = tag.attributes().filter_map(Result::ok);
    sound
        .take(16)
        .map(|a| (local(a.key.as_ref()), quick_xml::escape::unescape(&a.value).map_or_else(|_| a.value.to_string(), std::borrow::Cow::into_owned)))
        .collect()
}

fn local(name: &str) -> String {
    name.rsplit(':').next().unwrap_or(name).to_owned()
}

fn predefined(name: &str) -> Option<&'static str> {
    Some(match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => return None,
    })
}
