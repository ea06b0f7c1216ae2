//! Command lines: finds every scheduling command inside a line, however it is wrapped, chained, quoted or encoded.

mod call;
mod cursor;
mod finder;
mod schtasks;
mod shells;
mod split;
mod switches;

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
    let line = line.get(..MAX_LINE).unwrap_or(line);
    let mut finder = Finder::default();
    finder.process(&unescaped(line), original);
    finder.finish()
}

/// Undoes XML's escapes where a shipper left them in.
fn unescaped(line: &str) -> std::borrow::Cow<'_, str> {
    let escaped = ["&amp;", "&gt;", "&lt;", "&quot;"].iter().any(|e| line.contains(e));
    if !escaped {
        return line.into();
    }
    line.replace("&gt;", ">").replace("&lt;", "<").replace("&quot;", "\"").replace("&apos;", "'").replace("&amp;", "&").into()
}
