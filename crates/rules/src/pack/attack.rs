//! ATT&CK's ids: all enterprise tactics, the scheduled-job techniques by name, others by their form.

use super::shape::quoted;

/// Id, name, and the words of Sigma tags that mean it (version 19 split Defense Evasion in two).
pub const TACTICS: [(&str, &str, &[&str]); 15] = [
    ("TA0043", "Reconnaissance", &["reconnaissance"]),
    ("TA0042", "Resource Development", &["resource-development"]),
    ("TA0001", "Initial Access", &["initial-access"]),
    ("TA0002", "Execution", &["execution"]),
    ("TA0003", "Persistence", &["persistence"]),
    ("TA0004", "Privilege Escalation", &["privilege-escalation"]),
    ("TA0005", "Stealth", &["stealth", "defense-evasion"]),
    ("TA0112", "Defense Impairment", &["defense-impairment"]),
    ("TA0006", "Credential Access", &["credential-access"]),
    ("TA0007", "Discovery", &["discovery"]),
    ("TA0008", "Lateral Movement", &["lateral-movement"]),
    ("TA0009", "Collection", &["collection"]),
    ("TA0011", "Command and Control", &["command-and-control"]),
    ("TA0010", "Exfiltration", &["exfiltration"]),
    ("TA0040", "Impact", &["impact"]),
];

/// Techniques whose sub-techniques are all known here. The ids that are missing were withdrawn.
pub const TECHNIQUES: [(&str, &str); 6] = [
    ("T1053", "Scheduled Task/Job"),
    ("T1053.002", "At"),
    ("T1053.003", "Cron"),
    ("T1053.005", "Scheduled Task"),
    ("T1053.006", "Systemd Timers"),
    ("T1053.007", "Container Orchestration Job"),
];

/// What is wrong with an ATT&CK id; `None` if nothing is.
pub fn flaw(id: &str) -> Option<String> {
    if id.starts_with("TA") {
        let known = TACTICS.iter().any(|(tactic, ..)| *tactic == id);
        return (!known).then(|| format!("`{id}` is no tactic of ATT&CK for enterprises"));
    }
    if !is_technique(id) {
        return Some(format!("`{id}` is no ATT&CK id: it should look like `T1053.005` or `TA0003`"));
    }
    let parent = id.split('.').next().unwrap_or(id);
    let listed = TECHNIQUES.iter().any(|(technique, _)| *technique == parent);
    (listed && !TECHNIQUES.iter().any(|(technique, _)| *technique == id)).then(|| format!("{parent} has no sub-technique `{id}`; it has {}", parts(parent)))
}

/// `` `T1053.002` or `T1053.003` ``
fn parts(parent: &str) -> String {
    let parts = TECHNIQUES.iter().map(|(technique, _)| *technique).filter(|technique| technique.starts_with(parent) && technique.contains('.'));
    quoted(parts)
}

/// Whether `id` has sub-techniques, so that one of them should be named.
pub fn has_parts(id: &str) -> bool {
    TECHNIQUES.iter().any(|(technique, _)| technique.strip_prefix(id).is_some_and(|rest| rest.starts_with('.')))
}

/// `T1053` or `T1053.005`.
pub fn is_technique(id: &str) -> bool {
    let digits = |text: &str, count| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    let Some(number) = id.strip_prefix('T') else { return false };
    match number.split_once('.') {
        Some((technique, part)) => digits(technique, 4) && digits(part, 3),
        None => digits(number, 4),
    }
}

/// The ATT&CK id of a Sigma tag: `attack.t1053.005`, `attack.persistence`.
pub fn from_tag(tag: &str) -> Option<String> {
    let word = tag.strip_prefix("attack.")?.to_ascii_lowercase().replace('_', "-");
    let tactic = TACTICS.iter().find(|(id, _, words)| words.contains(&word.as_str()) || id.eq_ignore_ascii_case(&word));
    match tactic {
        Some((id, ..)) => Some((*id).to_owned()),
        None => Some(word.to_ascii_uppercase()).filter(|id| is_technique(id)),
    }
}

#[cfg(test)]
mod tests {
    use super::{flaw, from_tag};

    #[test]
    fn ids() {
        for (id, right) in [
            ("T1053.005", true),
            ("T1053", true),
            ("T1053.001", false),
            ("T1053.5", false),
            ("T1059.001", true),
            ("TA0003", true),
            ("TA0112", true),
            ("TA9999", false),
            ("t1053", false),
            ("persistence", false),
            ("", false),
        ] {
            assert_eq!(flaw(id).is_none(), right, "{id}");
        }
    }

    #[test]
    fn tags() {
        for (tag, id) in [
            ("attack.t1053.005", Some("T1053.005")),
            ("attack.privilege_escalation", Some("TA0004")),
            ("attack.defense-evasion", Some("TA0005")),
            ("attack.ta0008", Some("TA0008")),
            ("attack.s0111", None),
            ("attack.g0069", None),
            ("car.2013-08-001", None),
        ] {
            assert_eq!(from_tag(tag).as_deref(), id, "{tag}");
        }
    }
}
