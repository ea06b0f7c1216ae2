//! Commands of a PowerShell script: those that make, change and run tasks, and those that run other commands.

use super::super::call::{Call, Program};
use super::super::finder::handler;
use super::super::split::{Dialect, Word};
use super::bound::Bound;
use super::eval::Shell;
use super::task;
use super::value::Value;
use crate::windows::task_xml;
use crate::words::append;
use crate::{Job, Kind, Verb};

/// What each cmdlet does to a task.
const VERBS: &[(&str, Verb)] = &[
    ("register-scheduledtask", Verb::Create),
    ("set-scheduledtask", Verb::Change),
    ("unregister-scheduledtask", Verb::Delete),
    ("start-scheduledtask", Verb::Run),
    ("stop-scheduledtask", Verb::Stop),
    ("enable-scheduledtask", Verb::Enable),
    ("disable-scheduledtask", Verb::Disable),
    ("get-scheduledtask", Verb::Query),
    ("get-scheduledtaskinfo", Verb::Query),
    ("export-scheduledtask", Verb::Query),
    ("register-scheduledjob", Verb::Create),
    ("set-scheduledjob", Verb::Change),
    ("unregister-scheduledjob", Verb::Delete),
    ("enable-scheduledjob", Verb::Enable),
    ("disable-scheduledjob", Verb::Disable),
    ("get-scheduledjob", Verb::Query),
];

/// Runs a command with what it was given.
pub fn run(shell: &mut Shell<'_>, mut bound: Bound) -> Value {
    bound.name = plain_name(&bound.name);
    let outer = shell.finder.host.clone();
    if let Some(host) = computer(&bound) {
        shell.finder.host = Some(host);
    }
    let value = dispatch(shell, &bound);
    for start in bound.blocks() {
        shell.block(start);
    }
    shell.finder.host = outer;
    value
}

fn dispatch(shell: &mut Shell<'_>, bound: &Bound) -> Value {
    if let Some(job) = task::part(bound) {
        return Value::Task(Box::new(job));
    }
    if let Some((_, verb)) = VERBS.iter().find(|(name, _)| *name == bound.name) {
        return registered(shell, bound, *verb);
    }
    match bound.name.as_str() {
        "invoke-expression" | "iex" => expression(shell, bound),
        "start-process" | "saps" | "start" => started(shell, bound),
        "invoke-cimmethod" | "invoke-wmimethod" | "icim" | "iwmi" | "register-cimmethod" => method(shell, bound),
        "new-timespan" => span(bound),
        "get-content" | "gc" => bound.text_or(&["path", "literalpath"], 0).map_or(Value::Unknown, Value::File),
        "out-string" | "out-null" | "select-object" | "select" | "where-object" | "where" | "?" | "foreach-object" | "%" => bound.input.clone(),
        "new-cimsession" | "new-pssession" => Value::Map(bound.parameters.clone()),
        "get-date" => Value::Text("now".to_owned()),
        "get-help" | "get-command" | "help" | "man" | "gcm" => Value::Unknown,
        "" => Value::Unknown,
        _ => native(shell, bound),
    }
}

/// Without module and folder, in lower case; a native program's path stays.
fn plain_name(name: &str) -> String {
    let lower = name.trim().to_ascii_lowercase();
    lower.strip_prefix("scheduledtasks\\").or_else(|| lower.strip_prefix("psscheduledjob\\")).unwrap_or(&lower).to_owned()
}

fn computer(bound: &Bound) -> Option<String> {
    let host = bound
        .text(&["computername"])
        .or_else(|| bound.value(&["cimsession", "session"]).and_then(|s| s.text().or_else(|| s.get("computername").and_then(Value::text))));
    host.filter(|h| !matches!(h.as_str(), "." | "true"))
}

fn registered(shell: &mut Shell<'_>, bound: &Bound, verb: Verb) -> Value {
    if bound.value(&["?"]).is_some() {
        return Value::Unknown;
    }
    let mut job = Job::new(Kind::WindowsTask, verb).by("powershell");
    if let Some(xml) = bound.value(&["xml"]) {
        from_xml(xml, &mut job);
    }
    task::whole(bound, &mut job);
    job.name = name(bound).or(job.name);
    job.target_user = bound.text(&["user"]);
    job.force = matches!(verb, Verb::Create | Verb::Delete).then(|| bound.flag("force"));
    if let Some(file) = bound.text(&["filepath"]) {
        job.command = Some(file);
    }
    if !matches!(bound.input, Value::Unknown) {
        shell.finder.drop_listing("powershell");
    }
    shell.finder.push(job.clone());
    Value::Task(Box::new(Job { name: job.name, ..Job::new(Kind::WindowsTask, verb) }))
}

fn name(bound: &Bound) -> Option<String> {
    let name = bound.text_or(&["taskname", "name"], 0)?;
    Some(match bound.text(&["taskpath"]) {
        Some(path) => format!("{}\\{name}", path.trim_end_matches('\\')),
        None => name,
    })
}

/// A definition given as text, or as a file's content.
fn from_xml(xml: &Value, job: &mut Job) {
    match xml {
        Value::File(path) => job.xml_path = Some(path.clone()),
        Value::Text(text) => {
            if let Ok(decoded) = task_xml(text) {
                task::merge(job, &decoded);
                job.author = decoded.author;
            }
        }
        _ => {}
    }
}

/// Text that runs as PowerShell, or encoded text put back.
fn expression(shell: &mut Shell<'_>, bound: &Bound) -> Value {
    let text = bound.text_or(&["command"], 0).or_else(|| bound.input.text());
    if let Some(text) = text {
        shell.finder.powershell(&text);
    }
    Value::Unknown
}

fn started(shell: &mut Shell<'_>, bound: &Bound) -> Value {
    let Some(program) = bound.text_or(&["filepath"], 0) else { return Value::Unknown };
    let arguments = bound.text(&["argumentlist", "args"]).or_else(|| bound.free.get(1).and_then(Value::text)).unwrap_or_default();
    let program = if program.contains(' ') { format!("\"{program}\"") } else { program };
    Value::Text(shell.finder.script(&format!("{program} {arguments}"), Dialect::Cmd))
}

/// `Invoke-CimMethod` and `Invoke-WmiMethod`: processes started, tasks registered.
fn method(shell: &mut Shell<'_>, bound: &Bound) -> Value {
    let class = bound.text_or(&["classname", "class"], 0).unwrap_or_default().to_ascii_lowercase();
    let arguments = bound.value(&["arguments", "argumentlist"]).cloned().unwrap_or_default();
    if class.contains("win32_process") {
        let line = arguments.get("commandline").and_then(Value::text).or_else(|| arguments.text()).or_else(|| bound.free.get(2).and_then(Value::text));
        shell.finder.script(&line.unwrap_or_default(), Dialect::Cmd);
    } else if class.contains("scheduledtask") {
        let method = bound.text_or(&["methodname", "name"], 1).unwrap_or_default().to_ascii_lowercase();
        shell.finder.push(by_method(&method, &arguments));
    }
    Value::Unknown
}

fn by_method(method: &str, arguments: &Value) -> Job {
    let verb = match method {
        m if m.starts_with("register") => Verb::Create,
        m if m.starts_with("set") => Verb::Change,
        m if m.starts_with("start") => Verb::Run,
        m if m.starts_with("stop") => Verb::Stop,
        m if m.starts_with("delete") || m.starts_with("unregister") => Verb::Delete,
        m if m.starts_with("enable") => Verb::Enable,
        m if m.starts_with("disable") => Verb::Disable,
        _ => Verb::Query,
    };
    let mut job = Job::new(Kind::WindowsTask, verb).by("powershell");
    if let Some(xml) = arguments.get("xml") {
        from_xml(xml, &mut job);
    }
    job.name = arguments.get("taskname").and_then(Value::text).or(job.name);
    job.target_user = arguments.get("user").and_then(Value::text);
    job.force = Some(arguments.get("force").is_some_and(Value::is_true));
    job
}

/// `New-TimeSpan -Minutes 5` as `5 minutes`.
fn span(bound: &Bound) -> Value {
    let parts: Vec<String> = ["days", "hours", "minutes", "seconds"].iter().filter_map(|unit| bound.text(&[unit]).map(|n| format!("{n} {unit}"))).collect();
    Value::Text(parts.join(" "))
}

/// A program that is no cmdlet, with its arguments as Windows would pass them.
fn native(shell: &mut Shell<'_>, bound: &Bound) -> Value {
    let (line, words) = line_of(bound);
    let name = Program::name(&bound.name);
    let input = bound.input.text();
    let call = Call { name: &name, args: &words, rest: &line, script: &line, end: line.len(), stdin: input.as_deref(), dialect: Dialect::Cmd };
    let output = match handler(&name) {
        Some(handle) => handle(shell.finder, &call),
        None => shell.finder.unknown(&call),
    };
    Value::Text(output)
}

fn line_of(bound: &Bound) -> (String, Vec<Word>) {
    let mut line = String::new();
    let mut words = Vec::with_capacity(bound.words.len());
    for word in &bound.words {
        let quoted = word.text.contains(char::is_whitespace) || word.text.is_empty();
        let quote = if quoted { "\"" } else { "" };
        append(&mut line, &[" ", quote, &word.text, quote]);
        words.push(Word { end: line.len(), ..word.clone() });
    }
    (line, words)
}
