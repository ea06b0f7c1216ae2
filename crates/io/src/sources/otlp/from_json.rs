//! The same messages in OTLP's JSON: names in camel case, large numbers as texts.

use super::message::{Any, AnyValue, ArrayValue, KeyValue, KeyValueList, LogRecord, Logs, Resource, ResourceLogs, ScopeLogs};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// JSON's own bound on nesting holds for what is walked here.
pub fn logs(body: &[u8]) -> Result<Logs, String> {
    let body: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let resources = body.get("resourceLogs").and_then(Value::as_array).ok_or("`resourceLogs` is missing")?;
    Ok(Logs { resources: resources.iter().map(resource_logs).collect() })
}

fn resource_logs(value: &Value) -> ResourceLogs {
    let resource = Resource { attributes: key_values(&value["resource"]["attributes"]) };
    let scope = |scope: &Value| ScopeLogs { records: list(&scope["logRecords"]).iter().map(record).collect() };
    ResourceLogs { resource: Some(resource), scopes: list(&value["scopeLogs"]).iter().map(scope).collect() }
}

fn record(value: &Value) -> LogRecord {
    LogRecord {
        time: integer(&value["timeUnixNano"]).unwrap_or_default(),
        observed: integer(&value["observedTimeUnixNano"]).unwrap_or_default(),
        severity_number: integer(&value["severityNumber"]).unwrap_or_default(),
        severity: text(&value["severityText"]),
        body: any(&value["body"]),
        attributes: key_values(&value["attributes"]),
        event_name: text(&value["eventName"]),
    }
}

fn key_values(value: &Value) -> Vec<KeyValue> {
    list(value).iter().map(|pair| KeyValue { key: text(&pair["key"]), value: any(&pair["value"]) }).collect()
}

fn any(value: &Value) -> Option<AnyValue> {
    let (kind, value) = value.as_object()?.iter().next()?;
    let known = match kind.as_str() {
        "stringValue" => Any::Text(text(value)),
        "boolValue" => Any::Bool(value.as_bool()?),
        "intValue" => Any::Int(integer(value)?),
        "doubleValue" => Any::Double(value.as_f64()?),
        "arrayValue" => Any::List(ArrayValue { values: list(&value["values"]).iter().filter_map(any).collect() }),
        "kvlistValue" => Any::Map(KeyValueList { values: key_values(&value["values"]) }),
        "bytesValue" => Any::Bytes(STANDARD.decode(value.as_str()?).ok()?),
        _ => return None,
    };
    Some(AnyValue { any: Some(known) })
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A number, or a text that is one.
fn integer<T: std::str::FromStr>(value: &Value) -> Option<T> {
    match value {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => number.to_string().parse().ok(),
        _ => None,
    }
}
