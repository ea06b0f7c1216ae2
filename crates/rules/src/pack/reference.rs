//! The reference page of the pack's documents, in Markdown, out of their description.

use super::describe::DOCUMENTS;
use super::shape::{Document, Key, Need, Record, Shape};
use std::fmt::Write;

/// `docs/reference/pack-format.md`.
pub fn reference_page() -> String {
    let mut page = String::from(INTRODUCTION);
    for document in &DOCUMENTS {
        document_section(&mut page, document);
    }
    page
}

const INTRODUCTION: &str = "\
# Pack format

<!-- Generated from the description of the documents in `crates/rules/src/pack`; a test holds this page against it. -->

A pack is a folder:

```text
pack.yaml                     what the pack is
alerts/<Name>.yaml            everything about one alert
samples/<case>/expect.yaml    what the log files beside it must raise
story.yaml                    which facts tell what came before and after
ladder.yaml                   the technique's steps, and what is evidence of each
```

All are YAML; the last two may be left out. A key that is not listed here is refused, as are repeated keys, aliases and tags: a definition means
what it shows. `watchbell pack lint` names what is wrong, with line and column; `watchbell pack schema` prints JSON schemas
for editors.

**must**: the document is unusable without it. **should**: the lint asks for it. Others have the default that is named.
";

fn document_section(page: &mut String, document: &Document) {
    line(page, &format!("\n## `{}`\n\n{}\n", document.file, document.record.about));
    let mut told = vec![document.record.name];
    table(page, document.record);
    inner_records(page, document.record, &mut told);
}

fn inner_records(page: &mut String, record: &Record, told: &mut Vec<&'static str>) {
    for key in record.keys {
        words(page, key);
        shape_records(page, key.name, &key.shape, told);
    }
}

fn shape_records(page: &mut String, name: &str, shape: &Shape, told: &mut Vec<&'static str>) {
    match shape {
        Shape::List(of) | Shape::Map(of) => shape_records(page, name, of, told),
        Shape::Record(record) | Shape::OneOrMany { or: Some(record), .. } if !told.contains(&record.name) => {
            told.push(record.name);
            line(page, &format!("\n### `{name}`\n\n{}\n", record.about));
            table(page, record);
            inner_records(page, record, told);
        }
        Shape::Choice(keys) => choice(page, name, keys, told),
        _ => {}
    }
}

fn choice(page: &mut String, name: &str, keys: &[Key], told: &mut Vec<&'static str>) {
    line(page, &format!("\n### `{name}`\n\nOne of:\n"));
    for key in keys {
        line(page, &format!("- `{}`: {}", key.name, key.about));
    }
    for key in keys.iter().filter(|key| !matches!(key.shape, Shape::Record(record) if record.keys.is_empty())) {
        shape_records(page, key.name, &key.shape, told);
    }
}

fn table(page: &mut String, record: &Record) {
    line(page, "| key | value | needed | about |\n|---|---|---|---|");
    for key in record.keys {
        line(page, &format!("| `{}` | {} | {} | {} |", key.name, cell(&value(&key.shape)), cell(&needed(key)), cell(key.about)));
    }
}

fn value(shape: &Shape) -> String {
    match shape {
        Shape::Record(_) => "a mapping, see below".to_owned(),
        Shape::List(Shape::Record(_)) => "a list of mappings, see below".to_owned(),
        Shape::Choice(_) => "see below".to_owned(),
        shape => shape.word(),
    }
}

fn needed(key: &Key) -> String {
    match key.need {
        Need::Must => "must".to_owned(),
        Need::Should => "should".to_owned(),
        Need::May(default) => format!("default: {default}"),
    }
}

fn words(page: &mut String, key: &Key) {
    if let Shape::Word(words) = key.shape {
        line(page, &format!("\n`{}`:\n", key.name));
        for word in words {
            line(page, &format!("- `{}`: {}", word.word, word.about));
        }
    }
}

/// A bar would end the cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn line(page: &mut String, text: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(page, "{text}");
}
