//! The views of a shape, bound to the table of fields: when a class has them, and where they keep which field.

use super::compute::Op;
use super::model::ViewSpec;
use rustc_hash::FxHashMap;
use std::sync::{Arc, OnceLock};
use watchbell_model::{FieldId, FieldTable, LogSource, PathId, View};

pub type Paths = FxHashMap<FieldId, Vec<PathId>>;

/// Where names stand in records of one shape.
pub trait Places {
    fn places(&self, name: &str) -> Vec<PathId>;
    fn synthetic(&self, name: &str) -> PathId;
}

#[derive(Debug)]
pub struct BoundView {
    pub source: LogSource,
    /// Parts of the key, by number, and the values that they may have.
    pub when: Vec<(usize, Vec<String>)>,
    pub otherwise: bool,
    pub ops: Vec<Op>,
    /// What differs from the shape's own places.
    own: Vec<(FieldId, Vec<PathId>)>,
    constants: Vec<(FieldId, String)>,
    pub keywords: bool,
    all: OnceLock<Arc<Paths>>,
    without_constants: OnceLock<Arc<Paths>>,
}

impl BoundView {
    pub fn new(spec: &ViewSpec, key: &[String], fields: &FieldTable, keywords: PathId, places: &dyn Places) -> Self {
        let services: Vec<&str> = spec.service.iter().map(String::as_str).collect();
        let source = LogSource::new(&spec.product, &spec.category, &services);
        let part = |name: &String| key.iter().position(|k| k == name);
        let when = spec.when.iter().filter_map(|(name, values)| Some((part(name)?, values.iter().map(|v| v.text().to_lowercase()).collect()))).collect();
        let mut view = Self {
            keywords: fields.wants_keywords(&source),
            source,
            when,
            otherwise: spec.otherwise,
            ops: Vec::new(),
            own: Vec::new(),
            constants: Vec::new(),
            all: OnceLock::new(),
            without_constants: OnceLock::new(),
        };
        view.bind_names(spec, fields, places);
        view.bind_computed(spec, fields, places);
        if view.keywords {
            view.own.push((FieldId::KEYWORDS, vec![keywords]));
        }
        view.constants = spec.constants.iter().filter_map(|(name, text)| Some((fields.get(name)?, text.clone()))).collect();
        view
    }

    fn bind_names(&mut self, spec: &ViewSpec, fields: &FieldTable, places: &dyn Places) {
        for (name, others) in &spec.names {
            if let Some(field) = fields.get(name) {
                self.own.push((field, others.iter().flat_map(|other| places.places(other)).collect()));
            }
        }
    }

    fn bind_computed(&mut self, spec: &ViewSpec, fields: &FieldTable, places: &dyn Places) {
        for (name, how) in &spec.compute {
            let Some(field) = fields.get(name) else { continue };
            let to = places.synthetic(&format!("{}/{name}", self.source));
            let op = Op::new(how, places, to);
            let written = places.places(name);
            self.own.push((field, if op.is_cut() { [written, vec![to]] } else { [vec![to], written] }.concat()));
            self.ops.push(op);
        }
    }

    /// Whether a class of this key has this view.
    pub fn holds(&self, key: &[Option<String>]) -> bool {
        self.when.iter().all(|(part, values)| key[*part].as_deref().is_some_and(|text| values.iter().any(|value| fits(value, text))))
    }

    /// The view as a class carries it. `constant` are the class's constants; those fields are looked up nowhere else.
    pub fn view(&self, places: &Paths, constant: &[(FieldId, String)]) -> View {
        let cache = if constant.is_empty() { &self.all } else { &self.without_constants };
        let paths = cache.get_or_init(|| Arc::new(self.paths(places, constant)));
        let constants = constant.iter().chain(&self.constants).cloned().collect();
        View { source: self.source.clone(), paths: Arc::clone(paths), constants }
    }

    fn paths(&self, places: &Paths, constant: &[(FieldId, String)]) -> Paths {
        let mut paths = places.clone();
        paths.extend(self.own.iter().cloned());
        for (field, _) in constant.iter().chain(&self.constants) {
            paths.remove(field);
        }
        paths
    }
}

/// Whether `text` is `value` (in lower case), or begins with it where it ends in `*`.
pub fn fits(value: &str, text: &str) -> bool {
    match value.strip_suffix('*') {
        Some(start) => text.len() >= start.len() && text.is_char_boundary(start.len()) && text[..start.len()].to_lowercase() == start,
        None => text.len() == value.len() && text.to_lowercase() == value,
    }
}
