//! Verdicts as JUnit XML, which build servers read.

use super::Verdict;
use std::fmt::Write;

/// `strict`: a silent mutation is a failure, and not only a property of its test case.
pub fn report(pack: &str, verdicts: &[Verdict], strict: bool) -> String {
    let failed = verdicts.iter().filter(|verdict| !failures(verdict, strict).is_empty()).count();
    let cases = verdicts.iter().map(|verdict| case(pack, verdict, strict)).collect::<String>();
    let (pack, tests) = (safe(pack), verdicts.len());
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"{pack}\" tests=\"{tests}\" failures=\"{failed}\">\n{cases}</testsuite>\n")
}

fn case(pack: &str, verdict: &Verdict, strict: bool) -> String {
    let mut out = format!("  <testcase classname=\"{}\" name=\"{}\">\n    <properties>\n", safe(pack), safe(&verdict.case));
    let mut property = |name: &str, value: &str| {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "      <property name=\"{name}\" value=\"{}\"/>", safe(value));
    };
    property("mutations.fire", &verdict.mutations.fire.to_string());
    property("mutations.silent", &verdict.mutations.silent.len().to_string());
    verdict.mutations.silent.iter().for_each(|silent| property("mutation.silent", &silent.to_string()));
    out += "    </properties>\n";
    let failures = failures(verdict, strict);
    if !failures.is_empty() {
        let _ = writeln!(out, "    <failure message=\"{}\"/>", safe(&failures.join("; ")));
    }
    out + "  </testcase>\n"
}

fn failures(verdict: &Verdict, strict: bool) -> Vec<String> {
    let silent = verdict.mutations.silent.iter().filter(|_| strict).map(|silent| format!("silent: {silent}"));
    verdict.lacks.iter().cloned().chain(silent).collect()
}

fn safe(text: &str) -> String {
    let harmless = text.chars().map(|c| if c.is_control() { '\u{FFFD}' } else { c });
    harmless.collect::<String>().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
