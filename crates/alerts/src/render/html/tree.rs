//! The processes of a story, each below the one that started it.

use super::Safe;
use crate::render::{processes, words};
use std::io::{self, Write};
use watchbell_story::Process;

/// Deeper ones stand no further to the right.
const DEEPEST: usize = 10;

pub fn tree(processes: &[Process], out: &mut dyn Write) -> io::Result<()> {
    if processes.is_empty() {
        return Ok(());
    }
    writeln!(out, "<h4>Processes</h4>\n<ul class=\"tree\">")?;
    let mut host = None;
    for (at, depth) in processes::walk(processes) {
        let process = &processes[at];
        if depth == 0 && process.host.is_some() && host != process.host.as_deref() {
            host = process.host.as_deref();
            writeln!(out, "<li class=\"where\">on {}</li>", Safe(host.unwrap_or_default()))?;
        }
        node(process, depth.min(DEEPEST), out)?;
    }
    writeln!(out, "</ul>")
}

fn node(process: &Process, depth: usize, out: &mut dyn Write) -> io::Result<()> {
    let own = if process.own { " class=\"own\"" } else { "" };
    write!(out, "<li{own} style=\"--depth:{depth}\"><p><b>{}</b>", Safe(processes::base(&process.image)))?;
    if let Some(pid) = &process.pid {
        write!(out, " <span class=\"dim\">{}</span>", Safe(pid))?;
    }
    if let Some(user) = &process.user {
        write!(out, " by {}", Safe(user))?;
    }
    if let Some(time) = process.time {
        write!(out, " <time class=\"dim\" datetime=\"{time}\">{}</time>", words::clock(time))?;
    }
    if process.event.is_none() {
        write!(out, " <span class=\"dim\">named by its child only</span>")?;
    }
    let command = processes::told_more(process).map(|command| format!("<code>{}</code>", Safe(command))).unwrap_or_default();
    writeln!(out, "</p>{command}</li>")
}
