//! One line of a selection: a field with its modifiers, and the values it is compared with.

use super::detection::Reader;
use super::modifiers::{self, Kind, Plan};
use super::pattern;
use super::scalar::Scalar;
use super::value;
use super::yaml::{Flaw, Key, Node, short};
use crate::ir::{Condition, How};
use watchbell_model::FieldId;

impl Reader<'_, '_> {
    /// `field|modifiers: values`; without a field, keywords with modifiers.
    pub fn item(&mut self, key: &Key<'_>, value: &Node<'_>) -> Condition {
        let (name, modifiers) = key.text.split_once('|').map_or((key.text.as_ref(), None), |(name, modifiers)| (name, Some(modifiers)));
        match modifiers.map_or_else(|| Ok(Plan::default()), |modifiers| modifiers::plan(modifiers, key.at)) {
            Ok(plan) if name.is_empty() => self.values(key, value, FieldId::KEYWORDS, &unanchored(plan)),
            Ok(plan) => {
                let field = self.logic.field(name);
                self.values(key, value, field, &plan)
            }
            Err(flaw) => self.refused(flaw),
        }
    }

    /// A plain list of texts, sought in the whole record.
    pub fn keywords(&mut self, key: &Key<'_>, value: &Node<'_>) -> Condition {
        self.values(key, value, FieldId::KEYWORDS, &unanchored(Plan::default()))
    }

    fn values(&mut self, key: &Key<'_>, value: &Node<'_>, field: FieldId, plan: &Plan) -> Condition {
        let items = value.items();
        if items.is_empty() {
            let flaw = Flaw::new("sigma/empty-list", key.at, format!("`{}` has an empty list: it never holds", short(&key.text)));
            return self.refused(flaw.hint("list the values, or write `null` or `''` for an empty field"));
        }
        if plan.all && items.len() == 1 {
            let flaw = Flaw::new("sigma/all-of-one", key.at, "`all` with a single value changes nothing");
            self.report.warn(flaw.hint("list several values or remove `all`"));
        }
        let conditions = items.iter().map(|item| self.value(item, field, plan)).collect();
        let condition = if plan.all { Condition::all(conditions) } else { Condition::any(conditions) };
        if plan.negated { condition.not() } else { condition }
    }

    /// What one value asks: any of the tests it stands for.
    fn value(&mut self, value: &Node<'_>, field: FieldId, plan: &Plan) -> Condition {
        if self.logic.is_too_large() {
            return Condition::Any(Vec::new());
        }
        if let (Kind::Text(how), [], Some(Scalar::Text(text))) = (&plan.kind, plan.rewrites.as_slice(), value.scalar())
            && let Some(test) = pattern::simple(text, *how, plan.cased)
        {
            return self.logic.is(field, test);
        }
        match value::tests(&mut self.logic, value, plan, self.placeholders) {
            Ok(tests) => Condition::any(tests.into_iter().map(|test| self.logic.is(field, test)).collect()),
            Err(flaw) if flaw.code == "sigma/placeholder" && !self.placeholders.required => {
                self.report.warn(flaw.hint("`expand` needs the site's own list of values; without it the whole never matches"));
                self.logic.unset = true;
                Condition::Any(Vec::new())
            }
            Err(flaw) => self.refused(flaw),
        }
    }
}

/// A keyword is found anywhere in a value.
fn unanchored(plan: Plan) -> Plan {
    if plan.kind == Kind::Text(How::Equals) { Plan { kind: Kind::Text(How::Contains), ..plan } } else { plan }
}
