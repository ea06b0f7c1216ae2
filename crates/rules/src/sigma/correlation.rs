//! Correlation documents: rules counted or put in order over a stretch of time.

use super::condition;
use super::report::{Report, Spot};
use super::scalar::Scalar;
use super::yaml::{Flaw, Kind, Node, short};
use crate::ir::{About, Bound, Bounds, Compare};
use rsigma_parser::{ConditionExpr, CorrelationType, Timespan};

/// A correlation as it is written: rules by their ids or names.
#[derive(Debug)]
pub(crate) struct CorrelationDraft {
    pub about: About,
    pub kind: CorrelationType,
    pub measure: Measure,
    pub rules: Vec<(String, Spot)>,
    pub group_by: Vec<String>,
    pub timespan_seconds: u64,
    /// Alias, and for each rule (by id or name) the field it stands for.
    pub aliases: Vec<(String, Vec<(String, String)>)>,
    pub generate: bool,
    pub spot: Spot,
}

/// What is asked of the rules' matches.
#[derive(Debug)]
pub(crate) enum Measure {
    /// Each rule at least once.
    Every,
    /// At least so many of the rules.
    AtLeast(usize),
    Extended(ConditionExpr),
    Count {
        bounds: Bounds,
        /// Of several, their combinations count.
        fields: Vec<String>,
        percentile: Option<u8>,
    },
}

const TYPES: &str = "event_count, value_count, temporal, temporal_ordered, value_sum, value_avg, value_percentile, value_median";
const KEYS: [&str; 9] = ["type", "rules", "group-by", "timespan", "timeframe", "condition", "aliases", "generate", "field"];
const MAX_RULES: usize = 100;
/// Fields to group by, aliases, rules in an alias.
const MAX_NAMES: usize = 100;

pub(super) fn read(report: &mut Report<'_>, node: &Node<'_>, body: &Node<'_>, about: About) -> Option<CorrelationDraft> {
    if !matches!(body.kind, Kind::Map(_)) {
        report.flaw(Flaw::new("sigma/type", body.at, format!("`correlation` must be a mapping, this is {}", body.word())));
        return None;
    }
    for (key, _) in body.entries().iter().filter(|(key, _)| !KEYS.contains(&key.text.as_ref())) {
        report.warn(
            Flaw::new("sigma/unknown-key", key.at, format!("`{}` means nothing in a correlation", short(&key.text)))
                .hint(format!("known keys: {}", KEYS.join(", "))),
        );
    }
    let kind = kind(report, body);
    let timespan_seconds = timespan(report, body);
    let mut rules = names(report, body, "rules");
    let measure = measure(report, body, kind?);
    if let (true, Some(Measure::Extended(expression))) = (rules.is_empty(), &measure) {
        rules = mentioned(expression).into_iter().map(|name| (name, report.spot(body.at))).collect();
    }
    bounded(report, body);
    if rules.is_empty() || rules.len() > MAX_RULES {
        let flaw = Flaw::new("sigma/correlation-rules", body.at, format!("a correlation is of 1 to {MAX_RULES} rules, this is of {}", rules.len()));
        report.flaw(flaw.hint("add `rules:` with a list of ids or names"));
    }
    Some(CorrelationDraft {
        about,
        kind: kind?,
        measure: measure?,
        rules,
        group_by: names(report, body, "group-by").into_iter().map(|(name, _)| name).collect(),
        timespan_seconds: timespan_seconds?,
        aliases: aliases(report, body),
        generate: generate(node).or_else(|| generate(body)).unwrap_or(false),
        spot: report.spot(body.at),
    })
}

fn bounded(report: &mut Report<'_>, body: &Node<'_>) {
    let aliases = body.get("aliases").map_or(&[] as &[_], Node::entries);
    let groups = body.get("group-by").map_or(0, |node| node.items().len());
    if groups.max(aliases.len()) > MAX_NAMES || aliases.iter().any(|(_, fields)| fields.entries().len() > MAX_NAMES) {
        report.flaw(Flaw::new("sigma/too-large", body.at, format!("more than {MAX_NAMES} fields to group by, or as much in its aliases")));
    }
}

fn kind(report: &mut Report<'_>, body: &Node<'_>) -> Option<CorrelationType> {
    let kind = body.get("type").and_then(Node::text).and_then(|text| text.parse().ok());
    if kind.is_none() {
        let at = body.get("type").map_or(body.at, |node| node.at);
        report.flaw(Flaw::new("sigma/correlation-type", at, "the correlation's `type` is missing or unknown").hint(format!("one of {TYPES}")));
    }
    kind
}

fn timespan(report: &mut Report<'_>, body: &Node<'_>) -> Option<u64> {
    let node = body.get("timespan").or_else(|| body.get("timeframe"));
    let span = node.and_then(Node::text).and_then(|text| Timespan::parse(text.trim()).ok()).filter(|span| span.seconds > 0);
    if span.is_none() {
        let flaw = Flaw::new("sigma/timespan", node.map_or(body.at, |node| node.at), "the correlation's `timespan` is missing or no stretch of time");
        report.flaw(flaw.hint("write a number and a unit: `30s`, `5m`, `1h`, `7d`"));
    }
    span.map(|span| span.seconds)
}

/// A list of texts, or one text.
fn names(report: &mut Report<'_>, body: &Node<'_>, key: &str) -> Vec<(String, Spot)> {
    let Some(node) = body.get(key).filter(|node| !node.is_null()) else { return Vec::new() };
    let mut names = Vec::new();
    for item in node.items() {
        match item.text().filter(|text| !text.is_empty()) {
            Some(text) => names.push((text.to_owned(), report.spot(item.at))),
            None => report.flaw(Flaw::new("sigma/type", item.at, format!("`{key}` must be a list of texts, this is {}", item.word()))),
        }
    }
    names
}

fn measure(report: &mut Report<'_>, body: &Node<'_>, kind: CorrelationType) -> Option<Measure> {
    let temporal = matches!(kind, CorrelationType::Temporal | CorrelationType::TemporalOrdered);
    let result = match body.get("condition").filter(|node| !node.is_null()) {
        None if temporal => Ok(Measure::Every),
        None => Err(Flaw::new("sigma/correlation-condition", body.at, format!("a correlation of type {} needs a `condition`", kind.as_str()))
            .hint("add `condition: {gte: 10}`")),
        Some(node) => match (&node.kind, temporal) {
            (Kind::Scalar { text, .. }, true) => condition::parse(text, node).map(Measure::Extended),
            (Kind::Map(_), true) => at_least(node),
            (Kind::Map(_), false) => count(node, body, kind),
            _ => Err(Flaw::new("sigma/correlation-condition", node.at, "this condition does not fit the correlation's type")
                .hint("counts take a mapping such as `{gte: 10}`, temporal ones a text such as `rule_a and rule_b`")),
        },
    };
    result.map_err(|flaw| report.flaw(flaw)).ok()
}

/// A temporal correlation with a bound: at least so many of its rules.
fn at_least(node: &Node<'_>) -> Result<Measure, Flaw> {
    match bounds(node)?.0.as_slice() {
        [Bound { compare: Compare::GreaterOrEqual, value, .. }] if *value >= 1.0 => Ok(Measure::AtLeast(*value as usize)),
        [Bound { compare: Compare::Greater, value, .. }] if *value >= 0.0 => Ok(Measure::AtLeast(*value as usize + 1)),
        _ => {
            let flaw = Flaw::new("sigma/correlation-condition", node.at, "a temporal correlation can only ask for at least so many of its rules");
            Err(flaw.hint("write `{gte: 2}`, or a text such as `rule_a and not rule_b`"))
        }
    }
}

fn count(node: &Node<'_>, body: &Node<'_>, kind: CorrelationType) -> Result<Measure, Flaw> {
    let bounds = bounds(node)?;
    let field = node.get("field").or_else(|| body.get("field")).filter(|field| !field.is_null());
    let fields = field.map(|field| counted(field, kind)).transpose()?.unwrap_or_default();
    if kind != CorrelationType::EventCount && fields.is_empty() {
        let message = format!("a correlation of type {} needs the `field` whose values count", kind.as_str());
        return Err(Flaw::new("sigma/correlation-field", node.at, message).hint("add `field: Name` to the condition"));
    }
    let percentile = node.get("percentile").map(percentile).transpose()?;
    if kind == CorrelationType::ValuePercentile && percentile.is_none() {
        return Err(
            Flaw::new("sigma/percentile", node.at, "a correlation of type value_percentile needs `percentile`").hint("add `percentile: 95` to the condition")
        );
    }
    Ok(Measure::Count { bounds, fields, percentile })
}

fn counted(node: &Node<'_>, kind: CorrelationType) -> Result<Vec<String>, Flaw> {
    let fields = node.items();
    if fields.len() > MAX_NAMES {
        return Err(Flaw::new("sigma/too-large", node.at, format!("more than {MAX_NAMES} fields to count")));
    }
    if fields.len() > 1 && kind != CorrelationType::ValueCount {
        let flaw = Flaw::new("sigma/correlation-field", node.at, format!("a correlation of type {} takes one `field`", kind.as_str()));
        return Err(flaw.hint("name one field; an alias can stand for different ones"));
    }
    let name = |node: &Node<'_>| node.text().filter(|text| !text.is_empty()).map(str::to_owned);
    fields.iter().map(|node| name(node).ok_or_else(|| Flaw::new("sigma/correlation-field", node.at, "`field` must be the name of a field"))).collect()
}

fn percentile(node: &Node<'_>) -> Result<u8, Flaw> {
    match node.scalar() {
        Some(Scalar::Integer(n @ 0..=100)) => Ok(n as u8),
        _ => Err(Flaw::new("sigma/percentile", node.at, "`percentile` is a whole number from 0 to 100")),
    }
}

fn bounds(node: &Node<'_>) -> Result<Bounds, Flaw> {
    let mut bounds = Vec::new();
    for (key, value) in node.entries() {
        let (compare, negated) = match key.text.as_ref() {
            "gte" => (Compare::GreaterOrEqual, false),
            "gt" => (Compare::Greater, false),
            "lte" => (Compare::LessOrEqual, false),
            "lt" => (Compare::Less, false),
            "eq" => (Compare::Equal, false),
            "neq" => (Compare::Equal, true),
            "field" | "percentile" => continue,
            other => {
                let flaw = Flaw::new("sigma/correlation-condition", key.at, format!("`{}` means nothing in a correlation's condition", short(other)));
                return Err(flaw.hint("one of gte, gt, lte, lt, eq, neq, field, percentile"));
            }
        };
        let value = match value.text().and_then(Scalar::number) {
            Some(Scalar::Integer(n)) => n as f64,
            Some(Scalar::Float(x)) => x,
            _ => return Err(Flaw::new("sigma/correlation-condition", value.at, format!("`{}` takes a number", key.text))),
        };
        bounds.push(Bound { compare, negated, value });
    }
    if bounds.is_empty() {
        return Err(Flaw::new("sigma/correlation-condition", node.at, "the condition has no bound").hint("add one of gte, gt, lte, lt, eq, neq"));
    }
    Ok(Bounds(bounds))
}

/// Every rule that an extended condition names.
fn mentioned(expression: &ConditionExpr) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut open = vec![expression];
    while let Some(expression) = open.pop() {
        match expression {
            ConditionExpr::And(parts) | ConditionExpr::Or(parts) => open.extend(parts.iter().rev()),
            ConditionExpr::Not(inner) => open.push(inner),
            ConditionExpr::Identifier(name) if !names.contains(name) => names.push(name.clone()),
            _ => {}
        }
    }
    names
}

fn aliases(report: &mut Report<'_>, body: &Node<'_>) -> Vec<(String, Vec<(String, String)>)> {
    let Some(node) = body.get("aliases").filter(|node| !node.is_null()) else { return Vec::new() };
    let mut aliases = Vec::new();
    for (alias, fields) in node.entries() {
        let pairs: Option<Vec<(String, String)>> =
            fields.entries().iter().map(|(rule, field)| Some((rule.text.to_string(), field.text()?.to_owned()))).collect();
        match pairs.filter(|pairs| !pairs.is_empty()) {
            Some(pairs) => aliases.push((alias.text.to_string(), pairs)),
            None => report.flaw(Flaw::new("sigma/aliases", fields.at, format!("the alias `{}` must say for each rule which field it is", short(&alias.text)))),
        }
    }
    if node.entries().is_empty() {
        report.flaw(Flaw::new("sigma/aliases", node.at, format!("`aliases` must be a mapping, this is {}", node.word())));
    }
    aliases
}

fn generate(node: &Node<'_>) -> Option<bool> {
    match node.get("generate")?.scalar()? {
        Scalar::Bool(generate) => Some(generate),
        _ => None,
    }
}
