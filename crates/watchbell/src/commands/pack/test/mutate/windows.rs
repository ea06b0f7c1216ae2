//! A Windows event by itself, read out of whatever schema a sample has it in.

use jiff::tz::TimeZone;
use serde_json::{Map, Value};
use watchbell_model::Timestamp;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Event {
    pub channel: String,
    pub id: u64,
    pub provider: String,
    pub computer: String,
    pub time: Option<Timestamp>,
    pub record: u64,
    /// Names and values as `EventData` or `UserData` has them.
    pub data: Vec<(String, Value)>,
}

/// What NXLog puts beside the event's data.
const NXLOG: &[&str] = &[
    "EventTime",
    "TimeCreated",
    "Hostname",
    "Keywords",
    "SeverityValue",
    "Severity",
    "EventID",
    "SourceName",
    "ProviderGuid",
    "Version",
    "Task",
    "OpcodeValue",
    "Opcode",
    "RecordNumber",
    "ProcessID",
    "ThreadID",
    "Channel",
    "EventReceivedTime",
    "SourceModuleName",
    "SourceModuleType",
    "Message",
    "Category",
    "Domain",
    "AccountName",
    "UserID",
    "AccountType",
    "ActivityID",
    "Level",
    "LevelValue",
    "ExecutionProcessID",
    "@timestamp",
    "@version",
    "host",
    "port",
    "tags",
];

/// What stands beside the data in flat JSON of Sigma's names.
const FLAT: &[&str] = &[
    "Channel",
    "EventID",
    "Provider_Name",
    "ProviderName",
    "Provider",
    "Computer",
    "ComputerName",
    "Hostname",
    "EventRecordID",
    "SystemTime",
    "TimeCreated",
    "@timestamp",
    "timestamp",
];

/// Fields of the Elastic Common Schema: the path, and the name in Sysmon's and in the Security log's event.
pub const ECS: &[(&str, &str, &str)] = &[
    ("process.executable", "Image", "NewProcessName"),
    ("process.command_line", "CommandLine", "CommandLine"),
    ("process.pid", "ProcessId", "NewProcessId"),
    ("process.entity_id", "ProcessGuid", ""),
    ("process.working_directory", "CurrentDirectory", ""),
    ("process.pe.original_file_name", "OriginalFileName", ""),
    ("process.pe.company", "Company", ""),
    ("process.pe.product", "Product", ""),
    ("process.pe.description", "Description", ""),
    ("process.parent.executable", "ParentImage", "ParentProcessName"),
    ("process.parent.command_line", "ParentCommandLine", ""),
    ("process.parent.pid", "ParentProcessId", "ProcessId"),
    ("process.parent.entity_id", "ParentProcessGuid", ""),
    ("file.path", "TargetFilename", ""),
    ("registry.path", "TargetObject", ""),
];

impl Event {
    /// `None` if the document is no Windows event that can be told.
    pub fn of(document: &Value) -> Option<Self> {
        let readers = [from_tree, from_winlogbeat, from_winlogbeat6, from_wazuh, from_nxlog, from_flat];
        let event = readers.iter().find_map(|reader| reader(document))?;
        (event.id > 0 && !event.channel.is_empty() && !event.data.is_empty()).then_some(event)
    }

    pub fn get(&self, name: &str) -> Option<String> {
        self.data.iter().find(|(n, _)| n == name).map(|(_, value)| text(value)).filter(|value| !value.is_empty())
    }

    pub fn set(&mut self, name: &str, new: &str) {
        if let Some((_, value)) = self.data.iter_mut().find(|(n, _)| n == name) {
            *value = new.into();
        }
    }

    pub fn is_sysmon(&self) -> bool {
        self.channel == "Microsoft-Windows-Sysmon/Operational"
    }

    pub fn is_linux(&self) -> bool {
        self.channel.starts_with("Linux-Sysmon")
    }
}

/// A value as shippers write it where everything is text.
pub fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The value at a path of keys with dots between them.
pub fn at<'v>(document: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(document, |value, key| value.get(key)).filter(|value| !value.is_null())
}

fn word(document: &Value, path: &str) -> String {
    at(document, path).map(text).unwrap_or_default()
}

fn number(document: &Value, path: &str) -> u64 {
    word(document, path).parse().unwrap_or(0)
}

fn time(document: &Value, path: &str) -> Option<Timestamp> {
    Timestamp::parse(&word(document, path), &TimeZone::UTC)
}

fn data(members: Option<&Value>) -> Vec<(String, Value)> {
    let members = members.and_then(Value::as_object).into_iter().flatten();
    members.filter(|(name, value)| !name.starts_with('#') && !value.is_null()).map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// XML's tree, as evtx-rs and this project's own readers give it.
fn from_tree(document: &Value) -> Option<Event> {
    let (event, system) = (document.get("Event")?, document.get("Event")?.get("System")?);
    let attribute = |element: &str, name: &str| {
        let there = [format!("{element}.#attributes.{name}"), format!("{element}_attributes.{name}")];
        there.iter().find_map(|path| at(system, path)).map(text).unwrap_or_default()
    };
    let plain = event.get("EventData").filter(|data| data.is_object());
    let user = event.get("UserData").and_then(Value::as_object).and_then(|data| data.values().find(|value| value.is_object()));
    let id = at(system, "EventID.#text").or_else(|| system.get("EventID")).map(text).unwrap_or_default();
    Some(Event {
        channel: word(system, "Channel"),
        id: id.parse().ok()?,
        provider: attribute("Provider", "Name"),
        computer: word(system, "Computer"),
        time: Timestamp::parse(&attribute("TimeCreated", "SystemTime"), &TimeZone::UTC),
        record: number(system, "EventRecordID"),
        data: data(plain.or(user)),
    })
}

fn from_winlogbeat(document: &Value) -> Option<Event> {
    let log = document.get("winlog")?;
    let id = at(log, "event_id").or_else(|| at(document, "event.code")).map(text)?;
    let mut event = Event {
        channel: word(log, "channel"),
        id: id.parse().ok()?,
        provider: word(log, "provider_name"),
        computer: word(log, "computer_name"),
        time: time(document, "@timestamp"),
        record: number(log, "record_id"),
        data: data(log.get("event_data").or_else(|| log.get("user_data"))),
    };
    for (path, sysmon, security) in ECS {
        let name = if event.is_sysmon() { sysmon } else { security };
        let there = event.data.iter().any(|(n, _)| n == name);
        if let Some(value) = at(document, path).filter(|_| !there && !name.is_empty()) {
            event.data.push(((*name).to_owned(), value.clone()));
        }
    }
    if let Some(user) = at(document, "user.name").filter(|_| event.is_sysmon() && event.get("User").is_none()) {
        let domain = word(document, "user.domain");
        event.data.push(("User".to_owned(), if domain.is_empty() { user.clone() } else { format!("{domain}\\{}", text(user)).into() }));
    }
    Some(event)
}

fn from_winlogbeat6(document: &Value) -> Option<Event> {
    Some(Event {
        channel: word(document, "log_name"),
        id: at(document, "event_id").map(text)?.parse().ok()?,
        provider: word(document, "source_name"),
        computer: word(document, "computer_name"),
        time: time(document, "@timestamp"),
        record: number(document, "record_number"),
        data: data(document.get("event_data").or_else(|| document.get("user_data"))),
    })
}

fn from_wazuh(document: &Value) -> Option<Event> {
    let win = at(document, "data.win").or_else(|| document.get("win"))?;
    let system = win.get("system")?;
    Some(Event {
        channel: word(system, "channel"),
        id: at(system, "eventID").map(text)?.parse().ok()?,
        provider: word(system, "providerName"),
        computer: word(system, "computer"),
        time: time(system, "systemTime"),
        record: number(system, "eventRecordID"),
        data: data(win.get("eventdata")).into_iter().map(|(name, value)| (upper_first(&name), value)).collect(),
    })
}

fn upper_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

fn from_nxlog(document: &Value) -> Option<Event> {
    let members: &Map<String, Value> = document.as_object()?;
    members.get("SourceName")?;
    let own = |name: &str, value: &Value| match name {
        "EventType" => !["AUDIT_SUCCESS", "AUDIT_FAILURE", "INFO", "WARNING", "ERROR", "VERBOSE"].contains(&text(value).as_str()),
        name => !NXLOG.contains(&name),
    };
    let when = if members.contains_key("EventTime") { "EventTime" } else { "TimeCreated" };
    Some(Event {
        channel: word(document, "Channel"),
        id: number(document, "EventID"),
        provider: word(document, "SourceName"),
        computer: word(document, "Hostname"),
        time: time(document, when),
        record: number(document, "RecordNumber"),
        data: data(Some(document)).into_iter().filter(|(name, value)| own(name, value)).collect(),
    })
}

fn from_flat(document: &Value) -> Option<Event> {
    let members = document.as_object()?;
    let one = |names: &[&str]| names.iter().find_map(|name| members.get(*name)).map(text).unwrap_or_default();
    Some(Event {
        channel: one(&["Channel"]),
        id: one(&["EventID"]).parse().ok()?,
        provider: one(&["Provider_Name", "ProviderName", "Provider"]),
        computer: one(&["Computer", "ComputerName", "Hostname"]),
        time: Timestamp::parse(&one(&["TimeCreated", "SystemTime", "@timestamp", "UtcTime", "timestamp"]), &TimeZone::UTC),
        record: one(&["EventRecordID"]).parse().unwrap_or(0),
        data: data(Some(document)).into_iter().filter(|(name, _)| !FLAT.contains(&name.as_str())).collect(),
    })
}
