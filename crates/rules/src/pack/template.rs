//! Names in `{{ }}` in an alert's texts.

/// One `{{ name }}` in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mention<'a> {
    pub name: &'a str,
    /// Bytes of the whole, braces included.
    pub start: usize,
    pub end: usize,
}

/// Every `{{ name }}` of a text, in order; `Err` holds the byte where one is not closed.
pub fn mentions(text: &str) -> Result<Vec<Mention<'_>>, usize> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(open) = text[from..].find("{{").map(|at| from + at) {
        let close = text[open..].find("}}").map(|at| open + at).ok_or(open)?;
        let inner = &text[open + 2..close];
        if inner.contains("{{") {
            return Err(open);
        }
        found.push(Mention { name: inner.trim(), start: open, end: close + 2 });
        from = close + 2;
    }
    Ok(found)
}

/// What `{{ job.<key> }}` can name.
pub const JOB_KEYS: [&str; 20] = [
    "kind",
    "verb",
    "tool",
    "name",
    "command",
    "arguments",
    "decoded",
    "schedule",
    "principal",
    "run_level",
    "hidden",
    "enabled",
    "author",
    "target_host",
    "target_user",
    "xml_path",
    "force",
    "logon_type",
    "folder",
    "description",
];

/// The fields of a job, as rules and entities ask for them.
pub const JOB_FIELDS: [&str; 21] = [
    "Job.Kind",
    "Job.Verb",
    "Job.Tool",
    "Job.Name",
    "Job.Command",
    "Job.Arguments",
    "Job.Decoded",
    "Job.Action",
    "Job.Schedule",
    "Job.Principal",
    "Job.RunLevel",
    "Job.Hidden",
    "Job.Enabled",
    "Job.Author",
    "Job.TargetHost",
    "Job.TargetUser",
    "Job.XmlPath",
    "Job.Force",
    "Job.LogonType",
    "Job.Folder",
    "Job.Description",
];

#[cfg(test)]
mod tests {
    use super::mentions;

    #[test]
    fn finds_mentions() {
        let names = |text| mentions(text).map(|all| all.iter().map(|m| m.name.to_owned()).collect::<Vec<_>>());
        assert_eq!(names("{{ user }} on {{host}}"), Ok(vec!["user".to_owned(), "host".to_owned()]));
        assert_eq!(names("none { } here"), Ok(vec![]));
        assert_eq!(names("open {{ user"), Err(5));
        assert_eq!(names("{{ a {{ b }}"), Err(0));
        assert_eq!(names("ü{{ä}}"), Ok(vec!["ä".to_owned()]));
    }
}
