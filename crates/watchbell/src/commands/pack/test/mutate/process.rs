//! Process events whose command lines are spelled otherwise, or run through another program.

use super::command_line::{carets, encoded, other_case, other_dash, program, program_name, quotes, spaces, stem};
use super::read::File;
use super::windows::Event;
use super::{Line, Mutation, Rewritten, schemas};

pub const MUTATIONS: &[Mutation] = &[
    Mutation::new("command: letter case", |file| write(file, |event| line(event, other_case))),
    Mutation::new("command: slash and dash", |file| write(file, |event| scheduler(event)?.with(other_dash))),
    Mutation::new("command: quotes inside words", |file| write(file, |event| scheduler(event)?.with(quotes))),
    Mutation::new("command: doubled spaces", |file| write(file, |event| line(event, spaces))),
    Mutation::new("command: full path", |file| write(file, full_path)),
    Mutation::new("command: renamed program", |file| write(file, renamed)),
    Mutation::weaker("command: cmd /c", |file| wrap(file, &CMD, |line| Some(format!("cmd.exe /c {line}")))),
    Mutation::weaker("command: cmd /c in quotes", |file| wrap(file, &CMD, |line| Some(format!("cmd.exe /Q /c \"{line}\"")))),
    Mutation::weaker("command: cmd /c with carets", |file| wrap(file, &CMD, |line| Some(format!("cmd.exe /c {}", carets(line)?)))),
    Mutation::weaker("command: cmd /c after another", |file| wrap(file, &CMD, |line| Some(format!("cmd.exe /c cd C:\\ && {line}")))),
    Mutation::weaker("command: cmd /c start", |file| wrap(file, &CMD, |line| Some(format!("cmd.exe /c start \"\" /b {line}")))),
    Mutation::weaker("command: powershell -Command", |file| {
        wrap(file, &POWERSHELL, |line| Some(format!("powershell.exe -NoProfile -Command {}", called(line))))
    }),
    Mutation::weaker("command: powershell -EncodedCommand", |file| {
        wrap(file, &POWERSHELL, |line| Some(format!("powershell.exe -NoP -EncodedCommand {}", encoded(&called(line)))))
    }),
    Mutation::weaker("command: powershell Start-Process", |file| wrap(file, &POWERSHELL, start_process)),
    Mutation::weaker("command: wmic process call create", |file| {
        wrap(file, &WMIC, |line| Some(format!("wmic.exe process call create \"{}\"", line.replace('"', "\\\""))))
    }),
];

/// A program that runs others: its path and its own name for itself.
struct Runner {
    path: &'static str,
    original: &'static str,
}

const CMD: Runner = Runner { path: r"C:\Windows\System32\cmd.exe", original: "Cmd.Exe" };
const POWERSHELL: Runner = Runner { path: r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe", original: "PowerShell.EXE" };

const WMIC: Runner = Runner { path: r"C:\Windows\System32\wbem\WMIC.exe", original: "wmic.exe" };

/// A process event with its command line.
struct Process<'e> {
    event: &'e Event,
    line: String,
}

/// The file in evtx-rs' schema, with those events changed that a mutation says something about.
pub fn write(file: &File, change: impl Fn(&Event) -> Option<Event>) -> Option<Rewritten> {
    let events = file.windows.as_ref()?;
    let lines = events.iter().map(|(lines, event)| {
        let new = change(event);
        let line = Line { original: lines.0, changed: new.is_some() };
        (schemas::tree(new.as_ref().unwrap_or(event)).to_string().into_bytes(), line)
    });
    Some(Rewritten::of(lines))
}

fn process(event: &Event) -> Option<Process<'_>> {
    let starts = (event.is_sysmon() && event.id == 1) || (event.channel == "Security" && event.id == 4688);
    starts.then(|| Some(Process { event, line: event.get("CommandLine")? }))?
}

/// A process of schtasks or at, under its own name.
fn scheduler(event: &Event) -> Option<Process<'_>> {
    let process = process(event)?;
    let name = stem(&process.image()?);
    let original = event.get("OriginalFileName").filter(|original| original != "-");
    let own = original.is_none_or(|original| stem(&original) == name) && program_name(&process.line) == name;
    (own && ["schtasks", "at"].contains(&name.as_str())).then_some(process)
}

impl Process<'_> {
    fn image_field(&self) -> &'static str {
        if self.event.is_sysmon() { "Image" } else { "NewProcessName" }
    }

    fn image(&self) -> Option<String> {
        self.event.get(self.image_field())
    }

    fn with(&self, change: impl Fn(&str) -> Option<String>) -> Option<Event> {
        let mut new = self.event.clone();
        new.set("CommandLine", &change(&self.line)?);
        Some(new)
    }
}

fn line(event: &Event, change: fn(&str) -> Option<String>) -> Option<Event> {
    process(event)?.with(change)
}

fn full_path(event: &Event) -> Option<Event> {
    let process = scheduler(event)?;
    process.with(|line| program(line, &process.image()?))
}

fn renamed(event: &Event) -> Option<Event> {
    let process = scheduler(event)?;
    event.get("OriginalFileName").filter(|original| original != "-")?;
    let mut new = process.with(|line| program(line, "svchelper.exe"))?;
    new.set("Image", r"C:\Users\Public\svchelper.exe");
    Some(new)
}

fn wrap(file: &File, runner: &Runner, change: impl Fn(&str) -> Option<String>) -> Option<Rewritten> {
    write(file, |event| through(event, runner, &change))
}

/// PowerShell takes a program in quotes for a text, unless it is called.
fn called(line: &str) -> String {
    if line.starts_with('"') { format!("& {line}") } else { line.to_owned() }
}

fn start_process(line: &str) -> Option<String> {
    let (program, arguments) = line.split_once(' ').filter(|(program, _)| !program.contains('"'))?;
    Some(format!("powershell.exe -c \"Start-Process {program} -ArgumentList '{}'\"", arguments.trim().replace('\'', "''").replace('"', "\\\"")))
}

fn through(event: &Event, runner: &Runner, change: impl Fn(&str) -> Option<String>) -> Option<Event> {
    let process = scheduler(event)?;
    let mut new = process.with(change)?;
    new.set(process.image_field(), runner.path);
    new.set("OriginalFileName", runner.original);
    Some(new)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn event(image: &str, original: &str, line: &str) -> Event {
        let data = [("Image", image), ("OriginalFileName", original), ("CommandLine", line)];
        let data = data.map(|(name, value)| (name.to_owned(), value.into())).to_vec();
        Event { channel: "Microsoft-Windows-Sysmon/Operational".into(), id: 1, data, ..Event::default() }
    }

    #[test]
    fn a_renamed_program_keeps_its_original_name() {
        let new = renamed(&event(r"C:\Windows\System32\schtasks.exe", "schtasks.exe", "schtasks /query")).unwrap();
        assert_eq!((new.get("OriginalFileName").as_deref(), new.get("CommandLine").as_deref()), (Some("schtasks.exe"), Some("svchelper.exe /query")));
    }

    #[test]
    fn only_schedulers_are_wrapped() {
        assert!(through(&event(r"C:\x\other.exe", "other.exe", "other /a"), &CMD, |line| Some(line.to_owned())).is_none());
        assert!(through(&event(r"C:\x\st.exe", "schtasks.exe", "st /query"), &CMD, |line| Some(line.to_owned())).is_none());
        let new = through(&event(r"C:\Windows\System32\at.exe", "AT.EXE", "at 1:00 x"), &CMD, |line| Some(format!("cmd /c {line}"))).unwrap();
        assert_eq!(new.get("Image").as_deref(), Some(CMD.path));
    }
}
