//! The SQL function `field('Name')`: a value of the event's document, by its name.

use datafusion::{
    arrow::{
        array::{Array, AsArray, StringViewBuilder},
        datatypes::DataType,
    },
    common::{Result, ScalarValue, plan_err},
    logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility},
};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::{borrow::Cow, fmt, sync::Arc};

/// Called with the columns `fields` and `raw`, which the search puts before the name.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct FieldFunction {
    signature: Signature,
}

impl Default for FieldFunction {
    fn default() -> Self {
        Self { signature: arguments() }
    }
}

pub(crate) fn arguments() -> Signature {
    Signature::exact(vec![DataType::Utf8View, DataType::BinaryView, DataType::Utf8], Volatility::Immutable)
}

impl ScalarUDFImpl for FieldFunction {
    fn name(&self) -> &'static str {
        "field"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8View)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let name = constant(&args.args[2])?;
        let seek = Sought::new(&name);
        let (fields, raw) = (args.args[0].to_array(args.number_rows)?, args.args[1].to_array(args.number_rows)?);
        let (fields, raw) = (fields.as_string_view(), raw.as_binary_view());
        let mut values = StringViewBuilder::with_capacity(raw.len());
        for row in 0..raw.len() {
            let document = if fields.is_valid(row) { fields.value(row).as_bytes() } else { raw.value(row) };
            values.append_option(seek.value(document));
        }
        Ok(ColumnarValue::Array(Arc::new(values.finish())))
    }
}

/// The last argument of our functions is the same for all rows.
pub(crate) fn constant(value: &ColumnarValue) -> Result<String> {
    let ColumnarValue::Scalar(ScalarValue::Utf8(Some(text)) | ScalarValue::Utf8View(Some(text)) | ScalarValue::LargeUtf8(Some(text))) = value else {
        return plan_err!("the name or text must be written out, as in field('CommandLine')");
    };
    Ok(text.clone())
}

/// A name, and how to see quickly that a document does not have it.
pub(crate) struct Sought<'a> {
    name: &'a str,
    key: String,
}

impl<'a> Sought<'a> {
    pub fn new(name: &'a str) -> Self {
        let last = name.rsplit('.').find(|part| part.parse::<usize>().is_err()).unwrap_or_default();
        Self { name, key: format!("{last}\"") }
    }

    /// The value of the key of this name that stands least deep, or at this path.
    pub fn value(&self, document: &[u8]) -> Option<String> {
        memchr::memmem::find(document, self.key.as_bytes())?;
        let mut found = Found { name: self.name, depth: usize::MAX, value: None };
        let mut reader = serde_json::Deserializer::from_slice(document);
        // Where the document is cut off, what was found before that counts.
        let _ = Seek { found: &mut found, depth: 0 }.deserialize(&mut reader);
        let value = found.value.or_else(|| self.at_path(document))?;
        match value {
            Value::Null => None,
            Value::String(text) => Some(text),
            other => Some(other.to_string()),
        }
    }

    fn at_path(&self, document: &[u8]) -> Option<Value> {
        if !self.name.contains('.') {
            return None;
        }
        let mut value: Value = serde_json::from_slice(document).ok()?;
        for part in self.name.split('.') {
            value = match value {
                Value::Object(mut map) => map.remove(part)?,
                Value::Array(mut list) => part.parse().ok().filter(|at| *at < list.len()).map(|at: usize| list.swap_remove(at))?,
                _ => return None,
            };
        }
        Some(value)
    }
}

struct Found<'a> {
    name: &'a str,
    depth: usize,
    value: Option<Value>,
}

/// Looks through a value for the name, keeping nothing else.
struct Seek<'f, 'n> {
    found: &'f mut Found<'n>,
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Seek<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.depth >= self.found.depth {
            return deserializer.deserialize_ignored_any(IgnoredAny).map(|_| ());
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seek<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key_seed(Key)? {
            if key == self.found.name && self.depth < self.found.depth {
                self.found.value = Some(map.next_value()?);
                self.found.depth = self.depth;
            } else {
                map.next_value_seed(Seek { found: &mut *self.found, depth: self.depth + 1 })?;
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Seek { found: &mut *self.found, depth: self.depth + 1 })?.is_some() {}
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

/// A key, borrowed where it can be.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(key))
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(key.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_where_they_stand_least_deep_or_by_path() {
        let check = |name, document: &str, expected: Option<&str>| {
            assert_eq!(Sought::new(name).value(document.as_bytes()).as_deref(), expected, "{name} in {document}");
        };
        let event = r#"{"Event":{"System":{"EventID":4688,"Computer":"a"},"EventData":{"CommandLine":"a \"b\" \\c","None":null,"List":[1,{"x":2}]}}}"#;
        check("CommandLine", event, Some(r#"a "b" \c"#));
        check("EventID", event, Some("4688"));
        check("None", event, None);
        check("List", event, Some(r#"[1,{"x":2}]"#));
        check("Event.System.Computer", event, Some("a"));
        check("Event.EventData.List.0", r#"{"Event":{"EventData":{"List":[7]}}}"#, Some("7"));
        check("Nothing", event, None);
        check("a", r#"{"b":{"a":"deep"},"a":"top"}"#, Some("top"));
        check("a.b", r#"{"a":{"b":1},"c":{"a.b":2}}"#, Some("2"));
        check("a", r#"{"a":"early","b":"#, Some("early"));
        check("a", "a\" no JSON", None);
        check("a", &format!("{}\"a\"", "[".repeat(100_000)), None);
    }
}
