//! What the peer is told about log sources: EventID per category and Channel per service, where its index is fastest.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// A pipeline's name, and the form of the records that it is for.
#[derive(Clone, Copy)]
pub struct Name {
    file: &'static str,
    form: Form,
    /// Security 4688 too is a process creation, with field names of its own.
    full: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// Flat, as NXLog writes them.
    Flat,
    /// As the evtx crate writes them.
    Nested,
    /// As `FLATTEN` makes them.
    Flattened,
}

pub const JSON: Name = Name { file: "json.yml", form: Form::Flat, full: false };
pub const JSON_FULL: Name = Name { file: "json-full.yml", form: Form::Flat, full: true };
pub const EVTX: Name = Name { file: "evtx.yml", form: Form::Nested, full: false };
pub const EVTX_FULL: Name = Name { file: "evtx-full.yml", form: Form::Nested, full: true };
pub const FLATTENED: Name = Name { file: "flattened.yml", form: Form::Flattened, full: false };

/// The jq filter that gives every record Sigma's names, and `Source`: its channel and event id.
pub const FLATTEN: &str = include_str!("flatten.jq");

/// Category and the event ids that it is made of.
const CATEGORIES: &[(&str, &[u32])] = &[
    ("create_remote_thread", &[8]),
    ("create_stream_hash", &[15]),
    ("dns_query", &[22]),
    ("driver_load", &[6]),
    ("file_block_executable", &[27]),
    ("file_block_shredding", &[28]),
    ("file_change", &[2]),
    ("file_delete", &[23, 26]),
    ("file_event", &[11]),
    ("file_executable_detected", &[29]),
    ("image_load", &[7]),
    ("network_connection", &[3]),
    ("pipe_created", &[17, 18]),
    ("process_access", &[10]),
    ("process_creation", &[1]),
    ("process_tampering", &[25]),
    ("process_termination", &[5]),
    ("ps_classic_provider_start", &[600]),
    ("ps_classic_script", &[800]),
    ("ps_classic_start", &[400]),
    ("ps_module", &[4103]),
    ("ps_script", &[4104]),
    ("raw_access_thread", &[9]),
    ("registry_add", &[12]),
    ("registry_delete", &[12]),
    ("registry_event", &[12, 13, 14]),
    ("registry_rename", &[14]),
    ("registry_set", &[13]),
    ("sysmon_error", &[255]),
    ("sysmon_status", &[4, 16]),
    ("wmi_event", &[19, 20, 21]),
];

/// Categories that no event of these logs belongs to.
const ABSENT: &[&str] = &["file_access", "file_rename"];

/// Service and the channels that it writes to.
const SERVICES: &[(&str, &[&str])] = &[
    ("application", &["Application"]),
    (
        "applocker",
        &[
            "Microsoft-Windows-AppLocker/MSI and Script",
            "Microsoft-Windows-AppLocker/EXE and DLL",
            "Microsoft-Windows-AppLocker/Packaged app-Deployment",
            "Microsoft-Windows-AppLocker/Packaged app-Execution",
        ],
    ),
    ("appmodel-runtime", &["Microsoft-Windows-AppModel-Runtime/Admin"]),
    ("appxdeployment-server", &["Microsoft-Windows-AppXDeploymentServer/Operational"]),
    ("appxpackaging-om", &["Microsoft-Windows-AppxPackaging/Operational"]),
    ("bits-client", &["Microsoft-Windows-Bits-Client/Operational"]),
    ("capi2", &["Microsoft-Windows-CAPI2/Operational"]),
    ("certificateservicesclient-lifecycle-system", &["Microsoft-Windows-CertificateServicesClient-Lifecycle-System/Operational"]),
    ("codeintegrity-operational", &["Microsoft-Windows-CodeIntegrity/Operational"]),
    ("diagnosis-scripted", &["Microsoft-Windows-Diagnosis-Scripted/Operational"]),
    ("dns-client", &["Microsoft-Windows-DNS Client Events/Operational"]),
    ("dns-server", &["DNS Server"]),
    ("driver-framework", &["Microsoft-Windows-DriverFrameworks-UserMode/Operational"]),
    ("firewall-as", &["Microsoft-Windows-Windows Firewall With Advanced Security/Firewall"]),
    ("iis-configuration", &["Microsoft-IIS-Configuration/Operational"]),
    ("ldap", &["Microsoft-Windows-LDAP-Client/Debug"]),
    ("lsa-server", &["Microsoft-Windows-LSA/Operational"]),
    ("microsoft-servicebus-client", &["Microsoft-ServiceBus-Client"]),
    ("msexchange-management", &["MSExchange Management"]),
    ("ntlm", &["Microsoft-Windows-NTLM/Operational"]),
    ("openssh", &["OpenSSH/Operational"]),
    ("powershell-classic", &["Windows PowerShell"]),
    ("security", &["Security"]),
    ("security-mitigations", &["Microsoft-Windows-Security-Mitigations/Kernel Mode", "Microsoft-Windows-Security-Mitigations/User Mode"]),
    ("shell-core", &["Microsoft-Windows-Shell-Core/Operational"]),
    ("smbclient-security", &["Microsoft-Windows-SmbClient/Security"]),
    ("smbserver-connectivity", &["Microsoft-Windows-SMBServer/Connectivity"]),
    ("sysmon", &["Microsoft-Windows-Sysmon/Operational"]),
    ("system", &["System"]),
    ("taskscheduler", &["Microsoft-Windows-TaskScheduler/Operational"]),
    ("terminalservices-localsessionmanager", &["Microsoft-Windows-TerminalServices-LocalSessionManager/Operational"]),
    ("windefend", &["Microsoft-Windows-Windows Defender/Operational"]),
    ("wmi", &["Microsoft-Windows-WMI-Activity/Operational"]),
];

/// Names of the record's frame in the nested form; everything else lies in the event's data.
const FRAME: &[(&str, &str)] = &[
    ("EventID", "Event.System.EventID"),
    ("Channel", "Event.System.Channel"),
    ("Computer", "Event.System.Computer"),
    ("Provider_Name", "Event.System.Provider.#attributes.Name"),
    ("Level", "Event.System.Level"),
    ("Task", "Event.System.Task"),
];

pub fn path(work: &Path, name: Name) -> PathBuf {
    work.join(name.file)
}

/// Writes all of them.
pub fn write(work: &Path) -> Result<(), String> {
    [JSON, JSON_FULL, EVTX, EVTX_FULL, FLATTENED].into_iter().try_for_each(|name| {
        let path = path(work, name);
        std::fs::write(&path, text(name)).map_err(|error| format!("{}: {error}", path.display()))
    })
}

fn text(name: Name) -> String {
    let mut out = format!("name: {}\npriority: 10\ntransformations:\n", name.file);
    for (category, ids) in CATEGORIES {
        let wanted = match (name.form, *category) {
            (Form::Flattened, _) => sources(category, ids),
            (_, "process_creation") if name.full => "EventID: [1, 4688]".into(),
            _ => format!("EventID: {ids:?}"),
        };
        condition(&mut out, "category", category, &wanted);
    }
    for category in ABSENT {
        condition(&mut out, "category", category, "EventID: [1000000]");
    }
    for (service, channels) in SERVICES {
        condition(&mut out, "service", service, &format!("Channel: {channels:?}"));
    }
    if name.full {
        process_names(&mut out);
    }
    match name.form {
        Form::Flat => mapping(&mut out, &[("Computer", "Hostname"), ("Provider_Name", "SourceName")]),
        Form::Nested => nesting(&mut out),
        Form::Flattened => {}
    }
    out
}

/// A category by channel and event id together, and not by an event id that another channel has too.
fn sources(category: &str, ids: &[u32]) -> String {
    let channels: &[&str] = match category {
        "ps_module" | "ps_script" => &["Microsoft-Windows-PowerShell/Operational", "PowerShellCore/Operational"],
        _ if category.starts_with("ps_classic") => &["Windows PowerShell"],
        _ => &["Microsoft-Windows-Sysmon/Operational"],
    };
    let mut sources: Vec<String> = channels.iter().flat_map(|channel| ids.iter().map(move |id| format!("{channel} {id}"))).collect();
    match category {
        "process_creation" => sources.push("Security 4688".into()),
        "registry_event" | "registry_set" => sources.push("Security 4657".into()),
        _ => {}
    }
    let types = match category {
        "registry_add" => ", EventType: [CreateKey]",
        "registry_delete" => ", EventType: [DeleteKey, DeleteValue]",
        _ => "",
    };
    format!("Source: {sources:?}{types}")
}

fn condition(out: &mut String, kind: &str, value: &str, wanted: &str) {
    // JSON's brackets are YAML too. Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "  - {{id: {kind}_{value}, type: add_condition, conditions: {{{wanted}}}, rule_conditions: [{{type: logsource, {kind}: {value}, product: windows}}]}}"
    );
}

/// Security 4688's names of a process creation's fields, as alternatives.
fn process_names(out: &mut String) {
    out.push_str(
        "  - {id: names_of_4688, type: field_name_mapping, mapping: {Image: [Image, NewProcessName], ParentImage: [ParentImage, ParentProcessName]}, ",
    );
    out.push_str("rule_conditions: [{type: logsource, category: process_creation, product: windows}]}\n");
}

fn mapping(out: &mut String, names: &[(&str, &str)]) {
    let pairs: Vec<String> = names.iter().map(|(from, to)| format!("{from}: \"{to}\"")).collect();
    let _ = writeln!(out, "  - {{id: frame, type: field_name_mapping, mapping: {{{}}}}}", pairs.join(", "));
}

fn nesting(out: &mut String) {
    let frame: Vec<&str> = FRAME.iter().map(|name| name.0).collect();
    let _ = writeln!(
        out,
        "  - {{id: data, type: field_name_prefix, prefix: Event.EventData., field_name_conditions: [{{type: exclude_fields, fields: {frame:?}}}]}}"
    );
    mapping(out, FRAME);
}
