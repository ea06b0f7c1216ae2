//! Texts with values filled in: `{{ user }}`, `{{ job.command }}`. What is absent reads as `?`, or goes with what was said
//! about nothing but it.

/// Stands for what is absent while the text is put together.
const ABSENT: char = '\u{1A}';

/// Fills the names between double braces by `value`. An unclosed brace stays as it is.
pub fn summary(template: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(template.len() + 64);
    let mut rest = template;
    // Names with only blanks between them are one thing said in several words.
    let mut together: Vec<Option<String>> = Vec::new();
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, after)) = after.split_once("}}") else { break };
        if !before.trim().is_empty() || before.is_empty() {
            flush(&mut together, &mut out);
            out.push_str(before);
        } else if together.is_empty() {
            out.push_str(before);
        }
        together.push(value(name.trim()).map(|text| text.trim().replace(ABSENT, "\u{FFFD}")).filter(|text| !text.is_empty()));
        rest = after;
    }
    flush(&mut together, &mut out);
    out.push_str(rest);
    tidy(&out)
}

fn flush(together: &mut Vec<Option<String>>, out: &mut String) {
    if together.is_empty() {
        return;
    }
    let present: Vec<String> = together.drain(..).flatten().collect();
    if present.is_empty() { out.push(ABSENT) } else { out.push_str(&present.join(" ")) }
}

/// Takes away what says nothing: `(?)`, `, ?` in brackets, a `: ?` at the end.
fn tidy(text: &str) -> String {
    if !text.contains(ABSENT) {
        return text.to_owned();
    }
    let mut out = text.replace(&format!(", {ABSENT})"), ")").replace(&format!("({ABSENT}, "), "(").replace(&format!(" ({ABSENT})"), "");
    if let Some(kept) = out.trim_end().strip_suffix(ABSENT) {
        let kept = kept.trim_end();
        if let Some(said) = kept.strip_suffix([':', ',']) {
            out = said.to_owned();
        }
    }
    out.replace(ABSENT, "?")
}

#[cfg(test)]
mod tests {
    use super::summary;

    #[test]
    fn values_are_filled_in() {
        let value = |name: &str| (name == "user").then(|| "alice ".to_owned());
        for (template, expected) in [
            ("{{ user }} on {{host}}", "alice on ?"),
            ("no braces", "no braces"),
            ("{{user}}{{ user}}", "alicealice"),
            ("open {{ user", "open {{ user"),
            ("ran {{ command }} {{ user }}: {{ command }} {{ arguments }}", "ran alice"),
            ("{{ user }} ({{ host }}) came", "alice came"),
            ("{{ user }} (from {{ user }}, {{ host }})", "alice (from alice)"),
            ("{{ user }} hid it ({{ a }} {{ b }})", "alice hid it"),
            ("{{ a }} ran", "? ran"),
        ] {
            assert_eq!(summary(template, value), expected, "{template}");
        }
    }
}
