//! Shapes bound to the fields that the loaded rules ask for: which paths a walker collects, and what they mean.

use super::book::{PathBook, Trie, WRAPPERS};
use super::class::Plans;
use super::compute::text;
use super::identity::Ids;
use super::message::MessagePlan;
use super::model::{Shape, When};
use super::nested::{Nested, Present};
use super::view::{BoundView, Paths, Places, fits};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::collections::BTreeMap;
use watchbell_model::{FieldId, FieldTable, PathId, Slots};

/// All shapes, for one table of fields.
pub struct Shapes {
    pub trie: Trie,
    /// How many paths there are.
    pub paths: usize,
    pub shapes: Vec<BoundShape>,
    /// Where every value of a record goes for rules with keywords.
    pub keywords: PathId,
    pub plans: Plans,
    /// How many paths tell shapes apart; each has a bit.
    pub marks: usize,
    book: PathBook,
}

pub struct BoundShape {
    pub id: String,
    when: Vec<BoundWhen>,
    pub nested: Vec<Nested>,
    pub present: Vec<Present>,
    /// Parts of the key, in the order of their names: where they stand.
    pub key: Vec<Vec<PathId>>,
    /// Part, the part that tells it where it is absent, and how.
    infer: Vec<(usize, usize, FxHashMap<String, String>)>,
    /// Field and part of the key that is its constant.
    pub constants: Vec<(FieldId, usize)>,
    pub places: Paths,
    pub views: Vec<BoundView>,
    pub message: Option<PathId>,
    pub messages: Vec<MessagePlan>,
    pub ids: Ids,
}

struct BoundWhen {
    all: u128,
    any: u128,
    none: u128,
    values: Vec<(PathId, Vec<String>)>,
}

impl Shapes {
    pub fn new(fields: &FieldTable, shapes: &[Shape]) -> Self {
        let mut book = PathBook::default();
        let keywords = book.synthetic("keywords");
        let derived: Paths = fields.derived().map(|(id, name)| (id, vec![book.synthetic(name)])).collect();
        let mut marks = Marks::default();
        let binder = RefCell::new(book);
        let mut bound: Vec<BoundShape> =
            shapes.iter().map(|shape| Binding { shape, fields, derived: &derived, keywords, book: &binder }.bind(&mut marks)).collect();
        let book = binder.into_inner();
        let mut trie = book.trie();
        bound.iter_mut().zip(shapes).for_each(|(bound, shape)| bound.nested = Nested::list(shape, &trie, |path| book.get(path)));
        for (bit, path) in marks.paths.iter().take(128).enumerate() {
            trie.mark(path, 1 << bit);
        }
        for key in WRAPPERS {
            trie.wrap(key);
        }
        Self { trie, paths: book.len(), shapes: bound, keywords, plans: Plans::default(), marks: marks.paths.len(), book }
    }

    /// The shape of a record: the first that its marks and values fit.
    pub fn recognise(&self, marks: u128, slots: &Slots<'_>) -> Option<usize> {
        self.shapes.iter().position(|shape| shape.when.iter().any(|when| when.holds(marks, slots)))
    }

    pub fn number_of(&self, id: &str) -> Option<usize> {
        self.shapes.iter().position(|shape| shape.id == id)
    }

    pub fn path(&self, path: &str) -> Option<PathId> {
        self.book.get(path)
    }

    pub fn path_name(&self, id: PathId) -> &str {
        self.book.name(id)
    }
}

impl BoundWhen {
    fn holds(&self, marks: u128, slots: &Slots<'_>) -> bool {
        marks & self.all == self.all
            && (self.any == 0 || marks & self.any != 0)
            && marks & self.none == 0
            && self.values.iter().all(|(path, values)| text(slots, &[*path]).is_some_and(|text| values.iter().any(|value| fits(value, &text))))
    }
}

impl BoundShape {
    /// The texts of a record's key, absent parts told by others where they can be.
    pub fn key_texts(&self, slots: &Slots<'_>) -> Vec<Option<String>> {
        let mut texts: Vec<Option<String>> = self.key.iter().map(|paths| text(slots, paths)).collect();
        for (part, from, map) in &self.infer {
            if texts[*part].is_none() {
                texts[*part] = texts[*from].as_ref().and_then(|text| map.get(&text.to_lowercase())).cloned();
            }
        }
        texts
    }
}

/// The paths whose presence tells shapes apart, a bit each.
#[derive(Default)]
struct Marks {
    paths: Vec<String>,
}

impl Marks {
    /// The bits of paths. Past the last bit a path tells nothing, and a shape that asks for it is never recognised; a
    /// test keeps the shapes from it.
    fn bits(&mut self, paths: &[String]) -> u128 {
        paths.iter().fold(0, |bits, path| {
            let place = self.paths.iter().position(|p| p == path).unwrap_or_else(|| {
                self.paths.push(path.clone());
                self.paths.len() - 1
            });
            bits | 1_u128.checked_shl(place as u32).unwrap_or(0)
        })
    }
}

struct Binding<'b> {
    shape: &'b Shape,
    fields: &'b FieldTable,
    derived: &'b Paths,
    keywords: PathId,
    book: &'b RefCell<PathBook>,
}

impl Places for Binding<'_> {
    fn places(&self, name: &str) -> Vec<PathId> {
        self.intern(&self.shape.places(name))
    }

    fn synthetic(&self, name: &str) -> PathId {
        self.book.borrow_mut().synthetic(name)
    }
}

impl Binding<'_> {
    fn bind(&self, marks: &mut Marks) -> BoundShape {
        let shape = self.shape;
        self.intern(&shape.nested);
        let present = self.present();
        let key: Vec<String> = shape.key.keys().chain(shape.present.keys()).cloned().collect();
        let naming: Vec<Vec<PathId>> = shape.key.values().map(|paths| self.intern(paths)).collect();
        let told = present.iter().map(|present| vec![present.to]);
        let part = |name: &String| key.iter().position(|k| k == name);
        let lower = |map: &BTreeMap<String, String>| map.iter().map(|(k, v)| (k.to_lowercase(), v.clone())).collect();
        BoundShape {
            id: shape.id.clone(),
            when: shape.when.iter().map(|when| self.when(when, marks)).collect(),
            key: naming.iter().cloned().chain(told).collect(),
            nested: Vec::new(),
            present,
            infer: shape.infer.iter().filter_map(|(name, how)| Some((part(name)?, part(&how.from)?, lower(&how.map)))).collect(),
            constants: shape.constants.iter().filter_map(|(name, of)| Some((self.fields.get(name)?, part(of)?))).collect(),
            places: self.all_places(),
            views: shape.views.iter().map(|spec| BoundView::new(spec, &key, self.fields, self.keywords, self)).collect(),
            message: (!shape.message.is_empty()).then(|| self.book.borrow_mut().intern(&shape.message)),
            messages: shape.messages.iter().map(|keys| MessagePlan::new(keys, &key, &naming.concat(), self)).collect(),
            ids: Ids::new(shape),
        }
    }

    /// Where each field of the table stands.
    fn all_places(&self) -> Paths {
        let own = self.fields.iter().filter(|(id, _)| !self.derived.contains_key(id)).map(|(id, name)| (id, self.places(name)));
        own.chain(self.derived.iter().map(|(id, paths)| (*id, paths.clone()))).filter(|(_, paths)| !paths.is_empty()).collect()
    }

    fn when(&self, when: &When, marks: &mut Marks) -> BoundWhen {
        let values =
            when.values.iter().map(|(path, words)| (self.intern(std::slice::from_ref(path))[0], words.iter().map(|w| w.text().to_lowercase()).collect()));
        BoundWhen { values: values.collect(), all: marks.bits(&when.all), any: marks.bits(&when.any), none: marks.bits(&when.none) }
    }

    fn present(&self) -> Vec<Present> {
        let words = |words: &BTreeMap<String, String>| words.iter().map(|(word, path)| (self.book.borrow_mut().intern(path), word.clone())).collect();
        self.shape.present.iter().map(|(part, paths)| Present { words: words(paths), to: self.synthetic(&format!("{}/{part}", self.shape.id)) }).collect()
    }

    fn intern(&self, paths: &[String]) -> Vec<PathId> {
        paths.iter().map(|path| self.book.borrow_mut().intern(path)).collect()
    }
}
