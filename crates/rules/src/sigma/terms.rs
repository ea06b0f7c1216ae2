//! The conditions that most rules have, read without a grammar.

use rsigma_parser::{ConditionExpr, Quantifier, SelectorPattern};

/// Terms joined by `and` alone, or by `or` alone.
pub(super) fn simple(text: &str) -> Option<ConditionExpr> {
    let mut words = text.split_ascii_whitespace();
    let mut terms = vec![term(&mut words)?];
    let operator = words.next();
    let mut joined = operator;
    while let Some(word) = joined {
        terms.push(term(&mut words).filter(|_| Some(word) == operator)?);
        joined = words.next();
    }
    match operator {
        None => terms.pop(),
        Some("and") => Some(ConditionExpr::And(terms)),
        Some("or") => Some(ConditionExpr::Or(terms)),
        Some(_) => None,
    }
}

/// `name`, `1 of name_*`, `all of them`, each with or without one `not`.
fn term<'a>(words: &mut impl Iterator<Item = &'a str>) -> Option<ConditionExpr> {
    match words.next()? {
        "not" => {
            let word = words.next()?;
            positive(word, words).map(|inner| ConditionExpr::Not(Box::new(inner)))
        }
        word => positive(word, words),
    }
}

fn positive<'a>(word: &str, words: &mut impl Iterator<Item = &'a str>) -> Option<ConditionExpr> {
    let quantifier = match word {
        "1" | "any" => Quantifier::Any,
        "all" => Quantifier::All,
        name => return is_name(name, false).then(|| ConditionExpr::Identifier(name.to_owned())),
    };
    let pattern = match words.next().filter(|of| *of == "of").and(words.next())? {
        "them" => SelectorPattern::Them,
        name => SelectorPattern::Pattern(is_name(name, true).then(|| name.to_owned())?),
    };
    Some(ConditionExpr::Selector { quantifier, pattern })
}

fn is_name(word: &str, stars: bool) -> bool {
    let keyword = ["and", "or", "not", "of", "them", "all", "any"].iter().any(|keyword| word.eq_ignore_ascii_case(keyword));
    let letter = |c: u8| c.is_ascii_alphanumeric() || c == b'_' || (stars && c == b'*');
    !keyword && word.bytes().all(letter) && word.starts_with(|c: char| !c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::simple;

    /// What is read without the grammar is what the grammar reads.
    #[test]
    fn short_cuts_lead_to_the_same_place() {
        for text in [
            "selection",
            "a and b",
            "a and not b",
            "not a or b or 1 of c*",
            "all of them",
            "any of sel_*",
            "selection_main and 1 of selection_dword_* and not 1 of filter_*",
            "a_1 and not all of x*y",
        ] {
            assert_eq!(simple(text), rsigma_parser::parse_condition(text).ok(), "{text}");
            assert!(simple(text).is_some(), "{text}");
        }
        for text in ["", "a and", "a and b or c", "(a)", "not", "1 of", "2 of a*", "a AND b", "not not a", "a b", "of", "1 of (a)", "a | b", "and and and", "5"]
        {
            assert_eq!(simple(text), None, "{text}");
        }
    }
}
