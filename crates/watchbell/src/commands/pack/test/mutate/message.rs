//! The running text of a Windows event, as the Event Viewer shows it in English.

use super::windows::{Event, text};

/// `None` for events whose text does not carry their data.
pub fn of(event: &Event) -> Option<String> {
    if event.is_sysmon() {
        return Some(sysmon(event));
    }
    if event.get("RpcCallClientLocality").is_some_and(|locality| locality != "-") {
        return None;
    }
    match (event.channel.as_str(), event.id) {
        ("Security", 4688) => Some(filled(event, PROCESS)),
        ("Security", 4698) => Some(filled(event, CREATED)),
        ("Security", 4702) => Some(filled(event, UPDATED)),
        ("Security", 4699..=4701) => Some(filled(event, OTHER)),
        ("Security", 5145) => Some(filled(event, SHARE)),
        ("Microsoft-Windows-TaskScheduler/Operational", id) => Some(filled(event, scheduler(id)?)),
        _ => None,
    }
}

const PROCESS: &str = "A new process has been created.\r\n\r\nCreator Subject:\r\n\tSecurity ID:\t\t{SubjectUserSid}\r\n\tAccount Name:\t\t{SubjectUserName}\r\n\tAccount Domain:\t\t{SubjectDomainName}\r\n\tLogon ID:\t\t{SubjectLogonId}\r\n\r\nTarget Subject:\r\n\tSecurity ID:\t\t{TargetUserSid}\r\n\tAccount Name:\t\t{TargetUserName}\r\n\tAccount Domain:\t\t{TargetDomainName}\r\n\tLogon ID:\t\t{TargetLogonId}\r\n\r\nProcess Information:\r\n\tNew Process ID:\t\t{NewProcessId}\r\n\tNew Process Name:\t{NewProcessName}\r\n\tToken Elevation Type:\t{TokenElevationType}\r\n\tMandatory Label:\t\t{MandatoryLabel}\r\n\tCreator Process ID:\t{ProcessId}\r\n\tCreator Process Name:\t{ParentProcessName}\r\n\tProcess Command Line:\t{CommandLine}\r\n\r\nToken Elevation Type indicates the type of token that was assigned to the new process in accordance with User Account Control policy.";
const CREATED: &str = "A scheduled task was created.\r\n\r\nSubject:\r\n\tSecurity ID:\t\t{SubjectUserSid}\r\n\tAccount Name:\t\t{SubjectUserName}\r\n\tAccount Domain:\t\t{SubjectDomainName}\r\n\tLogon ID:\t\t{SubjectLogonId}\r\n\r\nTask Information:\r\n\tTask Name: \t\t{TaskName}\r\n\tTask Content: \t\t{TaskContent}\r\n\r\nOther Information:\r\n\tProcessCreationTime: \t\t{ClientProcessStartKey}\r\n\tClientProcessId: \t\t\t{ClientProcessId}\r\n\tParentProcessId: \t\t\t{ParentProcessId}\r\n\tFQDN: \t\t{FQDN}\r\n";
const UPDATED: &str = "A scheduled task was updated.\r\n\r\nSubject:\r\n\tSecurity ID:\t\t{SubjectUserSid}\r\n\tAccount Name:\t\t{SubjectUserName}\r\n\tAccount Domain:\t\t{SubjectDomainName}\r\n\tLogon ID:\t\t{SubjectLogonId}\r\n\r\nTask Information:\r\n\tTask Name: \t\t{TaskName}\r\n\tTask New Content: \t\t{TaskContentNew}\r\n\r\nOther Information:\r\n\tProcessCreationTime: \t\t{ClientProcessStartKey}\r\n\tClientProcessId: \t\t\t{ClientProcessId}\r\n\tParentProcessId: \t\t\t{ParentProcessId}\r\n\tFQDN: \t\t{FQDN}\r\n";
const OTHER: &str = "A scheduled task was changed.\r\n\r\nSubject:\r\n\tSecurity ID:\t\t{SubjectUserSid}\r\n\tAccount Name:\t\t{SubjectUserName}\r\n\tAccount Domain:\t\t{SubjectDomainName}\r\n\tLogon ID:\t\t{SubjectLogonId}\r\n\r\nTask Information:\r\n\tTask Name: \t\t{TaskName}\r\n\tTask Content: \t\t{TaskContent}\r\n";
const SHARE: &str = "A network share object was checked to see whether client can be granted desired access.\r\n\t\r\nSubject:\r\n\tSecurity ID:\t\t{SubjectUserSid}\r\n\tAccount Name:\t\t{SubjectUserName}\r\n\tAccount Domain:\t\t{SubjectDomainName}\r\n\tLogon ID:\t\t{SubjectLogonId}\r\n\r\nNetwork Information:\t\r\n\tObject Type:\t\t{ObjectType}\r\n\tSource Address:\t\t{IpAddress}\r\n\tSource Port:\t\t{IpPort}\r\n\t\r\nShare Information:\r\n\tShare Name:\t\t{ShareName}\r\n\tShare Path:\t\t{ShareLocalPath}\r\n\tRelative Target Name:\t{RelativeTargetName}\r\n\r\nAccess Request Information:\r\n\tAccess Mask:\t\t{AccessMask}\r\n\tAccesses:\t\t{AccessList}\r\n";

fn scheduler(id: u64) -> Option<&'static str> {
    Some(match id {
        106 => "User \"{UserContext}\"  registered Task Scheduler task \"{TaskName}\"",
        140 => "User \"{UserName}\"  updated Task Scheduler task \"{TaskName}\"",
        141 => "User \"{UserName}\"  deleted Task Scheduler task \"{TaskName}\"",
        142 => "User \"{UserName}\"  disabled Task Scheduler task \"{TaskName}\"",
        129 => "Task Scheduler launch task \"{TaskName}\" , instance \"{Path}\"  with process ID {ProcessID}.",
        200 => "Task Scheduler launched action \"{ActionName}\" in instance \"{TaskInstanceId}\" of task \"{TaskName}\".",
        201 => {
            "Task Scheduler successfully completed task \"{TaskName}\" , instance \"{TaskInstanceId}\" , action \"{ActionName}\" with return code {ResultCode}."
        }
        _ => return None,
    })
}

fn sysmon(event: &Event) -> String {
    let lines = event.data.iter().map(|(name, value)| format!("{name}: {}", text(value)));
    std::iter::once("Process Create:".to_owned()).chain(lines).collect::<Vec<_>>().join("\r\n")
}

fn filled(event: &Event, template: &str) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        out += before;
        out += &event.get(name).unwrap_or_else(|| "-".to_owned());
        rest = after;
    }
    out + rest
}
