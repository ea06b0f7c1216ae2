//! A tree of YAML held against its description: what is right as JSON, and a diagnostic for each thing that is not.

use super::places::Source;
use super::scalar;
use super::shape::{Key, Need, Record, Shape, quoted};
use super::yaml::{Kind, MAX_PROBLEMS, Node, Place, short};
use serde_json::{Map, Value, json};
use watchbell_model::Diagnostic;

/// What of `node` is as `shape` wants it; wrong pieces are left out, and told in `problems`. Places go to `source`.
pub(crate) fn check(node: &Node<'_>, record: &'static Record, source: &mut Source, problems: &mut Vec<Diagnostic>) -> Option<Value> {
    Checker { source, problems, path: Vec::new() }.value(&Shape::Record(record), node)
}

/// The key of `known` that `written` was probably meant to be.
pub(crate) fn nearest<'a>(written: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let written = written.to_lowercase();
    let distance = |name: &str| strsim::damerau_levenshtein(&written, &name.to_lowercase());
    let best = known.map(|name| (distance(name), name)).min_by_key(|(d, _)| *d)?;
    (best.0 <= 1 + best.1.len() / 4).then_some(best.1)
}

/// Keys that a hint lists.
const MAX_LISTED: usize = 12;

struct Checker<'a> {
    source: &'a mut Source,
    problems: &'a mut Vec<Diagnostic>,
    /// Where we are, from the top: keys and numbers of items.
    path: Vec<String>,
}

impl Checker<'_> {
    fn value(&mut self, shape: &Shape, node: &Node<'_>) -> Option<Value> {
        self.source.remember(&self.path, Place::of(node));
        match shape {
            Shape::List(of) => self.list(of, node, shape),
            Shape::OneOrMany { of, or } => self.one_or_many(of, *or, node, shape),
            Shape::Map(of) => self.map(of, node, shape),
            Shape::Record(record) => self.record(record, node, shape),
            Shape::Choice(keys) => self.choice(keys, node, shape),
            Shape::Rule => self.verbatim(matches!(node.kind, Kind::Map(_)), node, shape),
            Shape::Filter => self.verbatim(is_filter(node), node, shape),
            _ => self.single(shape, node),
        }
    }

    fn single(&mut self, shape: &Shape, node: &Node<'_>) -> Option<Value> {
        let Kind::Scalar { text, .. } = &node.kind else { return self.wrong(shape, node) };
        if node.is_null() {
            return self.wrong(shape, node);
        }
        let read = scalar::read(shape, text);
        if read.is_none() {
            self.misread(shape, text, Place::of(node));
        }
        read
    }

    fn misread(&mut self, shape: &Shape, text: &str, place: Place) {
        let message = format!("`{}` is not {}", short(text), shape.word());
        let hint = match shape {
            Shape::Word(words) => nearest(text, words.iter().map(|w| w.word)).map(|w| format!("did you mean `{w}`?")),
            Shape::Uuid => Some("make one with `uuidgen -r`".to_owned()),
            _ => None,
        };
        self.tell("pack/value", place, message, hint);
    }

    fn list(&mut self, of: &Shape, node: &Node<'_>, shape: &Shape) -> Option<Value> {
        let Kind::List(items) = &node.kind else { return self.wrong(shape, node) };
        Some(items.iter().enumerate().filter_map(|(n, item)| self.within(&n.to_string(), |me| me.value(of, item))).collect())
    }

    fn one_or_many(&mut self, of: &Shape, or: Option<&'static Record>, node: &Node<'_>, shape: &Shape) -> Option<Value> {
        match (&node.kind, or) {
            (Kind::List(_), _) => self.list(of, node, shape),
            (Kind::Map(_), Some(record)) => self.record(record, node, shape),
            (Kind::Scalar { .. }, _) if !node.is_null() => self.value(of, node).map(|value| json!([value])),
            _ => self.wrong(shape, node),
        }
    }

    fn map(&mut self, of: &Shape, node: &Node<'_>, shape: &Shape) -> Option<Value> {
        let Kind::Map(entries) = &node.kind else { return self.wrong(shape, node) };
        let read = entries.iter().filter_map(|(key, node)| {
            let value = self.within(&key.text, |me| me.value(of, node))?;
            Some((key.text.to_string(), value))
        });
        Some(Value::Object(read.collect()))
    }

    fn record(&mut self, record: &Record, node: &Node<'_>, shape: &Shape) -> Option<Value> {
        let Kind::Map(entries) = &node.kind else { return self.wrong(shape, node) };
        let mut read = Map::new();
        for (key, node) in entries {
            match record.keys.iter().find(|known| known.name == key.text) {
                Some(known) => read.extend(self.within(known.name, |me| me.value(&known.shape, node)).map(|v| (known.name.to_owned(), v))),
                None => self.unknown(&key.text, Place::of_key(key.at), record.keys, record.name),
            }
        }
        let written = |key: &Key| entries.iter().any(|(k, _)| k.text == key.name);
        record.keys.iter().filter(|key| key.need == Need::Must && !written(key)).for_each(|key| self.missing(key, Place::of(node)));
        let whole = record.keys.iter().all(|key| key.need != Need::Must || read.contains_key(key.name));
        whole.then_some(Value::Object(read))
    }

    fn choice(&mut self, keys: &'static [Key], node: &Node<'_>, shape: &Shape) -> Option<Value> {
        let [(key, inner)] = node.entries() else { return self.wrong(shape, node) };
        let Some(known) = keys.iter().find(|known| known.name == key.text) else {
            self.unknown(&key.text, Place::of_key(key.at), keys, self.path.last().cloned().unwrap_or_default().as_str());
            return None;
        };
        let value = self.within(known.name, |me| me.value(&known.shape, inner))?;
        Some(json!({ known.name: value }))
    }

    fn verbatim(&mut self, right: bool, node: &Node<'_>, shape: &Shape) -> Option<Value> {
        if !right {
            return self.wrong(shape, node);
        }
        let text = cut_out(&self.source.text, Place::of(node));
        Some(json!({ "text": text, "line": Place::of(node).line, "column": Place::of(node).column }))
    }

    fn within<T>(&mut self, step: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(step.to_owned());
        let value = read(self);
        self.path.pop();
        value
    }

    fn wrong(&mut self, shape: &Shape, node: &Node<'_>) -> Option<Value> {
        let subject = self.path.last().filter(|step| step.parse::<usize>().is_err()).map_or(String::new(), |key| format!("`{}`: ", short(key)));
        self.tell("pack/type", Place::of(node), format!("{subject}expected {}, found {}", shape.word(), found(node)), None);
        None
    }

    fn unknown(&mut self, key: &str, place: Place, known: &[Key], of: &str) {
        let hint = match nearest(key, known.iter().map(|k| k.name)) {
            Some(name) => format!("did you mean `{name}`?"),
            None if known.is_empty() => "it has no keys".to_owned(),
            None if known.len() > MAX_LISTED => "`watchbell pack schema` lists its keys".to_owned(),
            None => format!("it has the keys {}", quoted(known.iter().map(|k| k.name))),
        };
        self.tell("pack/unknown-key", place, format!("`{}` is not a key of this {of}", short(key)), Some(hint));
    }

    fn missing(&mut self, key: &Key, place: Place) {
        self.tell("pack/missing-key", place, format!("the key `{}` is missing", key.name), Some(key.about.to_owned()));
    }

    fn tell(&mut self, code: &'static str, place: Place, message: String, hint: Option<String>) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(Diagnostic { hint, ..self.source.error_at(code, place, message) });
        }
    }
}

/// What a person calls it.
fn found(node: &Node<'_>) -> String {
    match &node.kind {
        Kind::Map(entries) if entries.is_empty() => "an empty mapping".to_owned(),
        Kind::Map(entries) if entries.len() > 1 => format!("a mapping with {} keys", entries.len()),
        Kind::List(items) if items.is_empty() => "an empty list".to_owned(),
        _ => node.word().to_owned(),
    }
}

/// A selection (a map, or a list of maps or of keywords).
fn is_filter(node: &Node<'_>) -> bool {
    match &node.kind {
        Kind::Map(entries) => !entries.is_empty(),
        Kind::List(items) => !items.is_empty(),
        Kind::Scalar { .. } => false,
    }
}

/// A piece of a text as a document of its own: without the indentation that it has in the whole.
fn cut_out(text: &str, place: Place) -> String {
    let piece = text.get(place.start..place.end).unwrap_or_default().trim_end();
    let indent = place.column.saturating_sub(1);
    let mut out = String::with_capacity(piece.len() + 1);
    for (n, line) in piece.lines().enumerate() {
        let spaces = if n == 0 { 0 } else { line.bytes().take(indent).take_while(|b| *b == b' ').count() };
        out.push_str(&line[spaces..]);
        out.push('\n');
    }
    out
}
