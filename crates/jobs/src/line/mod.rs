//! Command lines: finds every scheduling command inside a line, however it is wrapped, chained, quoted or encoded.

mod at;
mod call;
mod crontab;
mod cursor;
mod files;
mod finder;
mod kubectl;
mod launchd;
mod phrase;
mod ps;
mod schtasks;
mod shells;
mod split;
mod switches;
mod systemd;
mod text;
mod tools;
mod transfer;
mod variables;
mod wrap;

use crate::Job;
use finder::Finder;

pub use switches::switch;

/// A line longer than this is looked at up to here (Windows' own limit is 32 KiB; script blocks are longer).
const MAX_LINE: usize = 256 * 1024;

/// Every job that a process's command line makes, changes, runs, removes or lists, in the order of the line.
pub fn command_line(line: &str) -> Vec<Job> {
    command_line_as(line, None)
}

/// The same for a program that may have been renamed: `original` is the name its maker gave it (Sysmon's `OriginalFileName`).
pub fn command_line_as(line: &str, original: Option<&str>) -> Vec<Job> {
    let mut finder = Finder::default();
    finder.process(&unescaped(bounded(line)), original);
    finder.finish()
}

/// The jobs of a PowerShell script block (event 4104).
pub fn powershell(script: &str) -> Vec<Job> {
    let mut finder = Finder::default();
    finder.powershell(bounded(script));
    finder.finish()
}

/// A script up to the bound.
fn bounded(text: &str) -> &str {
    let end = (0..=MAX_LINE.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    &text[..end.unwrap_or(0)]
}

/// Undoes XML's escapes where a shipper left them in.
pub fn unescaped(line: &str) -> std::borrow::Cow<'_, str> {
    let escaped = ["&amp;", "&gt;", "&lt;", "&quot;"].iter().any(|e| line.contains(e));
    if !escaped {
        return line.into();
    }
    line.replace("&gt;", ">").replace("&lt;", "<").replace("&quot;", "\"").replace("&apos;", "'").replace("&amp;", "&").into()
}
