//! A Windows event as XML.

use super::windows::{Event, text};
use serde_json::Value;

/// One `<Event>` on one line.
pub fn event(event: &Event) -> String {
    let time = event.time.map(|time| time.to_string()).unwrap_or_default();
    let values = event.data.iter().flat_map(|(name, value)| match value {
        Value::Array(values) => values.iter().map(|value| one(name, value)).collect::<Vec<_>>(),
        value => vec![one(name, value)],
    });
    format!(
        "<Event{}><System><Provider Name=\"{}\"/><EventID>{}</EventID><Version>1</Version>\
         <Level>0</Level><Task>0</Task><Opcode>0</Opcode><Keywords>0x8020000000000000</Keywords><TimeCreated SystemTime=\"{time}\"/>\
         <EventRecordID>{}</EventRecordID><Correlation/><Execution ProcessID=\"4\" ThreadID=\"8\"/><Channel>{}</Channel><Computer>{}</Computer><Security/>\
         </System><EventData>{}</EventData></Event>",
        if event.is_linux() { "" } else { " xmlns=\"http://schemas.microsoft.com/win/2004/08/events/event\"" },
        safe(&event.provider),
        event.id,
        event.record,
        safe(&event.channel),
        safe(&event.computer),
        values.collect::<String>(),
    )
}

fn one(name: &str, value: &Value) -> String {
    if name == "Data" { format!("<Data>{}</Data>", safe(&text(value))) } else { format!("<Data Name=\"{}\">{}</Data>", safe(name), safe(&text(value))) }
}

fn safe(text: &str) -> String {
    let plain = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    plain.replace('\r', "&#13;").replace('\n', "&#10;")
}
