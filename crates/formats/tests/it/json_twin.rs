//! The JSON walker against serde_json, on random documents and on damaged ones.

use crate::support::read_in;
use proptest::prelude::*;
use serde_json::{Map, Value};
use std::sync::{Arc, OnceLock};
use watchbell_formats::Catalogue;
use watchbell_model::FieldTable;

const KEYS: [&str; 6] = ["a", "b", "c", "Image", "déjà", "x\"y\\"];
const WANTED: [&str; 5] = ["a", "a.b", "a.b.c", "Image", "b"];

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        any::<i16>().prop_map(|n| Value::from(f64::from(n) / 8.0)),
        "[a-z\"\\\\/\n\u{e9}\u{1f600}{}:,\\[\\]]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        let object = prop::collection::vec((0..KEYS.len(), inner.clone()), 0..5)
            .prop_map(|members| Value::Object(members.into_iter().map(|(key, value)| (KEYS[key].to_owned(), value)).collect()));
        prop_oneof![prop::collection::vec(inner, 0..4).prop_map(Value::Array), object]
    })
}

fn object() -> impl Strategy<Value = Map<String, Value>> {
    prop::collection::vec((0..KEYS.len(), value()), 0..6).prop_map(|members| members.into_iter().map(|(key, value)| (KEYS[key].to_owned(), value)).collect())
}

/// What a field's values are, in the document's order.
fn expected(value: &Value, keys: &[&str], out: &mut Vec<String>) {
    match (value, keys) {
        (Value::Array(list), []) if list.is_empty() => out.push("[]".to_owned()),
        (Value::Array(list), keys) => list.iter().for_each(|value| expected(value, keys, out)),
        (Value::Object(members), [key, rest @ ..]) => {
            if let Some(member) = members.get(*key) {
                expected(member, rest, out);
            }
        }
        (Value::String(text), []) => out.push(text.clone()),
        (Value::Null, []) => out.push(String::new()),
        (other, []) => out.push(other.to_string()),
        _ => {}
    }
}

fn fields(document: &Value) -> Vec<Vec<String>> {
    let field = |name: &&str| {
        let mut out = Vec::new();
        expected(document, &name.split('.').collect::<Vec<_>>(), &mut out);
        out
    };
    WANTED.iter().map(field).collect()
}

/// The walker's values in the document's order; `None` if it is no event.
fn walked(text: &[u8]) -> Option<Vec<Vec<String>>> {
    // A record of its own before it settles the format.
    let told = read_in(&[b"{\"first\":1}\n", text].concat(), catalogue());
    let seen = told.events.into_iter().find(|event| event.lines == Some((2, 2)))?;
    let view = seen.views.get("unknown").cloned().unwrap_or_default();
    Some(WANTED.iter().map(|name| view.get(*name).cloned().unwrap_or_default()).collect())
}

/// Trees and numbers are kept as they are written; serde_json writes them in its own way.
fn respaced(text: &str) -> String {
    match serde_json::from_str::<Value>(text) {
        Ok(value @ (Value::Object(_) | Value::Array(_) | Value::Number(_))) => value.to_string(),
        _ => text.to_owned(),
    }
}

fn catalogue() -> &'static Arc<Catalogue> {
    static CATALOGUE: OnceLock<Arc<Catalogue>> = OnceLock::new();
    CATALOGUE.get_or_init(|| {
        let mut table = FieldTable::default();
        for name in WANTED {
            table.intern(name);
        }
        Arc::new(Catalogue::new(Arc::new(table)))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn sound_documents_give_what_serde_gives(object in object()) {
        let document = Value::Object(object);
        prop_assert_eq!(walked(document.to_string().as_bytes()), Some(fields(&document)), "{}", document);
    }

    #[test]
    fn damaged_documents_never_panic_and_sound_ones_are_never_refused(object in object(), at in 0_usize..200, with in any::<u8>(), how in 0_u8..4) {
        let mut text = Value::Object(object).to_string().into_bytes();
        let at = at % text.len();
        match how {
            0 => text[at] = with,
            1 => text.insert(at, with),
            2 => drop(text.remove(at)),
            _ => text.truncate(at),
        }
        let walked = walked(&text);
        if let (false, Ok(document @ Value::Object(_))) = (text.contains(&b'\n'), serde_json::from_slice::<Value>(&text)) {
            let walked = walked.expect("serde_json takes it");
            for (walked, expected) in walked.iter().zip(fields(&document)) {
                let walked: Vec<String> = walked.iter().map(|value| respaced(value)).chain(walked.iter().cloned()).collect();
                prop_assert!(expected.iter().all(|value| walked.contains(value)), "{:?}: {:?} lacks some of {:?}", String::from_utf8_lossy(&text), walked, expected);
            }
        }
    }
}
