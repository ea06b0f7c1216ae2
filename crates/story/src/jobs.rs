//! What of a job is compared: its command lines and the files that it runs.

use watchbell_jobs::{Job, Kind};

/// Jobs seldom have more than one; a hostile definition may have thousands.
const MOST: usize = 8;

/// What a job runs, one command line each.
pub(crate) fn commands(job: &Job) -> Vec<String> {
    let shell = !matches!(job.kind, Kind::WindowsTask);
    let more = job.more_actions.iter().map(|action| (action.command.as_str(), action.arguments.as_deref()));
    let all = job.command.as_deref().map(|command| (command, job.arguments.as_deref())).into_iter().chain(more);
    all.take(MOST).map(|(command, arguments)| line(command, arguments, shell)).collect()
}

fn line(command: &str, arguments: Option<&str>, shell: bool) -> String {
    let quoted = if shell || command.contains('"') { command.to_owned() } else { format!("\"{command}\"") };
    arguments.map_or(quoted.clone(), |arguments| format!("{quoted} {arguments}"))
}

/// Files that a command line names and that are not the system's own programs.
pub(crate) fn payloads(line: &str) -> Vec<String> {
    let words = line.split(|c: char| c.is_whitespace() || "\"'`;|&<>()=,".contains(c));
    let mut files: Vec<String> = words.map(|word| word.trim_end_matches(['.', ':'])).filter(|word| payload(word)).map(str::to_owned).collect();
    files.sort_unstable();
    files.dedup();
    files.truncate(MOST);
    files
}

fn payload(word: &str) -> bool {
    const SYSTEM: [&str; 9] =
        ["/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/lib", "/dev/", "/proc/", "c:\\windows\\system32\\", "c:\\windows\\syswow64\\"];
    let lower = word.to_lowercase();
    let unix = lower.strip_prefix('/').is_some_and(|rest| rest.contains(['/', '.']));
    let windows = lower.get(1..3) == Some(":\\") && lower.len() > 4;
    (unix || windows) && !SYSTEM.iter().any(|folder| lower.starts_with(folder))
}
