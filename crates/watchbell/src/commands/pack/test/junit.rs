//! Verdicts as JUnit XML, which build servers read.

use super::Verdict;
use std::fmt::Write;

pub fn report(pack: &str, verdicts: &[Verdict]) -> String {
    let failed = verdicts.iter().filter(|verdict| !verdict.lacks.is_empty()).count();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing to a String cannot fail.
    let _ = writeln!(out, "<testsuite name=\"{}\" tests=\"{}\" failures=\"{failed}\">", safe(pack), verdicts.len());
    for verdict in verdicts {
        let _ = write!(out, "  <testcase classname=\"{}\" name=\"{}\"", safe(pack), safe(&verdict.case));
        let _ = match verdict.lacks.as_slice() {
            [] => writeln!(out, "/>"),
            lacks => writeln!(out, "><failure message=\"{}\"/></testcase>", safe(&lacks.join("; "))),
        };
    }
    out + "</testsuite>\n"
}

fn safe(text: &str) -> String {
    let harmless = text.chars().map(|c| if c.is_control() { '\u{FFFD}' } else { c });
    harmless.collect::<String>().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
