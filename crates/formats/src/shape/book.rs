//! Paths with their numbers, and the tree by which a walker finds them key by key.

use rustc_hash::FxHashMap;
use std::borrow::Cow;
use watchbell_model::PathId;

/// Every path that any shape wants. A path is its keys with dots between; `\.` is a dot inside a key, `*` any key.
#[derive(Debug, Default)]
pub struct PathBook {
    names: Vec<String>,
    ids: FxHashMap<String, PathId>,
}

impl PathBook {
    pub fn intern(&mut self, path: &str) -> PathId {
        if let Some(id) = self.ids.get(path) {
            return *id;
        }
        let id = PathId(self.names.len() as u32);
        self.names.push(path.to_owned());
        self.ids.insert(path.to_owned(), id);
        id
    }

    /// A number that no record's path has: for values that are worked out.
    pub fn synthetic(&mut self, name: &str) -> PathId {
        self.intern(&format!("\0{name}"))
    }

    pub fn get(&self, path: &str) -> Option<PathId> {
        self.ids.get(path).copied()
    }

    pub fn name(&self, id: PathId) -> &str {
        self.names.get(id.0 as usize).map_or("", String::as_str)
    }

    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// The tree of all paths that records can have.
    pub fn trie(&self) -> Trie {
        let mut trie = Trie { nodes: vec![Node::default()] };
        for (number, name) in self.names.iter().enumerate().filter(|(_, name)| !name.starts_with('\0')) {
            trie.insert(name, PathId(number as u32));
        }
        trie
    }
}

/// Keys under which exports put the whole record.
pub const WRAPPERS: [&str; 2] = ["_source", "result"];

/// What a key leads to. Cheap to copy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    pub path: Option<PathId>,
    /// Where the keys of an object under this one are looked up.
    pub node: Option<u32>,
    /// The bit of what this key tells about the record's shape.
    pub mark: u128,
}

impl Entry {
    pub fn is_wanted(self) -> bool {
        self.path.is_some() || self.node.is_some() || self.mark != 0
    }
}

/// Keys to entries, object by object; node 0 is the record itself.
#[derive(Debug)]
pub struct Trie {
    nodes: Vec<Node>,
}

#[derive(Debug, Default)]
struct Node {
    keys: FxHashMap<Box<[u8]>, Entry>,
    /// For keys that are not listed.
    any: Entry,
}

impl Trie {
    pub fn get(&self, node: u32, key: &[u8]) -> Entry {
        let node = &self.nodes[node as usize];
        node.keys.get(key).copied().unwrap_or(node.any)
    }

    /// Where the keys of an object at `path` are looked up, if any of them is wanted.
    pub fn under(&self, path: &str) -> Option<u32> {
        keys(path).iter().try_fold(0, |node, key| self.get(node, key.as_bytes()).node)
    }

    /// A tree in which nothing is wanted.
    pub fn nothing() -> Self {
        Self { nodes: vec![Node::default()] }
    }

    /// A tree in which every value is wanted, at one path.
    pub fn everything(path: PathId) -> Self {
        Self { nodes: vec![Node { keys: FxHashMap::default(), any: Entry { path: Some(path), node: Some(0), mark: 0 } }] }
    }

    /// Sets the bit that `path` tells.
    pub fn mark(&mut self, path: &str, mark: u128) {
        self.entry(path).mark |= mark;
        if path.contains('.') {
            self.root(path).mark |= mark;
        }
    }

    /// Makes an object under `key` of the record count as the record itself (`_source`, `result`).
    pub fn wrap(&mut self, key: &str) {
        let entry = self.nodes[0].keys.entry(key.as_bytes().into()).or_default();
        if entry.node.is_none() {
            entry.node = Some(0);
        }
    }

    fn insert(&mut self, path: &str, id: PathId) {
        self.entry(path).path = Some(id);
        if path.contains('.') && !path.contains('*') {
            self.root(path).path = Some(id);
        }
    }

    /// The entry of a record that writes the whole path as one key.
    fn root(&mut self, path: &str) -> &mut Entry {
        self.slot(0, &path.replace("\\.", "."))
    }

    fn entry(&mut self, path: &str) -> &mut Entry {
        let keys = keys(path);
        let (last, parents) = keys.split_last().expect("a path has a key");
        let mut at = 0_usize;
        for key in parents {
            let next = self.nodes.len() as u32;
            let entry = self.slot(at, key);
            let node = *entry.node.get_or_insert(next);
            if node == next {
                self.nodes.push(Node::default());
            }
            at = node as usize;
        }
        self.slot(at, last)
    }

    fn slot(&mut self, node: usize, key: &str) -> &mut Entry {
        let node = &mut self.nodes[node];
        if key == "*" {
            return &mut node.any;
        }
        if !node.keys.contains_key(key.as_bytes()) {
            node.keys.insert(key.as_bytes().into(), Entry::default());
        }
        node.keys.get_mut(key.as_bytes()).expect("it was put there")
    }
}

/// The keys of a path. Few have a dot inside a key.
fn keys(path: &str) -> Vec<Cow<'_, str>> {
    if path.contains('\\') {
        return path.replace("\\.", "\u{1}").split('.').map(|key| Cow::Owned(key.replace('\u{1}', "."))).collect();
    }
    path.split('.').map(Cow::Borrowed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_found_key_by_key_or_as_one_key() {
        let mut book = PathBook::default();
        let (image, verb, any) = (book.intern("winlog.event_data.Image"), book.intern("labels.a\\.b"), book.intern("UserData.*.Name"));
        let trie = book.trie();
        let walk = |keys: &[&str]| {
            keys.iter().fold(Entry { node: Some(0), ..Entry::default() }, |at, key| at.node.map_or(Entry::default(), |n| trie.get(n, key.as_bytes())))
        };
        assert_eq!(walk(&["winlog", "event_data", "Image"]).path, Some(image));
        assert_eq!(walk(&["winlog.event_data.Image"]).path, Some(image));
        assert_eq!(walk(&["labels", "a.b"]).path, Some(verb));
        assert_eq!(walk(&["UserData", "LogFileCleared", "Name"]).path, Some(any));
        assert_eq!(walk(&["winlog", "event_data"]).path, None);
        assert!(!walk(&["winlog", "other"]).is_wanted());
    }
}
