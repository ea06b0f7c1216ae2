//! Variables of cmd.exe that a line sets for itself: `%a%`, `!a!`, `%a:~0,3%`, `%a:x=y%`.

const MAX_TEXT: usize = 32 * 1024;

/// The text with known variables put in; `None` where none stands in it.
pub fn substitute(text: &str, variables: &[(String, String)]) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut changed = false;
    while let Some(at) = rest.find(['%', '!']) {
        let sign = char::from(rest.as_bytes()[at]);
        let after = &rest[at + 1..];
        out.push_str(&rest[..at]);
        let inside = after.get(..128).unwrap_or(after).find(sign).map(|end| &after[..end]);
        match inside.and_then(|name| Some((name, value(name, variables)?))) {
            Some((name, value)) if out.len() < MAX_TEXT => {
                out.push_str(&value);
                changed = true;
                rest = &after[name.len() + 1..];
            }
            _ => {
                out.push(sign);
                rest = after;
            }
        }
    }
    out.push_str(rest);
    changed.then_some(out)
}

fn value(reference: &str, variables: &[(String, String)]) -> Option<String> {
    let (name, change) = reference.split_once(':').map_or((reference, None), |(n, c)| (n, Some(c)));
    let name = name.to_ascii_lowercase();
    let value = variables.iter().rev().find(|(known, _)| *known == name).map(|(_, v)| v.as_str())?;
    match change {
        None => Some(value.to_owned()),
        Some(change) => match change.strip_prefix('~') {
            Some(range) => Some(part(value, range)),
            None => change.split_once('=').filter(|(from, _)| !from.is_empty()).map(|(from, to)| value.replace(from, to)),
        },
    }
}

/// `~start,length`, both of which may count from the end.
fn part(value: &str, range: &str) -> String {
    let chars: Vec<char> = value.chars().collect();
    let (start, length) = range.split_once(',').map_or((range, None), |(s, l)| (s, Some(l)));
    let from_end = |n: i64| usize::try_from(if n < 0 { i64::try_from(chars.len()).unwrap_or(0) + n } else { n }).unwrap_or(0).min(chars.len());
    let start = from_end(start.trim().parse().unwrap_or(0));
    let end = match length.and_then(|l| l.trim().parse::<i64>().ok()) {
        None => chars.len(),
        Some(n) if n < 0 => from_end(n),
        Some(n) => (start + usize::try_from(n).unwrap_or(0)).min(chars.len()),
    };
    chars.get(start..end).unwrap_or_default().iter().collect()
}
