//! PowerShell: as much of the language as it takes to follow a task from its parts to its registration.

mod bound;
mod cmdlets;
mod com;
mod com_trigger;
mod eval;
mod expression;
mod lexer;
mod rescue;
mod task;
mod typed;
mod value;

use super::call::Call;
use super::finder::Finder;
use super::switches::switch;
use crate::decode;

pub use rescue::rescue;

/// Looks into a script.
pub fn script(finder: &mut Finder, text: &str) {
    let before = finder.found();
    com::scan(finder, text);
    eval::Shell::new(finder, text).run();
    if finder.found() == before {
        rescue(finder, text);
    }
}

/// Whether a text that names no program is a script: a script block, or a line typed into PowerShell.
pub fn is_script(text: &str, first: &str) -> bool {
    let program = first.contains(['\\', '/']) || first.rsplit('.').next() == Some("exe");
    let lower = text.to_ascii_lowercase();
    let signs = [
        "-scheduledtask",
        "-scheduledjob",
        "ps_scheduledtask",
        "schedule.service",
        "frombase64string",
        "invoke-expression",
        "iex ",
        "start-process",
        "win32_process",
    ];
    !program && signs.iter().any(|sign| lower.contains(sign))
}

const VALUED: &[&str] = &[
    "executionpolicy",
    "ep",
    "windowstyle",
    "version",
    "inputformat",
    "outputformat",
    "psconsolefile",
    "configurationname",
    "workingdirectory",
    "wd",
    "custompipename",
    "settingsfile",
];

/// `powershell …` as a process: its options, then the script.
pub fn process(finder: &mut Finder, call: &Call<'_>) -> String {
    let mut index = 0;
    while let Some(option) = call.args.get(index).filter(|w| !w.quoted).and_then(|w| switch(&w.text)) {
        let option = option.to_ascii_lowercase();
        index += 1;
        let names = |full: &str| full.starts_with(option.as_str());
        if option == "c" || names("command") || names("file") {
            break;
        }
        if decode::is_encoded_switch(&format!("-{option}")) {
            encoded(finder, call, index);
            return String::new();
        }
        index += usize::from(VALUED.iter().any(|v| names(v)));
    }
    let text = unwrapped(call.from(index));
    let text = if text.is_empty() || text == "-" { call.stdin.unwrap_or("").to_owned() } else { text };
    finder.powershell(&text);
    String::new()
}

fn encoded(finder: &mut Finder, call: &Call<'_>, index: usize) {
    if let Some(text) = call.args.get(index).and_then(|w| decode::base64_text(&w.text)) {
        finder.powershell(&text);
    }
}

/// The script without the quotes that only held it together on the command line.
fn unwrapped(rest: &str) -> String {
    let rest = rest.trim();
    let inner = rest.strip_prefix('"').and_then(|r| r.strip_suffix('"')).filter(|inner| !inner.replace("\\\"", "").contains('"') || inner.contains("\\\""));
    inner.unwrap_or(rest).replace("\\\"\"", "\"").replace("\\\"", "\"")
}
