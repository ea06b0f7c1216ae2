//! Benign lines of syslog: sampled by program, moved to another host and time.

use super::benign::Sample;
use super::dice::Dice;
use super::moment;
use std::path::PathBuf;

const MONTHS: &[&str] = &["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const LAYOUT: &str = "2026-01-01T00:00:00.000000+00:00";

/// What comes after the host in the lines of the traditional layout, `Jan 22 07:53:01 host CRON[31051]: …`.
pub fn gather(files: &[PathBuf]) -> Vec<String> {
    let (mut sample, mut dice) = (Sample::default(), Dice::new(0));
    for file in files {
        let text = std::fs::read(file).unwrap_or_default();
        for said in String::from_utf8_lossy(&text).lines().filter_map(said) {
            let program = said.split(['[', ':', ' ', '(']).next().unwrap_or_default();
            sample.offer(program, &mut dice, || said.to_owned());
        }
    }
    sample.things()
}

fn said(line: &str) -> Option<&str> {
    let after = MONTHS.iter().find_map(|month| line.strip_prefix(month))?;
    let (clock, said) = (after.get(4..12)?, after.get(13..)?.split_once(' ')?.1.trim_start());
    (clock.as_bytes()[2] == b':' && clock.as_bytes()[5] == b':' && said.contains(':') && !said.contains("Linux version")).then_some(said)
}

pub fn rewrite(said: &str, host: &str, moment: i64) -> String {
    format!("{} {host} {said}", moment::like(LAYOUT, moment).unwrap_or_default())
}
