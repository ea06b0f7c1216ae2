//! Texts with values filled in: `{{ user }}`, `{{ job.command }}`; what is absent reads as `?`.

/// Fills the names between double braces by `value`. An unclosed brace stays as it is.
pub fn summary(template: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(template.len() + 64);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let Some((name, after)) = after.split_once("}}") else {
            out.push_str("{{");
            rest = after;
            continue;
        };
        out.push_str(value(name.trim()).as_deref().map_or("?", str::trim));
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::summary;

    #[test]
    fn values_are_filled_in() {
        let value = |name: &str| (name == "user").then(|| "alice ".to_owned());
        for (template, expected) in
            [("{{ user }} on {{host}}", "alice on ?"), ("no braces", "no braces"), ("{{user}}{{ user}}", "alicealice"), ("open {{ user", "open {{ user")]
        {
            assert_eq!(summary(template, value), expected);
        }
    }
}
