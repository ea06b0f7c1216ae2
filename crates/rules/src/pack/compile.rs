//! An alert put into a ruleset: which rules fire for it, which hold its exceptions and outcomes, which fields its entities read.

use super::alert::{Alert, Exception, Sigma};
use super::entity::{self, Entity};
use super::named::Named;
use super::places::Source;
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
    /// The field whose numbers the trigger compares.
    pub measured: Option<FieldId>,
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
        let body = Body { name: &self.name, title: None, source: &self.source, placeholders: placeholders(&self.tunables, lists) };
        let parsed = body.rules(&self.rules);
        let sources = sources(&parsed);
        let shape = Roles::of(&parsed);
        let added = loader.add(parsed);
        let mut filters = Filters { body: &body, loader, sources: &sources };
        CompiledAlert {
            exceptions: filters.exceptions(&self.exceptions),
            failed: filters.filter("outcome failed", self.outcome.failed.as_ref()),
            tried: filters.filter("outcome tried", self.outcome.tried.as_ref()),
            rules: Roles::pick(&added.rules, &shape.rules, false),
            members: Roles::pick(&added.rules, &shape.rules, true),
            correlations: Roles::pick(&added.correlations, &shape.correlations, false),
            entities: compiled_entities(&self.entities, loader),
            measured: self.trigger.measured().map(|field| loader.fields_mut().intern(field)),
            alert: Arc::clone(self),
        }
    }
}

impl CompiledAlert {
    /// Entities by their places in [`Self::entities`] that make the fold's key.
    pub fn fold_key(&self) -> Vec<usize> {
        let names = self.alert.fold.iter().flat_map(|fold| &fold.by);
        names.filter_map(|name| self.alert.entities.position(name)).collect()
    }
}

/// The Sigma of one definition: what it is called, where it stands, and the values of its placeholders.
pub(super) struct Body<'a> {
    pub name: &'a str,
    /// For documents without one.
    pub title: Option<&'a str>,
    pub source: &'a Source,
    pub placeholders: Placeholders,
}

impl<'a> Body<'a> {
    pub fn rules(&self, rules: &'a [Sigma]) -> Parsed {
        let excerpts: Vec<Excerpt<'_>> = rules.iter().map(|rule| self.excerpt(rule)).collect();
        parse_excerpts(&excerpts, &self.placeholders)
    }

    fn excerpt(&self, sigma: &'a Sigma) -> Excerpt<'a> {
        Excerpt { file: &self.source.file, whole: &self.source.text, text: &sigma.text, line: sigma.line, column: sigma.column, title: self.title }
    }
}

/// A definition's own lists, and the user's in their place.
pub(super) fn placeholders(tunables: &Named<Vec<String>>, lists: &Lists) -> Placeholders {
    let mut all: Lists = tunables.iter().map(|(name, values)| (name.to_owned(), values.clone())).collect();
    all.extend(lists.iter().map(|(name, values)| (name.clone(), values.clone())));
    Placeholders { lists: all, required: true }
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
pub(super) fn sources(parsed: &Parsed) -> Vec<LogSource> {
    let mut sources: Vec<LogSource> = Vec::new();
    for draft in &parsed.drafts {
        match draft {
            Draft::Rule(rule) if !sources.contains(&rule.source) => sources.push(rule.source.clone()),
            _ => {}
        }
    }
    sources
}

/// Compiles the filters of one definition.
pub(super) struct Filters<'a> {
    pub body: &'a Body<'a>,
    pub loader: &'a mut Loader,
    pub sources: &'a [LogSource],
}

impl<'a> Filters<'a> {
    fn exceptions(&mut self, exceptions: &'a [Exception]) -> Vec<CompiledException> {
        let compiled = exceptions.iter().map(|exception| CompiledException {
            id: exception.id.clone(),
            default: exception.default,
            filter: self.filter(&format!("exception {}", exception.id), Some(&exception.filter)),
        });
        compiled.collect()
    }

    pub fn filter(&mut self, what: &str, sigma: Option<&'a Sigma>) -> CompiledFilter {
        let Some(sigma) = sigma else { return Vec::new() };
        let title = format!("{}: {what}", self.body.name);
        let read = || parse_filter(&self.body.excerpt(sigma), &self.body.placeholders);
        if self.sources.is_empty() {
            // Nothing to ask it of, yet what is wrong with it is told.
            read().diagnostics.into_iter().for_each(|problem| self.loader.report(problem));
        }
        let mut filter = Vec::new();
        for (n, source) in self.sources.iter().enumerate() {
            let mut parsed = read();
            if n > 0 {
                // The same text, the same problems: told once.
                parsed.diagnostics.clear();
            }
            filter.extend(self.loader.add_filter_condition(&title, source.clone(), parsed).map(|rule| (source.clone(), rule)));
        }
        filter
    }
}

pub(super) fn compiled_entities(entities: &Named<Entity>, loader: &mut Loader) -> Vec<CompiledEntity> {
    entities.iter().map(|(name, entity)| compiled_entity(name, entity, loader)).collect()
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
