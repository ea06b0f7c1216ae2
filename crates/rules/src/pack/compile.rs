//! An alert put into a ruleset: which rules fire for it, which hold its exceptions and outcomes, which fields its entities read.

use super::alert::{Alert, Sigma};
use super::entity::{self, Entity};
use crate::RuleId;
use crate::loader::Loader;
use crate::sigma::{Draft, Excerpt, Parsed, Placeholders, parse_excerpts, parse_filter};
use regex::Regex;
use std::collections::BTreeMap;
use std::sync::Arc;
use watchbell_model::{FieldId, LogSource};

/// An alert with everything that is asked of events, in the ruleset of the loader that it was compiled with.
#[derive(Clone, Debug)]
pub struct CompiledAlert {
    pub alert: Arc<Alert>,
    /// Rules whose match is a match of the alert, in the order of the file.
    pub rules: Vec<RuleId>,
    /// Rules that are asked for the sake of the alert's correlations only.
    pub members: Vec<RuleId>,
    /// To ask [`crate::Ruleset::correlation`] with, once all is loaded.
    pub correlations: Vec<usize>,
    pub entities: Vec<CompiledEntity>,
    pub exceptions: Vec<CompiledException>,
    pub failed: CompiledFilter,
    pub tried: CompiledFilter,
}

#[derive(Clone, Debug)]
pub struct CompiledEntity {
    pub name: String,
    /// Best first.
    pub fields: Vec<FieldId>,
    /// Its group [`super::GROUP`] is the value; without it the whole value of the field is.
    pub pattern: Option<Regex>,
}

#[derive(Clone, Debug)]
pub struct CompiledException {
    pub id: String,
    /// Whether it is on until somebody decides otherwise.
    pub default: bool,
    pub filter: CompiledFilter,
}

/// One filter as an on-demand rule for each log source of the alert's rules.
pub type CompiledFilter = Vec<(LogSource, RuleId)>;

/// Lists of the user's own (admin accounts, deployment hosts) in place of an alert's tunables of the same name.
pub type Lists = BTreeMap<String, Vec<String>>;

impl Alert {
    /// Adds the alert to what `loader` collects. What is wrong in its Sigma is told by [`Loader::finish`]; the rest works.
    pub fn compile(self: &Arc<Self>, loader: &mut Loader, lists: &Lists) -> CompiledAlert {
        let placeholders = self.placeholders(lists);
        let excerpts: Vec<Excerpt<'_>> = self.rules.iter().map(|rule| self.excerpt(rule)).collect();
        let parsed = parse_excerpts(&excerpts, &placeholders);
        let sources = sources(&parsed);
        let shape = Roles::of(&parsed);
        let added = loader.add(parsed);
        let mut filters = Filters { alert: self, loader, placeholders: &placeholders, sources: &sources };
        CompiledAlert {
            exceptions: filters.exceptions(),
            failed: filters.filter("outcome failed", self.outcome.failed.as_ref()),
            tried: filters.filter("outcome tried", self.outcome.tried.as_ref()),
            rules: Roles::pick(&added.rules, &shape.rules, false),
            members: Roles::pick(&added.rules, &shape.rules, true),
            correlations: Roles::pick(&added.correlations, &shape.correlations, false),
            entities: self.entities.iter().map(|(name, entity)| compiled_entity(name, entity, loader)).collect(),
            alert: Arc::clone(self),
        }
    }

    fn placeholders(&self, lists: &Lists) -> Placeholders {
        let mut all: Lists = self.tunables.iter().map(|(name, values)| (name.to_owned(), values.clone())).collect();
        all.extend(lists.iter().map(|(name, values)| (name.clone(), values.clone())));
        Placeholders { lists: all, required: true }
    }

    fn excerpt<'a>(&'a self, sigma: &'a Sigma) -> Excerpt<'a> {
        Excerpt { file: &self.source.file, whole: &self.source.text, text: &sigma.text, line: sigma.line, column: sigma.column }
    }
}

impl CompiledAlert {
    /// Entities by their places in [`Self::entities`] that make the fold's key.
    pub fn fold_key(&self) -> Vec<usize> {
        let names = self.alert.fold.iter().flat_map(|fold| &fold.by);
        names.filter_map(|name| self.alert.entities.position(name)).collect()
    }
}

/// For each rule and correlation, in order: whether only a correlation asks for it.
struct Roles {
    rules: Vec<bool>,
    correlations: Vec<bool>,
}

impl Roles {
    fn of(parsed: &Parsed) -> Self {
        let quiet: Vec<&str> = parsed.drafts.iter().flat_map(quieted).collect();
        let is_quiet = |about: &crate::About| [&about.id, &about.name].into_iter().flatten().any(|name| quiet.contains(&name.as_str()));
        let mut roles = Self { rules: Vec::new(), correlations: Vec::new() };
        for draft in &parsed.drafts {
            match draft {
                Draft::Rule(rule) => roles.rules.push(is_quiet(&rule.about)),
                Draft::Correlation(correlation) => roles.correlations.push(is_quiet(&correlation.about)),
                Draft::Filter(_) => {}
            }
        }
        roles
    }

    fn pick<T: Copy>(added: &[T], quiet: &[bool], wanted: bool) -> Vec<T> {
        added.iter().zip(quiet).filter(|(_, quiet)| **quiet == wanted).map(|(id, _)| *id).collect()
    }
}

/// Names of what a correlation is made of, unless it lets them fire too.
fn quieted(draft: &Draft) -> impl Iterator<Item = &str> {
    let rules = match draft {
        Draft::Correlation(correlation) if !correlation.generate => correlation.rules.as_slice(),
        _ => &[],
    };
    rules.iter().map(|(name, _)| name.as_str())
}

/// The log sources of the rules, each once.
fn sources(parsed: &Parsed) -> Vec<LogSource> {
    let mut sources: Vec<LogSource> = Vec::new();
    for draft in &parsed.drafts {
        match draft {
            Draft::Rule(rule) if !sources.contains(&rule.source) => sources.push(rule.source.clone()),
            _ => {}
        }
    }
    sources
}

/// Compiles the filters of one alert.
struct Filters<'a> {
    alert: &'a Alert,
    loader: &'a mut Loader,
    placeholders: &'a Placeholders,
    sources: &'a [LogSource],
}

impl Filters<'_> {
    fn exceptions(&mut self) -> Vec<CompiledException> {
        let alert = self.alert;
        let compiled = alert.exceptions.iter().map(|exception| CompiledException {
            id: exception.id.clone(),
            default: exception.default,
            filter: self.filter(&format!("exception {}", exception.id), Some(&exception.filter)),
        });
        compiled.collect()
    }

    fn filter(&mut self, what: &str, sigma: Option<&Sigma>) -> CompiledFilter {
        let Some(sigma) = sigma else { return Vec::new() };
        let title = format!("{}: {what}", self.alert.name);
        if self.sources.is_empty() {
            // Nothing to ask it of, yet what is wrong with it is told.
            let parsed = parse_filter(&self.alert.excerpt(sigma), self.placeholders);
            parsed.diagnostics.into_iter().for_each(|problem| self.loader.report(problem));
        }
        let mut filter = Vec::new();
        for (n, source) in self.sources.iter().enumerate() {
            let mut parsed = parse_filter(&self.alert.excerpt(sigma), self.placeholders);
            if n > 0 {
                // The same text, the same problems: told once.
                parsed.diagnostics.clear();
            }
            filter.extend(self.loader.add_filter_condition(&title, source.clone(), parsed).map(|rule| (source.clone(), rule)));
        }
        filter
    }
}

fn compiled_entity(name: &str, entity: &Entity, loader: &mut Loader) -> CompiledEntity {
    let fields = entity.fields().iter().map(|field| loader.fields_mut().intern(field)).collect();
    let pattern = match entity {
        Entity::Fields(_) => None,
        // What cannot be compiled was told and left out when the file was read.
        Entity::Cut { regex, .. } => entity::expression(regex).ok(),
    };
    CompiledEntity { name: name.to_owned(), fields, pattern }
}
