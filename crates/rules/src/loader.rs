//! Gathers checked documents into one ruleset: fields and predicates numbered once over all of them.

mod correlations;
mod filters;
mod intern;
mod lint;

use crate::ir::{About, Condition, PredicateId, Rule, RuleId, Ruleset};
use crate::sigma::{CorrelationDraft, Draft, FilterDraft, Logic, Parsed, ParsedFilter, Placeholders, RuleDraft, Spot, parse_text};
use intern::Interner;
use std::collections::HashMap;
use std::sync::Arc;
use watchbell_model::{Diagnostic, FieldId, FieldTable, LogSource, Severity};

/// Collects documents; [`Loader::finish`] makes the ruleset of them.
#[derive(Default)]
pub struct Loader {
    set: Ruleset,
    interner: Interner,
    /// Rules and correlations by their ids and names.
    known: HashMap<String, Vec<Known>>,
    correlations: Vec<(CorrelationDraft, Scope)>,
    filters: Vec<Filter>,
    /// Where each rule's log source is written, for lints.
    spots: Vec<Spot>,
    sources: Vec<LogSource>,
    diagnostics: Vec<Diagnostic>,
    scopes: u32,
    told: usize,
}

/// Problems between documents after which the others are left out.
const MAX_TOLD: usize = 2_000;

/// What one call of [`Loader::add`] brought.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Added {
    pub rules: Vec<RuleId>,
    /// Numbers to ask [`Ruleset::correlation`] with, once all is loaded.
    pub correlations: Vec<usize>,
    /// Documents that were left out because of their errors.
    pub rejected: usize,
}

/// Documents that were added together; names are sought among them first.
type Scope = u32;

#[derive(Clone, Copy, Debug)]
struct Known {
    scope: Scope,
    member: Member,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Member {
    Rule(RuleId),
    /// By its number in [`Loader::correlations`].
    Correlation(usize),
}

/// A filter whose predicates are numbered.
struct Filter {
    draft: FilterDraft,
    scope: Scope,
}

impl Loader {
    pub fn new() -> Self {
        Self::default()
    }

    /// The log sources of every view that there can be; a rule that fits none of them is told. Without them none is.
    #[must_use]
    pub fn sources(mut self, sources: Vec<LogSource>) -> Self {
        self.sources = sources;
        self
    }

    /// The table of fields, for those that are asked for by others than rules.
    pub fn fields_mut(&mut self) -> &mut FieldTable {
        &mut self.set.fields
    }

    /// Reads a text and adds what it says.
    pub fn add_text(&mut self, file: &str, text: &str) -> Added {
        self.add(parse_text(file, text, &Placeholders::default()))
    }

    /// Adds what a text says. Problems are told by [`Loader::finish`].
    pub fn add(&mut self, parsed: Parsed) -> Added {
        self.scopes += 1;
        let scope = self.scopes;
        self.diagnostics.extend(parsed.diagnostics);
        let mut added = Added { rejected: parsed.rejected, ..Added::default() };
        for draft in parsed.drafts {
            match draft {
                Draft::Rule(draft) => added.rules.push(self.add_rule(draft, scope)),
                Draft::Correlation(draft) => added.correlations.push(self.add_correlation(draft, scope)),
                Draft::Filter(draft) => self.add_filter(draft, scope),
            }
        }
        added
    }

    /// Adds a condition that is asked only when named: an exception, an outcome.
    pub fn add_filter_condition(&mut self, title: &str, source: LogSource, parsed: ParsedFilter) -> Option<RuleId> {
        self.diagnostics.extend(parsed.diagnostics);
        let logic = parsed.logic?;
        let about = About { title: title.to_owned(), conditions: logic.texts.clone(), ..About::default() };
        Some(self.push(about, source, logic, Spot::default(), true))
    }

    /// A problem of the caller's own, told with the others.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// The ruleset, and everything that is wrong with what was added.
    pub fn finish(mut self) -> (Ruleset, Vec<Diagnostic>) {
        self.apply_filters();
        self.resolve_correlations();
        self.lint();
        (self.set, self.diagnostics)
    }

    fn add_rule(&mut self, draft: RuleDraft, scope: Scope) -> RuleId {
        let names = [draft.about.id.clone(), draft.about.name.clone()];
        let rule = self.push(draft.about, draft.source, draft.logic, draft.spot, false);
        self.name(names, Known { scope, member: Member::Rule(rule) });
        rule
    }

    fn add_correlation(&mut self, draft: CorrelationDraft, scope: Scope) -> usize {
        let number = self.correlations.len();
        self.name([draft.about.id.clone(), draft.about.name.clone()], Known { scope, member: Member::Correlation(number) });
        self.correlations.push((draft, scope));
        number
    }

    fn add_filter(&mut self, mut draft: FilterDraft, scope: Scope) {
        self.link(&mut draft.logic);
        self.filters.push(Filter { draft, scope });
    }

    fn push(&mut self, about: About, source: LogSource, mut logic: Logic, spot: Spot, on_demand: bool) -> RuleId {
        self.link(&mut logic);
        if logic.predicates.iter().any(|predicate| predicate.field == FieldId::KEYWORDS) {
            self.set.fields.add_keyword_source(source.clone());
        }
        let rule = Rule { about: Arc::new(about), source, condition: logic.condition, selections: logic.selections, on_demand };
        self.set.rules.push(rule);
        self.spots.push(spot);
        RuleId((self.set.rules.len() - 1) as u32)
    }

    fn name(&mut self, names: [Option<String>; 2], known: Known) {
        for name in names.into_iter().flatten() {
            self.known.entry(name).or_default().push(known);
        }
    }

    /// Gives the fields and predicates of `logic` their common numbers.
    fn link(&mut self, logic: &mut Logic) {
        let ids: Vec<PredicateId> = self.interner.predicates(logic, &mut self.set);
        let renumber = |condition: &mut Condition| condition.renumber(&ids);
        renumber(&mut logic.condition);
        logic.selections.iter_mut().for_each(|(_, condition)| renumber(condition));
    }

    /// What `name` means to a document of `scope`: something of its own, or else the first that was added.
    fn find(&self, name: &str, scope: Scope) -> Option<Member> {
        let known = self.known.get(name)?;
        // They were added in the order of their scopes.
        let own = known.get(known.partition_point(|known| known.scope < scope)).filter(|known| known.scope == scope);
        own.or(known.first()).map(|known| known.member)
    }

    fn tell(&mut self, spot: &Spot, severity: Severity, code: &'static str, message: String, hint: &str) {
        self.told += 1;
        if self.told <= MAX_TOLD {
            self.diagnostics.push(spot.diagnostic(severity, code, message, Some(hint.to_owned())));
        }
    }
}
