# One flat object with Sigma's names out of a record of any form, so that only the asking of rules is compared. Names and
# their order are those of crates/formats/shapes.
def text: if type == "object" then .["#text"] else . end;
def texts: if type == "object" then map_values(text) else {} end;
def joined: map(values) | if . == [] then null else join("\\") end;

def evtx: .Event | .System as $system
  | ($system | {Level, Task, Keywords, Opcode}) + (.EventData | texts) + ([(.UserData // {})[] | texts] | add)
  + {EventID: ($system.EventID | text), Channel: $system.Channel, Computer: $system.Computer, Provider_Name: $system.Provider["#attributes"].Name};
def winlogbeat7: {Message: .message} + (.winlog
  | {Level: .level, Task: .task, Keywords: .keywords, Opcode: .opcode} + .user_data + .event_data
  + {EventID: .event_id, Channel: .channel, Computer: .computer_name, Provider_Name: .provider_name});
def winlogbeat6: {Message: .message, Level: .level, Task: .task, Keywords: .keywords, Opcode: .opcode} + .user_data + .event_data
  + {EventID: .event_id, Channel: .log_name, Computer: .computer_name, Provider_Name: .source_name};
def nxlog: . + {Computer: .Hostname, Provider_Name: .SourceName};

def user: [.SubjectDomainName, .SubjectUserName] | joined;
def integrity: {
  "S-1-16-0": "Untrusted", "S-1-16-4096": "Low", "S-1-16-8192": "Medium", "S-1-16-8448": "Medium",
  "S-1-16-12288": "High", "S-1-16-16384": "System", "S-1-16-20480": "System"
}[.MandatoryLabel // ""];
def process: {
  Image: .NewProcessName, ParentImage: .ParentProcessName, ProcessId: .NewProcessId, ParentProcessId: .ProcessId,
  LogonId: .SubjectLogonId, User: user, IntegrityLevel: integrity
};
def registry: {Image: .ProcessName, Details: .NewValue, TargetObject: ([.ObjectName, .ObjectValueName] | joined), User: user};

if .Event then evtx elif .winlog then winlogbeat7 elif .log_name then winlogbeat6 else nxlog end
| .Source = ("\(.Channel) \(.EventID)" | ascii_downcase)
| if .Source == "security 4688" then . + (process | map_values(values))
  elif .Source == "security 4657" then . + (registry | map_values(values))
  elif .Channel == "Windows PowerShell" and .Data == null then .Data = .Message
  else . end
| map_values(values)
