//! Resolves correlations: which rules they mean, in an order in which each comes after those it is made of.

use super::{Loader, Member, Scope};
use crate::ir::{Correlation, CorrelationKind, Extended, Referred, Target};
use crate::sigma::{CorrelationDraft, Measure, Spot};
use rsigma_parser::{ConditionExpr, CorrelationType, Quantifier};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;
use watchbell_model::{FieldId, Severity};

/// Ways to choose `n of` many that are written out.
const MAX_CHOICES: usize = 2_000;

/// A problem, and the place it is told at if not the correlation itself.
struct Trouble {
    code: &'static str,
    message: String,
    hint: &'static str,
    spot: Option<Spot>,
}

impl Loader {
    pub(super) fn resolve_correlations(&mut self) {
        let drafts = std::mem::take(&mut self.correlations);
        let mut members: Vec<Option<Vec<Member>>> = drafts.iter().map(|(draft, scope)| self.members(draft, *scope)).collect();
        let order = order(&members);
        self.set.numbers = vec![None; drafts.len()];
        for number in order {
            let Some(of) = members[number].take() else { continue };
            self.resolve(number, &drafts[number].0, &of);
        }
        for (number, of) in members.iter().enumerate() {
            if of.is_some() {
                let message = "the correlation is made of itself, by way of others".to_owned();
                self.tell(
                    &drafts[number].0.spot,
                    Severity::Error,
                    "sigma/correlation-cycle",
                    message,
                    "a correlation can only be made of those that stand without it",
                );
            }
        }
    }

    /// What the names of a correlation mean; `None`, and told, if one means nothing.
    fn members(&mut self, draft: &CorrelationDraft, scope: Scope) -> Option<Vec<Member>> {
        let found: Vec<Option<Member>> = draft.rules.iter().map(|(name, _)| self.find(name, scope)).collect();
        for ((name, spot), found) in draft.rules.iter().zip(&found) {
            if found.is_none() {
                let message = format!("no loaded rule has the id or name `{name}`");
                self.tell(spot, Severity::Error, "sigma/unknown-rule", message, "load the rule too, or correct the reference");
            }
        }
        found.into_iter().collect()
    }

    fn resolve(&mut self, number: usize, draft: &CorrelationDraft, of: &[Member]) {
        let built = self.referred(draft, of).and_then(|of| Ok((kind(draft, &of, self)?, of)));
        match built {
            Ok((kind, of)) => {
                self.set.numbers[number] = Some(self.set.correlations.len() as u32);
                self.set.correlations.push(Correlation {
                    about: Arc::new(draft.about.clone()),
                    kind,
                    of,
                    group_by: draft.group_by.clone(),
                    timespan_seconds: draft.timespan_seconds,
                    generate: draft.generate,
                });
            }
            Err(trouble) => {
                let spot = trouble.spot.as_ref().unwrap_or(&draft.spot);
                self.tell(spot, Severity::Error, trouble.code, trouble.message, trouble.hint);
            }
        }
    }

    fn referred(&mut self, draft: &CorrelationDraft, of: &[Member]) -> Result<Vec<Referred>, Trouble> {
        let mut referred = Vec::with_capacity(of.len());
        for (member, (name, spot)) in of.iter().zip(&draft.rules) {
            let target = self.target(*member).ok_or_else(|| Trouble {
                code: "sigma/unknown-rule",
                message: format!("the correlation `{name}` has errors of its own"),
                hint: "correct it first",
                spot: Some(spot.clone()),
            })?;
            let names = self.names(target, name);
            let mut field = |wanted: &str| self.set.fields.intern(aliased(draft, wanted, &names));
            let group = if matches!(target, Target::Rule(_)) { draft.group_by.iter().map(|wanted| field(wanted)).collect() } else { Vec::new() };
            let counted = if let Measure::Count { fields, .. } = &draft.measure { fields.as_slice() } else { &[] };
            let values = counted.iter().map(|wanted| field(wanted)).filter(|id| *id != FieldId::KEYWORDS).collect();
            referred.push(Referred { target, name: name.clone(), group, values });
        }
        Ok(referred)
    }

    fn target(&self, member: Member) -> Option<Target> {
        match member {
            Member::Rule(rule) => Some(Target::Rule(rule)),
            Member::Correlation(number) => self.set.numbers[number].map(Target::Correlation),
        }
    }

    /// Everything that a referred document may be called.
    fn names(&self, target: Target, name: &str) -> Vec<String> {
        let about = match target {
            Target::Rule(rule) => &self.set.rules[rule.0 as usize].about,
            Target::Correlation(number) => &self.set.correlations[number as usize].about,
        };
        [Some(name.to_owned()), about.id.clone(), about.name.clone()].into_iter().flatten().collect()
    }
}

/// The field that `wanted` is in a document of these names: what an alias says, or itself.
fn aliased<'a>(draft: &'a CorrelationDraft, wanted: &'a str, names: &[String]) -> &'a str {
    let fields = draft.aliases.iter().find(|(alias, _)| alias == wanted).map(|(_, fields)| fields);
    fields.and_then(|fields| fields.iter().find(|(rule, _)| names.contains(rule))).map_or(wanted, |(_, field)| field)
}

/// Drafts in an order in which each comes after those it is made of; those that stand in a circle are left out.
fn order(members: &[Option<Vec<Member>>]) -> Vec<usize> {
    let mut waiting = vec![0_usize; members.len()];
    let mut users: Vec<Vec<usize>> = vec![Vec::new(); members.len()];
    for (user, of) in members.iter().enumerate() {
        for member in of.iter().flatten() {
            if let Member::Correlation(used) = member {
                waiting[user] += 1;
                users[*used].push(user);
            }
        }
    }
    let mut ready: BinaryHeap<Reverse<usize>> = (0..members.len()).filter(|i| waiting[*i] == 0).map(Reverse).collect();
    let mut order = Vec::new();
    while let Some(Reverse(next)) = ready.pop() {
        order.push(next);
        for user in &users[next] {
            waiting[*user] -= 1;
            if waiting[*user] == 0 {
                ready.push(Reverse(*user));
            }
        }
    }
    order
}

fn kind(draft: &CorrelationDraft, of: &[Referred], loader: &Loader) -> Result<CorrelationKind, Trouble> {
    let extended = match &draft.measure {
        Measure::Count { bounds, percentile, .. } => return Ok(counted(draft.kind, bounds, *percentile)),
        Measure::Every => None,
        Measure::AtLeast(n) if *n >= of.len() => None,
        Measure::AtLeast(n) => Some(choices(&(0..of.len()).collect::<Vec<_>>(), *n)?),
        Measure::Extended(expression) => {
            let names: Vec<Vec<String>> = of.iter().map(|referred| loader.names(referred.target, &referred.name)).collect();
            Some(extended(expression, &names)?)
        }
    };
    Ok(if draft.kind == CorrelationType::Temporal { CorrelationKind::Temporal(extended) } else { CorrelationKind::TemporalOrdered(extended) })
}

fn counted(kind: CorrelationType, bounds: &crate::Bounds, percentile: Option<u8>) -> CorrelationKind {
    let bounds = bounds.clone();
    match kind {
        CorrelationType::ValueCount => CorrelationKind::ValueCount(bounds),
        CorrelationType::ValueSum => CorrelationKind::ValueSum(bounds),
        CorrelationType::ValueAvg => CorrelationKind::ValueAvg(bounds),
        CorrelationType::ValueMedian => CorrelationKind::ValueMedian(bounds),
        CorrelationType::ValuePercentile => CorrelationKind::ValuePercentile { percentile: percentile.unwrap_or(50), bounds },
        CorrelationType::EventCount | CorrelationType::Temporal | CorrelationType::TemporalOrdered => CorrelationKind::EventCount(bounds),
    }
}

/// `expression` with numbers for names: for each referred document, what it may be called.
fn extended(expression: &ConditionExpr, names: &[Vec<String>]) -> Result<Extended, Trouble> {
    let each = |parts: &[ConditionExpr]| parts.iter().map(|part| extended(part, names)).collect::<Result<Vec<_>, _>>();
    Ok(match expression {
        ConditionExpr::And(parts) => Extended::All(each(parts)?),
        ConditionExpr::Or(parts) => Extended::Any(each(parts)?),
        ConditionExpr::Not(inner) => Extended::Not(Box::new(extended(inner, names)?)),
        ConditionExpr::Identifier(name) => Extended::Seen(names.iter().position(|known| known.contains(name)).ok_or_else(|| unknown(name))?),
        ConditionExpr::Selector { quantifier, pattern } => {
            let fits = |i: &usize| names[*i].iter().any(|name| crate::sigma::fits(pattern, name));
            let chosen: Vec<usize> = (0..names.len()).filter(fits).collect();
            match quantifier {
                _ if chosen.is_empty() => return Err(unknown(&pattern.to_string())),
                Quantifier::Any => choices(&chosen, 1)?,
                Quantifier::All => choices(&chosen, chosen.len())?,
                Quantifier::Count(n) => choices(&chosen, usize::try_from(*n).unwrap_or(usize::MAX).clamp(1, chosen.len()))?,
            }
        }
    })
}

fn unknown(name: &str) -> Trouble {
    let message = format!("the condition asks for `{name}`, which is not among the correlation's rules");
    Trouble { code: "sigma/correlation-condition", message, hint: "list the rule under `rules` too", spot: None }
}

/// At least `wanted` of these.
fn choices(from: &[usize], wanted: usize) -> Result<Extended, Trouble> {
    let seen = |set: Vec<usize>| Extended::All(set.into_iter().map(Extended::Seen).collect());
    let ways = crate::sigma::choices(from, wanted, MAX_CHOICES).ok_or_else(|| Trouble {
        code: "sigma/too-large",
        message: format!("{wanted} of {} rules are too many ways", from.len()),
        hint: "name fewer rules",
        spot: None,
    })?;
    Ok(Extended::Any(ways.into_iter().map(seen).collect()))
}
