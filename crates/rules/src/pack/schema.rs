//! The documents' descriptions as JSON schemas, for editors.

use super::describe::DOCUMENTS;
use super::shape::{Document, Key, Need, Record, Shape, Word};
use serde_json::{Map, Value, json};

/// One of the documents of a pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    Pack,
    Alert,
    Sample,
    Story,
    Ladder,
}

impl Which {
    pub const ALL: [Self; 5] = [Self::Pack, Self::Alert, Self::Sample, Self::Story, Self::Ladder];

    /// `pack`, `alert`, `sample`, `story`, `ladder`.
    pub fn word(self) -> &'static str {
        ["pack", "alert", "sample", "story", "ladder"][self as usize]
    }

    fn document(self) -> &'static Document {
        &DOCUMENTS[self as usize]
    }
}

const _: () = assert!(DOCUMENTS.len() == Which::ALL.len());

/// The JSON schema (draft 2020-12) of a document.
pub fn json_schema(which: Which) -> Value {
    let document = which.document();
    let mut records = Map::new();
    let mut schema = record(document.record, &mut records);
    if let Some(object) = schema.as_object_mut() {
        object.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        object.insert("title".to_owned(), json!(format!("{} ({})", document.title, document.file)));
        object.insert("$defs".to_owned(), Value::Object(records));
    }
    schema
}

fn record(of: &Record, records: &mut Map<String, Value>) -> Value {
    let properties: Map<String, Value> = of.keys.iter().map(|key| (key.name.to_owned(), property(key, records))).collect();
    let required: Vec<&str> = of.keys.iter().filter(|key| key.need == Need::Must).map(|key| key.name).collect();
    json!({ "description": of.about, "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

fn property(key: &Key, records: &mut Map<String, Value>) -> Value {
    let mut schema = shape(&key.shape, records);
    let about = match key.need {
        Need::May(default) if !default.is_empty() => format!("{} Default: {default}.", key.about),
        _ => key.about.to_owned(),
    };
    if let Some(object) = schema.as_object_mut() {
        object.insert("description".to_owned(), json!(about));
    }
    schema
}

fn shape(of: &Shape, records: &mut Map<String, Value>) -> Value {
    match of {
        Shape::Text => json!({ "type": ["string", "number", "boolean"] }),
        Shape::Uuid => json!({ "type": "string", "pattern": "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-4[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$" }),
        Shape::Version => json!({ "type": "string", "pattern": r"^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$" }),
        Shape::Date => json!({ "type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$" }),
        Shape::Duration => json!({ "type": "string", "pattern": "^(?=.)([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?$" }),
        Shape::Integer { least, most: i64::MAX } => json!({ "type": "integer", "minimum": least }),
        Shape::Integer { least, most } => json!({ "type": "integer", "minimum": least, "maximum": most }),
        Shape::Number => json!({ "type": "number" }),
        Shape::Switch => json!({ "enum": ["on", "off", true, false] }),
        Shape::Word(words) => words_of(words),
        Shape::List(item) => json!({ "type": "array", "items": shape(item, records) }),
        Shape::OneOrMany { of, or } => one_or_many(of, *or, records),
        Shape::Map(item) => json!({ "type": "object", "additionalProperties": shape(item, records) }),
        Shape::Record(inner) => referred(inner, records),
        Shape::Choice(keys) => choice(keys, records),
        Shape::Rule => json!({ "type": "object" }),
        Shape::Filter => json!({ "type": ["object", "array"] }),
    }
}

fn words_of(words: &[Word]) -> Value {
    let each: Vec<Value> = words.iter().map(|w| json!({ "const": w.word, "description": w.about })).collect();
    json!({ "oneOf": each })
}

fn one_or_many(of: &Shape, or: Option<&Record>, records: &mut Map<String, Value>) -> Value {
    let one = shape(of, records);
    let many = json!({ "type": "array", "items": one.clone() });
    let map = or.map(|record| referred(record, records));
    let any: Vec<Value> = [one, many].into_iter().chain(map).collect();
    json!({ "anyOf": any })
}

fn choice(keys: &[Key], records: &mut Map<String, Value>) -> Value {
    let properties: Map<String, Value> = keys.iter().map(|key| (key.name.to_owned(), property(key, records))).collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false, "minProperties": 1, "maxProperties": 1 })
}

/// A record goes to `$defs` once.
fn referred(inner: &Record, records: &mut Map<String, Value>) -> Value {
    if !records.contains_key(inner.name) {
        records.insert(inner.name.to_owned(), Value::Null);
        let schema = record(inner, records);
        records.insert(inner.name.to_owned(), schema);
    }
    json!({ "$ref": format!("#/$defs/{}", inner.name) })
}
