//! Templates of binary XML: which substitution of a record is the value of which path, worked out once a chunk.

use super::cursor::Cursor;
use crate::shape::{Entry, Trie};
use rustc_hash::FxHashMap;
use std::sync::Arc;
use watchbell_model::PathId;

/// One value of a template that somebody wants.
#[derive(Clone, Copy, Debug)]
pub struct Op {
    pub path: Option<PathId>,
    /// Where the keys of an element that the value brings with it are looked up.
    pub node: Option<u32>,
    pub what: What,
    /// The element, by number, whose content or attribute it is.
    pub element: u32,
}

#[derive(Clone, Copy, Debug)]
pub enum What {
    /// A substitution's number.
    Value(u16),
    /// UTF-16 text of the template itself: `chunk[from..to]`.
    Text(u32, u32),
    /// An element without content; `true` where its text is then an empty one.
    Nothing(bool),
}

/// The values of one template under one node of the tree.
#[derive(Debug, Default)]
pub struct Template {
    pub ops: Vec<Op>,
    /// For each element: its parent, and the substitution without which it is left out.
    pub elements: Vec<(u32, Option<u16>)>,
}

/// The element that has no parent.
pub const NONE: u32 = u32::MAX;

/// The templates of one chunk, for one tree. `None` is a template that has to be read the slow way.
#[derive(Default)]
pub struct Templates {
    known: FxHashMap<(u32, u32), Option<Arc<Template>>>,
}

impl Templates {
    pub fn clear(&mut self) {
        self.known.clear();
    }

    pub fn get(&mut self, chunk: &[u8], definition: u32, node: u32, trie: &Trie) -> Option<Arc<Template>> {
        let known = self.known.entry((definition, node));
        known.or_insert_with(|| compile(chunk, definition, node, trie).map(Arc::new)).clone()
    }
}

/// Elements within each other, and in all, in one template.
const MOST_DEEP: usize = 64;
const MOST_ELEMENTS: usize = 4096;

struct Open {
    entry: Entry,
    element: u32,
    /// Whether it is called `Data`, and which path its content has is known only with its name.
    data: bool,
    has_content: bool,
}

fn compile(chunk: &[u8], definition: u32, node: u32, trie: &Trie) -> Option<Template> {
    let mut header = Cursor { data: chunk, at: definition as usize };
    header.take(20)?;
    let size = header.u32()? as usize;
    let end = header.at.checked_add(size)?;
    let cursor = Cursor { data: chunk.get(..end)?, at: header.at };
    let mut compiler = Compiler { chunk, cursor, trie, template: Template::default(), open: Vec::new(), node, name: String::new() };
    compiler.run()?;
    Some(compiler.template)
}

struct Compiler<'c> {
    chunk: &'c [u8],
    cursor: Cursor<'c>,
    trie: &'c Trie,
    template: Template,
    open: Vec<Open>,
    node: u32,
    name: String,
}

impl Compiler<'_> {
    /// `None` for anything but the plain structure that nearly all templates have.
    fn run(&mut self) -> Option<()> {
        loop {
            match self.cursor.u8()? {
                0x00 => return self.open.is_empty().then_some(()),
                0x0f => drop(self.cursor.take(3)?),
                token @ (0x01 | 0x41) => self.element(token == 0x41)?,
                0x02 => {}
                0x03 | 0x04 => self.close(),
                0x05 | 0x45 => {
                    let (from, to) = self.literal()?;
                    self.content(What::Text(from, to))?;
                }
                0x0d | 0x0e => {
                    let number = self.cursor.u16()?;
                    self.cursor.u8()?;
                    self.content(What::Value(number))?;
                }
                _ => return None,
            }
        }
    }

    /// An element's start with its attributes.
    fn element(&mut self, attributes: bool) -> Option<()> {
        let dependency = Some(self.cursor.u16()?).filter(|id| *id != 0xffff);
        self.cursor.u32()?;
        self.read_name()?;
        if self.open.len() >= MOST_DEEP || self.template.elements.len() >= MOST_ELEMENTS {
            return None;
        }
        let (node, parent) = self.open.last().map_or((Some(self.node), NONE), |open| (open.entry.node, open.element));
        let number = self.template.elements.len() as u32;
        self.template.elements.push((parent, dependency));
        let (data, mut entry) = (self.name == "Data", self.child(node));
        if attributes {
            self.cursor.u32()?;
            entry = self.attributes(entry, data, node, number)?;
        }
        self.open.push(Open { entry, element: number, data, has_content: false });
        Some(())
    }

    /// The attributes of an element, and what it leads to: the name of a `Data` element is its key.
    fn attributes(&mut self, entry: Entry, data: bool, node: Option<u32>, element: u32) -> Option<Entry> {
        let mut named = None;
        while matches!(self.cursor.data.get(self.cursor.at), Some(0x06 | 0x46)) {
            self.cursor.u8()?;
            self.read_name()?;
            let is_name = data && self.name == "Name";
            let attributes = entry.node.map_or(Entry::default(), |node| self.trie.get(node, b"#attributes"));
            let to = self.child(attributes.node);
            let what = match self.cursor.u8()? {
                0x05 | 0x45 => self.literal().map(|(from, to)| What::Text(from, to))?,
                0x0d | 0x0e if !is_name => {
                    let number = self.cursor.u16()?;
                    self.cursor.u8()?;
                    What::Value(number)
                }
                _ => return None,
            };
            if let (true, What::Text(from, to)) = (is_name, what) {
                utf8(&self.cursor.data[from as usize..to as usize], &mut self.name);
                named = Some(self.child(node));
            } else if to.path.is_some() {
                self.template.ops.push(Op { path: to.path, node: None, what, element });
            }
            // More than one piece in a value is out of the ordinary.
            if matches!(self.cursor.data.get(self.cursor.at), Some(0x05 | 0x45 | 0x0d | 0x0e | 0x08 | 0x48 | 0x09 | 0x49)) {
                return None;
            }
        }
        Some(named.unwrap_or(entry))
    }

    fn content(&mut self, what: What) -> Option<()> {
        let open = self.open.last_mut()?;
        let (entry, element) = (open.entry, open.element);
        if std::mem::replace(&mut open.has_content, true) && entry.path.is_some() {
            return None;
        }
        if entry.path.is_some() || entry.node.is_some() {
            self.template.ops.push(Op { path: entry.path, node: entry.node, what, element });
        }
        Some(())
    }

    fn close(&mut self) {
        let Some(open) = self.open.pop() else { return };
        if let Some(parent) = self.open.last_mut() {
            parent.has_content = true;
        }
        if let (false, Some(path)) = (open.has_content, open.entry.path) {
            self.template.ops.push(Op { path: Some(path), node: None, what: What::Nothing(open.data), element: open.element });
        }
    }

    fn child(&self, node: Option<u32>) -> Entry {
        node.map_or(Entry::default(), |node| self.trie.get(node, self.name.as_bytes()))
    }

    /// A text in the template: type, length, UTF-16.
    fn literal(&mut self) -> Option<(u32, u32)> {
        if self.cursor.u8()? != 0x01 {
            return None;
        }
        let length = usize::from(self.cursor.u16()?) * 2;
        let from = self.cursor.at;
        self.cursor.take(length)?;
        Some((from as u32, self.cursor.at as u32))
    }

    /// A name: where it stands in the chunk, or right here.
    fn read_name(&mut self) -> Option<()> {
        let at = self.cursor.u32()? as usize;
        let here = at == self.cursor.at;
        let mut name = Cursor { data: self.chunk, at };
        name.take(6)?;
        let length = usize::from(name.u16()?) * 2;
        utf8(name.take(length)?, &mut self.name);
        if here {
            self.cursor.at = name.at;
            self.cursor.take(2)?;
        }
        Some(())
    }
}

/// Names are nearly always ASCII, and read for each chunk again.
fn utf8(utf16: &[u8], into: &mut String) {
    into.clear();
    let pairs = utf16.as_chunks::<2>().0;
    into.reserve(pairs.len());
    if pairs.iter().all(|pair| pair[1] == 0 && pair[0].is_ascii()) {
        into.extend(pairs.iter().map(|pair| char::from(pair[0])));
    } else {
        let units = pairs.iter().map(|pair| u16::from_le_bytes(*pair));
        into.extend(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
    }
}
