//! Collections: `action: global` gives the documents after it what they share, `repeat` varies the one before.

use super::yaml::{Flaw, Kind, Node, short};
use std::collections::HashMap;

/// Values that templates may put into the documents of one text, in all.
const MAX_MERGED: usize = 1_000_000;

pub(super) struct Collection<'a> {
    /// Whether the text names an action at all; without one nothing is kept.
    used: bool,
    global: Option<Node<'a>>,
    previous: Option<Node<'a>>,
    merged: usize,
}

impl<'a> Collection<'a> {
    pub fn of(text: &str) -> Self {
        Self { used: text.contains("action"), global: None, previous: None, merged: 0 }
    }

    /// The document to read, if this one is not only an instruction.
    pub fn next(&mut self, mut node: Node<'a>) -> Result<Option<Node<'a>>, Flaw> {
        if !self.used {
            return Ok(Some(node));
        }
        let Some((at, action)) = take_action(&mut node) else { return self.document(node).map(Some) };
        match action.as_str() {
            "global" => self.global = Some(node),
            "reset" => self.global = None,
            "repeat" => return self.repeat(node).map(Some),
            _ => {
                let message = format!("`{}` is no action of a collection", short(&action));
                return Err(Flaw::new("sigma/action", at, message).hint("one of global, reset, repeat"));
            }
        }
        Ok(None)
    }

    fn document(&mut self, node: Node<'a>) -> Result<Node<'a>, Flaw> {
        let whole = match &self.global {
            Some(global) => merge(global.clone(), node),
            None => node,
        };
        self.remember(&whole)?;
        Ok(whole)
    }

    fn repeat(&mut self, node: Node<'a>) -> Result<Node<'a>, Flaw> {
        let Some(previous) = self.previous.clone() else {
            return Err(Flaw::new("sigma/action", node.at, "`action: repeat` without a document before it"));
        };
        let whole = merge(previous, node);
        self.remember(&whole)?;
        Ok(whole)
    }

    /// Keeps the document for a `repeat`. Only what templates added is counted against the bound, roughly.
    fn remember(&mut self, node: &Node<'a>) -> Result<(), Flaw> {
        if self.global.is_some() || self.previous.is_some() {
            self.merged += size(node);
        }
        if self.merged > MAX_MERGED {
            return Err(Flaw::new("yaml/too-large", node.at, "the documents of this file are too large together"));
        }
        self.previous = Some(node.clone());
        Ok(())
    }
}

/// Takes `action` out of the document.
fn take_action(node: &mut Node<'_>) -> Option<(super::yaml::At, String)> {
    let Kind::Map(entries) = &mut node.kind else { return None };
    let at = entries.iter().position(|(key, _)| key.text == "action")?;
    let (_, value) = entries.remove(at);
    Some((value.at, value.text().unwrap_or_default().to_owned()))
}

/// `over` on top of `under`: mappings are joined key by key, anything else is replaced. As deep as documents may be.
fn merge<'a>(under: Node<'a>, over: Node<'a>) -> Node<'a> {
    let (at, bytes) = (over.at, over.bytes);
    match (under.kind, over.kind) {
        (Kind::Map(mut entries), Kind::Map(new)) => {
            let places: HashMap<_, _> = entries.iter().enumerate().map(|(i, (key, _))| (key.text.clone(), i)).collect();
            for (key, value) in new {
                match places.get(&key.text) {
                    Some(i) => {
                        let old = std::mem::replace(&mut entries[*i].1, Node::bare(Kind::List(Vec::new())));
                        entries[*i] = (key, merge(old, value));
                    }
                    None => entries.push((key, value)),
                }
            }
            Node { at, bytes, kind: Kind::Map(entries) }
        }
        (_, kind) => Node { at, bytes, kind },
    }
}

fn size(node: &Node<'_>) -> usize {
    match &node.kind {
        Kind::Scalar { .. } => 1,
        Kind::List(items) => 1 + items.iter().map(size).sum::<usize>(),
        Kind::Map(entries) => 1 + entries.iter().map(|(_, value)| size(value)).sum::<usize>(),
    }
}
