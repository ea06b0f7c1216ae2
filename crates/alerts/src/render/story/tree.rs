//! The processes of a story, each below the one that started it.

use super::page::Page;
use crate::render::processes;
use std::io;
use watchbell_story::Process;

/// Deeper ones stand no further to the right.
const DEEPEST: usize = 10;

pub fn tree(processes: &[Process], page: &mut Page<'_>) -> io::Result<()> {
    if processes.is_empty() {
        return Ok(());
    }
    page.heading("Processes")?;
    let mut host = None;
    for (at, depth) in processes::walk(processes) {
        let process = &processes[at];
        if depth == 0 && process.host.is_some() && host != process.host {
            host.clone_from(&process.host);
            page.dimmed(2, &format!("on {}", host.as_deref().unwrap_or_default()))?;
        }
        node(process, depth.min(DEEPEST), page)?;
    }
    Ok(())
}

fn node(process: &Process, depth: usize, page: &mut Page<'_>) -> io::Result<()> {
    let indent = 2 + 2 * depth;
    let mark = if process.own { ">" } else { " " };
    let first = format!("{:width$}{mark} ", "", width = indent - 2);
    let title = processes::process(process);
    page.led(&first, indent, &title, |paint, line| if process.own { paint.bold(line) } else { line.to_owned() })?;
    processes::told_more(process).map_or(Ok(()), |command| page.dimmed(indent + 2, command))
}
