//! `2 of name_*`: which names a selector means, and the ways to choose among them.

use rsigma_parser::SelectorPattern;

/// Every way to take `wanted` of `from`; `None` if there are more than `most`.
pub(crate) fn choices(from: &[usize], wanted: usize, most: usize) -> Option<Vec<Vec<usize>>> {
    if number_of_choices(from.len(), wanted) > most {
        return None;
    }
    let mut ways: Vec<Vec<usize>> = vec![Vec::new()];
    for (i, index) in from.iter().enumerate() {
        let left = from.len() - i - 1;
        let with = ways.iter().filter(|way| way.len() < wanted).map(|way| [way.as_slice(), &[*index]].concat()).collect::<Vec<_>>();
        ways.extend(with);
        ways.retain(|way| way.len() + left >= wanted);
    }
    Some(ways)
}

fn number_of_choices(of: usize, wanted: usize) -> usize {
    // Each step is a whole number again; it stops growing where it would overflow.
    (0..wanted.min(of - wanted)).fold(1_usize, |ways, i| ways.saturating_mul(of - i) / (i + 1))
}

/// Whether a selector means `name`: `*` stands for anything, `them` for every name that does not begin with `_`.
pub(crate) fn fits(pattern: &SelectorPattern, name: &str) -> bool {
    match pattern {
        SelectorPattern::Them => !name.starts_with('_'),
        SelectorPattern::Pattern(pattern) => match pattern.split_once('*') {
            None => pattern == name,
            Some((start, rest)) => name.strip_prefix(start).is_some_and(|name| ends_like(rest, name)),
        },
    }
}

/// Whether `name`, after a `*`, goes on as `pattern` does: each part is sought from the left, the last one at the end.
fn ends_like(pattern: &str, mut name: &str) -> bool {
    let (middle, last) = pattern.rsplit_once('*').unwrap_or(("", pattern));
    for part in middle.split('*') {
        let Some(at) = name.find(part) else { return false };
        name = &name[at + part.len()..];
    }
    name.ends_with(last)
}
