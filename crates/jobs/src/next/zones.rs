//! Time zones by any of their names: IANA's, Windows', POSIX's.

use jiff::tz::{Offset, TimeZone};

/// Windows' names, each with the zone of IANA that Unicode's CLDR gives for the whole world.
const WINDOWS: &str = include_str!("windows_zones.txt");

const LONGEST: usize = 128;

/// A zone by its name: `Europe/Berlin`, `W. Europe Standard Time`, `CET-1CEST,M3.5.0,M10.5.0/3`.
pub fn zone(name: &str) -> Option<TimeZone> {
    let name = name.trim().trim_start_matches(':');
    if name.is_empty() || name.len() > LONGEST {
        return None;
    }
    if matches!(name, "UTC" | "Z" | "GMT" | "Etc/UTC") {
        return Some(TimeZone::UTC);
    }
    let windows = || WINDOWS.lines().filter_map(|line| line.split_once('\t')).find(|(windows, _)| windows.eq_ignore_ascii_case(name));
    TimeZone::get(name).ok().or_else(|| TimeZone::get(windows()?.1).ok()).or_else(|| posix(name))
}

/// `+02:00`.
pub fn offset_text(offset: Offset) -> String {
    let (sign, seconds) = (if offset.is_negative() { '-' } else { '+' }, offset.seconds().abs());
    format!("{sign}{:02}:{:02}", seconds / 3600, seconds / 60 % 60)
}

fn posix(name: &str) -> Option<TimeZone> {
    name.contains(|c: char| c.is_ascii_digit()).then(|| TimeZone::posix(name).ok()).flatten()
}
