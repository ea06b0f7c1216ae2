//! How the processes of a story are named and laid out.

use watchbell_story::Process;

/// The last part of a path, of either kind.
pub fn base(path: &str) -> &str {
    path.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or(path)
}

/// `curl (4120) by alice`.
pub fn process(process: &Process) -> String {
    let pid = process.pid.as_ref().map(|pid| format!(" ({pid})")).unwrap_or_default();
    let user = process.user.as_ref().map(|user| format!(" by {user}")).unwrap_or_default();
    format!("{}{pid}{user}", base(&process.image))
}

/// Its command line, else its path; none where that says no more than its name.
pub fn told_more(process: &Process) -> Option<&str> {
    let text = process.command.as_deref().unwrap_or(&process.image).trim();
    (text.trim_start_matches('-') != base(&process.image)).then_some(text)
}

/// The tree's processes in the order in which they are shown, each with its depth: children right below their parents.
pub fn walk(processes: &[Process]) -> Vec<(usize, usize)> {
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); processes.len()];
    let mut stack: Vec<(usize, usize)> = Vec::new();
    for (at, process) in processes.iter().enumerate() {
        match process.parent.filter(|parent| *parent < at) {
            Some(parent) => children[parent].push(at),
            None => stack.push((at, 0)),
        }
    }
    stack.reverse();
    let mut walked = Vec::with_capacity(processes.len());
    while let Some((at, depth)) = stack.pop() {
        walked.push((at, depth));
        stack.extend(children[at].iter().rev().map(|child| (*child, depth + 1)));
    }
    walked
}
