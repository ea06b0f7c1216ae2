//! A folder with a rule and logs in it, and the command run there.

use assert_cmd::Command;
use serde_json::Value;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The flagship pack's own samples.
pub const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs/mitre-t1053-scheduled-task-job/samples");

pub const RULE: &str = "title: Task made\nid: 0d1b8c7e-6a53-4c0e-9a6b-5f2f1f3c9d10\nlevel: high\nlogsource: {product: windows, category: process_creation}\n\
                        detection:\n  selection: {CommandLine|contains: /create}\n  condition: selection\n";

pub struct Lab {
    pub dir: TempDir,
}

/// What a command came to.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Lab {
    /// With `rule.yml`, which holds for what [`line`] gives.
    pub fn new() -> Self {
        let lab = Self { dir: tempfile::tempdir().unwrap() };
        lab.write("rule.yml", RULE);
        lab
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path.display().to_string()
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        ran(self.command().args(args))
    }

    pub fn command(&self) -> Command {
        let mut command = command();
        command.current_dir(self.dir.path());
        command
    }

    /// A scan with the one rule; the statistics go to `stats.json`.
    pub fn scan(&self, args: &[&str]) -> Ran {
        self.run(&[&["scan", "--rules", "rule.yml", "--stats", "stats.json"], args].concat())
    }

    pub fn stats(&self) -> Value {
        serde_json::from_slice(&std::fs::read(self.path("stats.json")).unwrap()).unwrap()
    }
}

pub fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_watchbell"));
    command.env_remove("NO_COLOR").env_remove("COLUMNS");
    command
}

pub fn ran(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    Ran { code: output.status.code().unwrap_or(-1), out: text(&output.stdout), err: text(&output.stderr) }
}

impl Ran {
    pub fn alerts(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The alerts without the names of their files.
    pub fn without_files(&self) -> Vec<Value> {
        let mut alerts = self.alerts();
        for event in alerts.iter_mut().filter_map(|alert| alert["events"].as_array_mut()).flatten() {
            event.as_object_mut().unwrap().shift_remove("file");
        }
        alerts
    }
}

/// A process event in NXLog's schema, at second `n` of a minute.
pub fn line(n: u64, command: &str) -> String {
    let event = serde_json::json!({
        "EventTime": format!("2026-03-02 09:14:{n:02}"), "Hostname": "WS14.doe.example", "EventID": 4688, "SourceName": "Microsoft-Windows-Security-Auditing",
        "RecordNumber": 41000 + n, "Channel": "Security", "SubjectUserName": "k.weber", "SubjectDomainName": "DOE", "NewProcessId": "0x1008", "ProcessId": "0xf8c",
        "NewProcessName": r"C:\Windows\System32\schtasks.exe", "CommandLine": command, "ParentProcessName": r"C:\Windows\System32\cmd.exe",
    });
    format!("{event}\n")
}

/// `n` events of which each makes a task.
pub fn log(n: u64) -> String {
    (0..n).map(|n| line(n, &format!("schtasks /create /tn job{n} /tr notepad.exe /sc daily"))).collect()
}

/// Every file below a folder, in order.
pub fn files(root: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(self::files(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}
