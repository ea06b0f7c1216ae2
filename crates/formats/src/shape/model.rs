//! A shape as its data file writes it. Unknown keys are refused.

use serde::Deserialize;
use std::collections::BTreeMap;
use watchbell_model::TIME;

/// One schema. A shape may take what it leaves out from another one (`base`), which then is no schema of its own.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Shape {
    /// Stable word; the name of its file.
    pub id: String,
    pub title: String,
    /// For the reader of the reference: who writes it, what to know.
    pub notes: String,
    /// The id of a shape whose lists are used where this one's are empty.
    pub base: String,
    /// Smaller is asked earlier; a shape that many records fit comes late.
    pub rank: u32,
    /// What a record of this shape has, any of these.
    pub when: Vec<When>,
    /// Where the host stands, best place first.
    pub host: Vec<String>,
    /// Where the event's own time stands, best place first.
    pub time: Vec<String>,
    /// Paths whose text is JSON itself; it is read as if it stood there as an object. An outer one before what is in it.
    pub nested: Vec<String>,
    /// Parts of the key that the presence of a path tells: `kind: {exec: event.exec}`.
    pub present: BTreeMap<String, BTreeMap<String, String>>,
    /// What names a class, and where it stands, best place first.
    pub key: BTreeMap<String, Vec<String>>,
    /// A part of the key that is told by another one where it is absent: `channel: {from: provider, map: {..}}`.
    pub infer: BTreeMap<String, Infer>,
    /// Fields that a class holds as constants: field name to part of the key.
    pub constants: BTreeMap<String, String>,
    /// Places of single fields, best first; they come before `fields`.
    pub names: BTreeMap<String, Vec<String>>,
    /// Field to the paths that it and all fields under it stand at: `requestObject: [protoPayload.request]`.
    pub prefixes: BTreeMap<String, Vec<String>>,
    /// Places of all other fields, with `{name}` or `{lower_first}` for the name.
    pub fields: Vec<String>,
    /// The place of a text with `Key: value` lines, read where the record has no data of its own.
    pub message: String,
    /// How texts name their keys, by class.
    pub messages: Vec<MessageKeys>,
    pub views: Vec<ViewSpec>,
    /// What an id is made of: the first whose parts are all there, else the raw bytes.
    pub identity: Vec<IdSpec>,
}

/// Conditions on what a record has; all must hold.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct When {
    pub all: Vec<String>,
    pub any: Vec<String>,
    pub none: Vec<String>,
    /// Path to the values it may have (letter case is not looked at, `*` at the end is any ending).
    pub values: BTreeMap<String, Vec<Word>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Infer {
    pub from: String,
    pub map: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageKeys {
    #[serde(default)]
    pub when: BTreeMap<String, Vec<Word>>,
    /// Keys of the text that are field names themselves.
    #[serde(default)]
    pub same: Vec<String>,
    /// `Section/Key` or `Key` to field name.
    #[serde(default)]
    pub keys: BTreeMap<String, String>,
    /// The fields that stand between quotes in a running text, in their order; an empty name is left out.
    #[serde(default)]
    pub quoted: Vec<String>,
    /// A record that has any of these needs no text. Default: all that the text can tell.
    #[serde(default)]
    pub witness: Vec<String>,
}

/// A view: the log source, when a class has it, and its own names.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ViewSpec {
    pub product: String,
    pub category: String,
    pub service: Vec<String>,
    /// Part of the key to its values (as in [`When::values`]).
    pub when: BTreeMap<String, Vec<Word>>,
    /// Used only where no other view is.
    pub otherwise: bool,
    /// Field to the fields it stands for, best first. The field's own places do not count unless named.
    pub names: BTreeMap<String, Vec<String>>,
    #[serde(with = "yaml_serde::with::singleton_map_recursive")]
    pub compute: BTreeMap<String, Compute>,
    pub constants: BTreeMap<String, String>,
}

/// A field that is made of others.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Compute {
    /// The texts of those fields that are there and say something, with `by` between them.
    Join { fields: Vec<String>, by: String },
    /// The field's text by a table; what is not in it stays as it is.
    Map { field: String, to: BTreeMap<String, String> },
    /// One piece of the field's text, counted from its end (0 is the last).
    Piece { field: String, by: String, back: usize },
    /// The piece of a path that follows the piece `word`, whatever the case of its letters.
    After { field: String, word: String },
    /// A file's name in its folder.
    File { folder: String, name: String },
    /// A list of arguments as one line, quoted as a shell would need it.
    Arguments { field: String },
    /// What a path of Kubernetes' API tells.
    Api { field: String, part: ApiPart },
}

/// `batch/v1/namespaces/shop/cronjobs/prices/status`: group, namespace, resource, name, subresource.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum ApiPart {
    Group,
    Namespace,
    Resource,
    Name,
    Subresource,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdSpec {
    pub tag: String,
    #[serde(with = "yaml_serde::with::singleton_map_recursive")]
    pub parts: Vec<IdPart>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum IdPart {
    /// A field's text as written.
    Text(String),
    /// In lower case.
    Lower(String),
    /// Read as an integer, decimal or `0x`.
    Number(String),
    /// The time, cut to the second or to the digits it has.
    Time(Cut),
    /// A field's text, empty where it is absent.
    Maybe(String),
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Cut {
    Second,
    Whole,
}

/// A text, which YAML may write as a number.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Word {
    Number(i64),
    Text(String),
}

impl Word {
    pub fn text(&self) -> String {
        match self {
            Self::Number(n) => n.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

impl Shape {
    /// This shape with what it leaves out taken from `base`.
    pub fn over(mut self, base: &Self) -> Self {
        fn fill<T: Clone + Default + PartialEmpty>(own: &mut T, other: &T) {
            if own.is_nothing() {
                other.clone_into(own);
            }
        }
        fill(&mut self.infer, &base.infer);
        fill(&mut self.constants, &base.constants);
        fill(&mut self.messages, &base.messages);
        fill(&mut self.views, &base.views);
        fill(&mut self.identity, &base.identity);
        fill(&mut self.fields, &base.fields);
        fill(&mut self.prefixes, &base.prefixes);
        self
    }

    /// The places of a field, best first.
    pub fn places(&self, name: &str) -> Vec<String> {
        if name == TIME {
            return self.time.clone();
        }
        let mut places = self.names.get(name).cloned().unwrap_or_default();
        let patterns = self.fields.iter().map(|pattern| pattern.replace("{name}", name).replace("{lower_first}", &lower_first(name)));
        for place in self.moved(name).chain(patterns) {
            if !places.contains(&place) {
                places.push(place);
            }
        }
        places
    }

    /// The places of a field that is, or is under, one of the prefixes.
    fn moved<'s>(&'s self, name: &'s str) -> impl Iterator<Item = String> + 's {
        let under = |field: &str| name.strip_prefix(field).filter(|rest| rest.is_empty() || rest.starts_with('.'));
        let found = self.prefixes.iter().filter_map(move |(field, paths)| Some((under(field)?, paths)));
        found.flat_map(|(rest, paths)| paths.iter().map(move |path| format!("{path}{rest}")))
    }
}

/// Something that a data file can leave out.
trait PartialEmpty {
    fn is_nothing(&self) -> bool;
}

impl<T> PartialEmpty for Vec<T> {
    fn is_nothing(&self) -> bool {
        self.is_empty()
    }
}

impl<K, V> PartialEmpty for BTreeMap<K, V> {
    fn is_nothing(&self) -> bool {
        self.is_empty()
    }
}

fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
