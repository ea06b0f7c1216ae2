//! The reference of fields, written from the shapes.

use super::list::{all_shapes, bases};
use super::model::{Compute, Cut, IdPart, IdSpec, Shape, ViewSpec, When, Word};
use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};

const INTRO: &str = "# Fields and log sources

Which JSON, XML and EVTX records are known, what log sources they belong to, and where each field of a rule is looked for.
A field that is not named below is looked for at the places of *all other fields*, best first; the first place that has a
value counts. Every field keeps the name that Sigma gives it, whatever the shipper calls it.
";

/// `docs/reference/fields.md`.
pub fn reference() -> String {
    let mut out = String::from(INTRO);
    let shapes = all_shapes();
    for shape in shapes {
        section(&mut out, shape);
    }
    for base in bases() {
        line(&mut out, format_args!("\n## {} (base `{}`)\n", base.title, base.id));
        identity(&mut out, base);
        infer(&mut out, base);
        views(&mut out, &base.views);
        messages(&mut out, base);
    }
    out
}

fn section(out: &mut String, shape: &Shape) {
    line(out, format_args!("\n## {} (`{}`)\n", shape.title, shape.id));
    if !shape.notes.is_empty() {
        line(out, format_args!("{}\n", shape.notes.trim()));
    }
    let whens: Vec<String> = shape.when.iter().map(condition).collect();
    line(out, format_args!("- Known by: {}.", whens.join("; or ")));
    list(out, "Host", &shape.host);
    list(out, "Time", &shape.time);
    for (name, places) in &shape.prefixes {
        line(out, format_args!("- `{name}` and what is under it: {}.", code(places, ", ")));
    }
    list(out, "All other fields", &shape.fields);
    list(out, "Texts that are read as the JSON in them", &shape.nested);
    if !shape.message.is_empty() {
        line(out, format_args!("- A record without its event's data is read from the text in `{}`.", shape.message));
    }
    if !shape.base.is_empty() {
        line(out, format_args!("- Log sources, computed fields and identity: base `{}`.", shape.base));
    }
    names(out, &shape.names);
    if shape.base.is_empty() {
        identity(out, shape);
        infer(out, shape);
        views(out, &shape.views);
    }
}

fn condition(when: &When) -> String {
    let mut parts: Vec<String> = Vec::new();
    if !when.all.is_empty() {
        parts.push(code(&when.all, " and "));
    }
    if !when.any.is_empty() {
        parts.push(format!("one of {}", code(&when.any, ", ")));
    }
    if !when.none.is_empty() {
        parts.push(format!("not {}", code(&when.none, " nor ")));
    }
    parts.extend(when.values.iter().map(|(path, values)| format!("`{path}` is {}", words(values))));
    if parts.is_empty() { "any object that no other shape knows".to_owned() } else { parts.join(", ") }
}

fn names(out: &mut String, names: &BTreeMap<String, Vec<String>>) {
    if names.is_empty() {
        return;
    }
    line(out, "\n| field | places |\n|---|---|");
    for (name, places) in names {
        line(out, format_args!("| `{name}` | {} |", code(places, ", ")));
    }
}

fn identity(out: &mut String, shape: &Shape) {
    let specs: Vec<String> = shape.identity.iter().map(id).collect();
    let own = if specs.is_empty() { String::new() } else { format!("{}; where a part is missing, ", specs.join("; else ")) };
    line(out, format_args!("- Identity: {own}the record's bytes."));
}

fn id(spec: &IdSpec) -> String {
    let parts: Vec<String> = spec.parts.iter().map(part).collect();
    format!("`{}` over {}", spec.tag, parts.join(", "))
}

fn part(part: &IdPart) -> String {
    match part {
        IdPart::Text(name) => format!("`{name}`"),
        IdPart::Lower(name) => format!("`{name}` in lower case"),
        IdPart::Number(name) => format!("`{name}` as a number"),
        IdPart::Maybe(name) => format!("`{name}` or nothing"),
        IdPart::Time(Cut::Second) => "the time to the second in UTC".to_owned(),
        IdPart::Time(Cut::Whole) => "the time".to_owned(),
    }
}

fn infer(out: &mut String, shape: &Shape) {
    for (name, how) in &shape.infer {
        let pairs: Vec<String> = how.map.iter().map(|(from, to)| format!("`{from}` means `{to}`")).collect();
        line(out, format_args!("- A missing {name} is told by the {}: {}.", how.from, pairs.join(", ")));
    }
}

fn views(out: &mut String, views: &[ViewSpec]) {
    line(out, "\n| log source | when | own fields |\n|---|---|---|");
    for view in views {
        line(out, format_args!("| {} | {} | {} |", source(view), view_when(view), view_fields(view)));
    }
}

fn source(view: &ViewSpec) -> String {
    let parts = [("product", view.product.clone()), ("category", view.category.clone()), ("service", view.service.join(", "))];
    let told: Vec<String> = parts.iter().filter(|(_, text)| !text.is_empty()).map(|(name, text)| format!("{name} {text}")).collect();
    if told.is_empty() { "none".to_owned() } else { told.join("; ") }
}

fn view_when(view: &ViewSpec) -> String {
    let mut parts: Vec<String> = view.when.iter().map(|(part, values)| format!("{part} {}", words(values))).collect();
    if view.otherwise {
        parts.push("no other".to_owned());
    }
    if parts.is_empty() { "always".to_owned() } else { parts.join("; ") }
}

fn view_fields(view: &ViewSpec) -> String {
    let aliases = view.names.iter().map(|(name, of)| format!("`{name}` is {}", code(of, " or ")));
    let computed = view.compute.iter().map(|(name, how)| format!("`{name}` is {}", computed(how)));
    aliases.chain(computed).chain(view.constants.iter().map(|(name, text)| format!("`{name}` is always {text}"))).collect::<Vec<_>>().join("; ")
}

fn computed(how: &Compute) -> String {
    match how {
        Compute::Join { fields, by } => code(fields, &format!(" `{by}` ")),
        Compute::Map { field, to } => {
            let pairs: Vec<String> = to.iter().map(|(from, to)| format!("{from} = {to}")).collect();
            format!("`{field}` by {}", pairs.join(", "))
        }
        Compute::Piece { field, by, back } => format!("piece {} from the end of `{field}`, cut at `{by}`", back + 1),
        Compute::After { field, word } => format!("what follows `/{word}/` in `{field}`"),
        Compute::File { folder, name } => format!("`{folder}` `/` `{name}`"),
        Compute::Arguments { field } => format!("the list `{field}` as one line"),
        Compute::Api { field, part } => format!("the {} in the path `{field}`", format!("{part:?}").to_lowercase()),
    }
}

fn messages(out: &mut String, base: &Shape) {
    if base.messages.is_empty() {
        return;
    }
    line(out, "\nTexts that are read where nothing else was sent:\n");
    for message in &base.messages {
        let when: Vec<String> = message.when.iter().map(|(part, values)| format!("{part} {}", words(values))).collect();
        let keys = message.keys.iter().map(|(key, name)| format!("*{key}* `{name}`"));
        let quoted = message.quoted.iter().filter(|name| !name.is_empty()).map(|name| format!("`{name}`"));
        let told: Vec<String> = message.same.iter().map(|name| format!("`{name}`")).chain(keys).chain(quoted).collect();
        line(out, format_args!("- {}: {}.", when.join("; "), told.join(", ")));
    }
}

fn list(out: &mut String, what: &str, places: &[String]) {
    if !places.is_empty() {
        line(out, format_args!("- {what}: {}.", code(places, ", ")));
    }
}

fn code(names: &[String], between: &str) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(between)
}

fn words(values: &[Word]) -> String {
    values.iter().map(Word::text).collect::<Vec<_>>().join(", ")
}

fn line(out: &mut String, text: impl Display) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{text}");
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_reference_tells_of_shapes_and_views() {
        let text = super::reference();
        for part in ["(`nxlog`)", "| `Computer` | `winlog.computer_name`", "category process_creation", "`Image` is `NewProcessName`", "`windows` over"] {
            assert!(text.contains(part), "{part}");
        }
    }
}
