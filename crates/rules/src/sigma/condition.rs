//! Conditions: `selection and not 1 of filter_*`, over the selections of a detection.

use super::detection::Reader;
use super::logic::Logic;
use super::selector::{choices, fits};
use super::terms::simple;
use super::yaml::{At, Flaw, Key, Kind, Node, short};
use crate::ir::Condition;
use rsigma_parser::{ConditionExpr, Quantifier, SelectorPattern, SigmaParserError};
use std::collections::HashSet;

/// Ways to choose `n of` many that are written out.
const MAX_CHOICES: usize = 2_000;
/// Parentheses or negations in a condition, lest they all stand within each other.
const MAX_NESTING: usize = 250;

/// Sets the condition of a detection: a text, or a list of texts of which any may hold.
pub(super) fn read(reader: &mut Reader<'_, '_>, node: &Node<'_>, entries: &[(Key<'_>, Node<'_>)]) {
    let mut used = HashSet::new();
    let mut conditions = Vec::new();
    if node.items().is_empty() {
        reader.report.flaw(Flaw::new("sigma/no-condition", node.at, "the list of conditions is empty"));
    }
    for item in node.items() {
        match one(&mut reader.logic, item, &mut used) {
            Ok(condition) => conditions.push(condition),
            Err(flaw) => reader.report.flaw(flaw),
        }
    }
    let whole = conditions.len() == node.items().len();
    reader.logic.condition = Condition::any(conditions);
    if whole {
        unused(reader, node, entries, &used);
    }
}

fn unused(reader: &mut Reader<'_, '_>, node: &Node<'_>, entries: &[(Key<'_>, Node<'_>)], used: &HashSet<usize>) {
    for (i, (name, _)) in reader.logic.selections.iter().enumerate() {
        if !used.contains(&i) && !name.starts_with('_') {
            let at = entries.iter().find(|(key, _)| key.text == name.as_str()).map_or(node.at, |(key, _)| key.at);
            let message = format!("no condition asks for the selection `{}`", short(name));
            reader.report.warn(Flaw::new("sigma/unused-selection", at, message).hint("name it in the condition, or remove it"));
        }
    }
}

fn one(logic: &mut Logic, node: &Node<'_>, used: &mut HashSet<usize>) -> Result<Condition, Flaw> {
    let Some(text) = node.text().filter(|text| !text.trim().is_empty()) else {
        return Err(Flaw::new("sigma/condition", node.at, format!("a condition must be a text, this is {}", node.word())));
    };
    logic.texts.push(text.trim().to_owned());
    let expression = parse(text, node)?;
    resolve(logic, &expression, node.at, used)
}

/// The condition as a tree of names.
pub(super) fn parse(text: &str, node: &Node<'_>) -> Result<ConditionExpr, Flaw> {
    if let Some(simple) = simple(text) {
        return Ok(simple);
    }
    if text.contains('|') {
        let flaw = Flaw::new("sigma/aggregation", node.at, "aggregations in the condition (`| count() > 5`) are no longer part of Sigma");
        return Err(flaw.hint("write a second document with `correlation:`, of type `event_count` or `value_count`"));
    }
    if text.matches('(').count().max(text.split_whitespace().filter(|word| word.eq_ignore_ascii_case("not")).count()) > MAX_NESTING {
        return Err(Flaw::new("sigma/condition", node.at, format!("the condition has more than {MAX_NESTING} parentheses or negations")));
    }
    rsigma_parser::parse_condition(text).map_err(|error| refused(&error, text, node))
}

fn refused(error: &SigmaParserError, text: &str, node: &Node<'_>) -> Flaw {
    let place = error.location().filter(|place| place.line == 1);
    let quote = usize::from(matches!(&node.kind, Kind::Scalar { plain: false, .. }));
    let at = match place {
        Some(place) if !text.contains('\n') => At { column: node.at.column + quote + place.col as usize - 1, ..node.at },
        _ => node.at,
    };
    let message = match error {
        SigmaParserError::ConditionTooLong(..) => "the condition is too long".to_owned(),
        SigmaParserError::Condition(message, _) if message.contains("depth") => "the condition is nested too deep".to_owned(),
        _ => format!("the condition `{}` can't be read from here on", short(text)),
    };
    Flaw::new("sigma/condition", at, message).hint("selections are joined by `and`, `or`, `not`, `1 of name_*`, `all of them` and parentheses")
}

fn resolve(logic: &mut Logic, expression: &ConditionExpr, at: At, used: &mut HashSet<usize>) -> Result<Condition, Flaw> {
    Ok(match expression {
        ConditionExpr::And(parts) => Condition::all(resolve_each(logic, parts, at, used)?),
        ConditionExpr::Or(parts) => Condition::any(resolve_each(logic, parts, at, used)?),
        ConditionExpr::Not(inner) => resolve(logic, inner, at, used)?.not(),
        ConditionExpr::Identifier(name) => {
            let index = logic.selections.iter().position(|(known, _)| known == name).ok_or_else(|| unknown(name, at, logic))?;
            used.insert(index);
            selection(logic, index, at)?
        }
        ConditionExpr::Selector { quantifier, pattern } => {
            let chosen: Vec<usize> = (0..logic.selections.len()).filter(|i| fits(pattern, &logic.selections[*i].0)).collect();
            if chosen.is_empty() {
                return Err(unknown(&name_of(pattern), at, logic));
            }
            used.extend(&chosen);
            quantified(logic, quantifier, &chosen, at)?
        }
    })
}

fn resolve_each(logic: &mut Logic, parts: &[ConditionExpr], at: At, used: &mut HashSet<usize>) -> Result<Vec<Condition>, Flaw> {
    parts.iter().map(|part| resolve(logic, part, at, used)).collect()
}

fn selection(logic: &mut Logic, index: usize, at: At) -> Result<Condition, Flaw> {
    let size = logic.selections[index].1.size();
    if !logic.spend(size) {
        return Err(Flaw::new("sigma/too-large", at, "the condition is too large: its selections are repeated too often"));
    }
    Ok(logic.selections[index].1.clone())
}

fn quantified(logic: &mut Logic, quantifier: &Quantifier, chosen: &[usize], at: At) -> Result<Condition, Flaw> {
    let wanted = match quantifier {
        Quantifier::Any => 1,
        Quantifier::All => chosen.len(),
        Quantifier::Count(n) => usize::try_from(*n).unwrap_or(usize::MAX),
    };
    if wanted == 0 || wanted > chosen.len() {
        let message = format!("`{wanted} of` {} selections makes no sense", chosen.len());
        return Err(Flaw::new("sigma/condition", at, message).hint("ask for as many as there are, or fewer"));
    }
    let mut sets = Vec::new();
    for set in choices(chosen, wanted, MAX_CHOICES)
        .ok_or_else(|| Flaw::new("sigma/too-large", at, format!("`{wanted} of` {} selections are too many ways", chosen.len())))?
    {
        let parts: Result<Vec<Condition>, Flaw> = set.into_iter().map(|index| selection(logic, index, at)).collect();
        sets.push(Condition::all(parts?));
    }
    Ok(Condition::any(sets))
}

fn name_of(pattern: &SelectorPattern) -> String {
    match pattern {
        SelectorPattern::Them => "them".to_owned(),
        SelectorPattern::Pattern(name) => name.clone(),
    }
}

fn unknown(name: &str, at: At, logic: &Logic) -> Flaw {
    let names: Vec<&str> = logic.selections.iter().map(|(name, _)| name.as_str()).take(10).collect();
    let flaw = Flaw::new("sigma/unknown-selection", at, format!("the condition asks for `{}`, which is no selection of this detection", short(name)));
    flaw.hint(format!("the selections are: {}", names.join(", ")))
}
