//! The SQL function `has('text')`: does the record contain a text, in whatever case?

use crate::field::{arguments, constant};
use datafusion::{
    arrow::{
        array::{Array, AsArray, BooleanArray},
        datatypes::DataType,
    },
    common::{Result, plan_err},
    logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature},
};
use regex::bytes::{Regex, RegexBuilder};
use std::sync::Arc;

const MAX_TEXT: usize = 4096;

/// Called with the columns `fields` and `raw`, which the search puts before the text.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct HasFunction {
    signature: Signature,
}

impl Default for HasFunction {
    fn default() -> Self {
        Self { signature: arguments() }
    }
}

impl ScalarUDFImpl for HasFunction {
    fn name(&self) -> &'static str {
        "has"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let text = constant(&args.args[2])?;
        let Some(pattern) = pattern(&text) else { return plan_err!("a text to search for has at most {MAX_TEXT} bytes") };
        let (fields, raw) = (args.args[0].to_array(args.number_rows)?, args.args[1].to_array(args.number_rows)?);
        let (fields, raw) = (fields.as_string_view(), raw.as_binary_view());
        let has = |row| pattern.is_match(raw.value(row)) || (fields.is_valid(row) && pattern.is_match(fields.value(row).as_bytes()));
        Ok(ColumnarValue::Array(Arc::new((0..raw.len()).map(|row| Some(has(row))).collect::<BooleanArray>())))
    }
}

/// The text as it is, and as JSON writes it: `C:\Temp` stands in a record as `C:\\Temp`.
fn pattern(text: &str) -> Option<Regex> {
    let escaped = serde_json::to_string(text).ok()?;
    let escaped = &escaped[1..escaped.len() - 1];
    let either = if escaped == text { regex::escape(text) } else { format!("{}|{}", regex::escape(escaped), regex::escape(text)) };
    (text.len() <= MAX_TEXT).then(|| RegexBuilder::new(&either).case_insensitive(true).build().ok()).flatten()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn text_is_found_in_any_case_and_as_json_writes_it() {
        let check = |text, record: &str, expected| assert_eq!(pattern(text).unwrap().is_match(record.as_bytes()), expected, "{text} in {record}");
        check("SchTasks", r#"{"a":"SCHTASKS /create"}"#, true);
        check(r"C:\Temp", r#"{"a":"c:\\temp\\x"}"#, true);
        check(r"C:\Temp", r"c:\temp", true);
        check("a.b", "aXb", false);
        check("größe", "GRÖSSE GRÖßE", true);
        assert!(pattern(&"x".repeat(MAX_TEXT + 1)).is_none());
    }
}
