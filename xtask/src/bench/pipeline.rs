//! What the peer is told about log sources: EventID per category and Channel per service, where its index is fastest.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// A pipeline's name, and what is in it.
#[derive(Clone, Copy)]
pub struct Name {
    file: &'static str,
    /// Records as evtx writes them, and not flat.
    nested: bool,
    /// Security 4688 too is a process creation, with field names of its own.
    full: bool,
}

pub const JSON: Name = Name { file: "json.yml", nested: false, full: false };
pub const JSON_FULL: Name = Name { file: "json-full.yml", nested: false, full: true };
pub const EVTX: Name = Name { file: "evtx.yml", nested: true, full: false };
pub const EVTX_FULL: Name = Name { file: "evtx-full.yml", nested: true, full: true };

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

/// Writes all four.
pub fn write(work: &Path) -> Result<(), String> {
    [JSON, JSON_FULL, EVTX, EVTX_FULL].into_iter().try_for_each(|name| {
        let path = path(work, name);
        std::fs::write(&path, text(name)).map_err(|error| format!("{}: {error}", path.display()))
    })
}

fn text(name: Name) -> String {
    let mut out = format!("name: {}\npriority: 10\ntransformations:\n", name.file);
    for (category, ids) in CATEGORIES {
        let ids = if name.full && *category == "process_creation" { &[1, 4688][..] } else { ids };
        condition(&mut out, "category", category, "EventID", ids);
    }
    for category in ABSENT {
        condition(&mut out, "category", category, "EventID", &[1_000_000]);
    }
    for (service, channels) in SERVICES {
        condition(&mut out, "service", service, "Channel", channels);
    }
    if name.full {
        process_names(&mut out);
    }
    if name.nested {
        nesting(&mut out);
    } else {
        mapping(&mut out, &[("Computer", "Hostname"), ("Provider_Name", "SourceName")]);
    }
    out
}

fn condition<T: std::fmt::Debug>(out: &mut String, kind: &str, value: &str, field: &str, values: &[T]) {
    // JSON's brackets are YAML too. Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "  - {{id: {kind}_{value}, type: add_condition, conditions: {{{field}: {values:?}}}, rule_conditions: [{{type: logsource, {kind}: {value}, product: windows}}]}}"
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
