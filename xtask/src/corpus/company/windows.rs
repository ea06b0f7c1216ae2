//! Benign Windows events: sampled from packed JSON captures, moved to another host and time.

use super::benign::{Sample, files};
use super::dice::Dice;
use super::moment;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

const HOST: &[&str] =
    &["/Hostname", "/Computer", "/MachineName", "/computer_name", "/winlog/computer_name", "/host/name", "/host/hostname", "/Event/System/Computer"];
const TIME: &[&str] = &["/EventTime", "/EventReceivedTime", "/TimeCreated", "/@timestamp", "/UtcTime", "/event_data/UtcTime"];
const RECORD: &[&str] = &["/RecordNumber", "/EventRecordID", "/record_number"];

/// A boot ends every process and session, so that a story rightly joins nothing over it.
const BOOTS: &[&str] = &["12", "27", "4608", "6005", "6009"];
const UNUSED_RECORDS: usize = 900_000_000;
/// Events that stand together in a capture: a logon with its privileges and shares, a process with what it loads.
const RUN: usize = 8;

/// Runs of events, sampled by the kind of their first.
pub fn gather(folder: &Path) -> Result<Vec<Vec<String>>, String> {
    let (mut sample, mut dice) = (Sample::default(), Dice::new(0));
    for packed in files(folder).iter().filter(|path| path.to_string_lossy().ends_with(".gz")) {
        let told = |error| format!("gzip of {}: {error}", packed.display());
        let mut unpacking = Command::new("gzip").arg("-dc").arg(packed).stdout(Stdio::piped()).spawn().map_err(told)?;
        let lines = BufReader::new(unpacking.stdout.take().ok_or("gzip has no output")?).split(b'\n');
        let mut run = Vec::new();
        for line in lines.map_while(Result::ok).filter_map(|line| String::from_utf8(line).ok()).filter(|line| kind(line).is_some_and(|kind| !boots(kind, line)))
        {
            run.push(line);
            if run.len() == RUN {
                let run = std::mem::take(&mut run);
                let kind = kind(&run[0]).unwrap_or_default().to_owned();
                sample.offer(&kind, &mut dice, || run);
            }
        }
        unpacking.wait().map_err(told)?;
    }
    Ok(sample.things())
}

/// The number of the event's kind; looked for in the text, as parsing it all takes minutes.
fn kind(line: &str) -> Option<&str> {
    let after = ["\"EventID\":", "\"event_id\":"].iter().find_map(|name| line.split_once(name))?.1.trim_start_matches([' ', '"']);
    after.split(|c: char| !c.is_ascii_digit()).next().filter(|digits| !digits.is_empty())
}

/// Sysmon's 12 is a registry key and not a boot.
fn boots(kind: &str, line: &str) -> bool {
    BOOTS.contains(&kind) && !line.contains("Microsoft-Windows-Sysmon")
}

/// The events with their hosts, times and records' numbers changed, and all else as it was.
pub fn rewrite(run: &[String], host: &str, start: i64, number: usize) -> Vec<(i64, String)> {
    let events: Vec<Value> = run.iter().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let first = events.first().and_then(time);
    let rewritten = events.into_iter().enumerate().filter_map(|(at, event)| {
        let moment = start + time(&event)? - first?;
        Some((moment, change(event, host, moment, UNUSED_RECORDS + number + at)?))
    });
    rewritten.collect()
}

fn time(event: &Value) -> Option<i64> {
    TIME.iter().find_map(|path| moment::parse(event.pointer(path)?.as_str()?))
}

fn change(mut event: Value, host: &str, moment: i64, record: usize) -> Option<String> {
    for path in HOST {
        if let Some(place @ Value::String(_)) = event.pointer_mut(path) {
            *place = host.into();
        }
    }
    for path in TIME {
        if let Some(Value::String(written)) = event.pointer_mut(path) {
            *written = moment::like(written, moment)?;
        }
    }
    for path in RECORD {
        match event.pointer_mut(path) {
            Some(Value::String(written)) => *written = record.to_string(),
            Some(place) => *place = record.into(),
            None => {}
        }
    }
    Some(event.to_string())
}
