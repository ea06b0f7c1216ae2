//! Every event as a row to be kept: who it is, what it is looked up by, its own bytes.

use crate::found::File;
use crate::identity::id_of;
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::sync::Arc;
use watchbell_formats::{Block, Catalogue, Decoder};
use watchbell_model::{Class, Decoded, EventId, FieldId, FieldTable, Part, Quarantined, STAMP, Sink, Timestamp, Whole};

/// An event to be kept. An empty text is no value.
#[derive(Debug)]
pub struct Row<'a> {
    pub id: EventId,
    pub time: Option<Timestamp>,
    pub host: &'a str,
    pub product: &'a str,
    /// With commas between them.
    pub categories: &'a str,
    pub service: &'a str,
    pub event_code: &'a str,
    pub user: &'a str,
    pub process_guid: &'a str,
    pub pid: Option<i64>,
    pub logon_id: &'a str,
    pub audit_ses: Option<i64>,
    pub serial: Option<i64>,
    pub record_id: Option<i64>,
    pub format: &'static str,
    pub raw: &'a [u8],
    /// The event's document, where `raw` is no JSON.
    pub fields: &'a str,
}

/// What an event is looked up by, and the fields that tell it, best first.
const KEYS: [(Key, &[&str]); 8] = [
    (Key::Code, &["EventID", "operationName", "verb", "syscall", "Action", "type"]),
    (Key::User, &["User", "SubjectUserName", "TargetUserName", "caller", "user.username", "LoginUser", "acct"]),
    (Key::Guid, &["ProcessGuid", "SourceProcessGuid", "SourceProcessGUID"]),
    (Key::Pid, &["ProcessId", "NewProcessId", "SourceProcessId", "pid"]),
    (Key::Logon, &["LogonId", "SubjectLogonId", "TargetLogonId"]),
    (Key::Session, &["ses"]),
    (Key::Stamp, &[STAMP]),
    (Key::Record, &["EventRecordID"]),
];

#[derive(Clone, Copy)]
enum Key {
    Code,
    User,
    Guid,
    Pid,
    Logon,
    Session,
    Stamp,
    Record,
}

/// What the kernel writes where there is none: -1, as 32 bits.
const NO_SESSION: i64 = 0xFFFF_FFFF;

/// Makes rows of one thread's events.
pub struct RowMaker {
    catalogue: Arc<Catalogue>,
    fields: [Vec<FieldId>; KEYS.len()],
    plans: Vec<Option<Arc<Plan>>>,
    arena: bumpalo::Bump,
}

/// What every event of a class has, and where its keys stand.
#[derive(Default)]
struct Plan {
    product: String,
    categories: String,
    service: String,
    keys: [Vec<(usize, FieldId)>; KEYS.len()],
}

/// The fields that rows are made of, for decoders that look at nothing else.
pub fn row_catalogue() -> Arc<Catalogue> {
    let mut fields = FieldTable::default();
    for name in KEYS.iter().flat_map(|(_, names)| *names) {
        fields.intern(name);
    }
    Arc::new(Catalogue::new(Arc::new(fields)))
}

impl RowMaker {
    /// `catalogue` is that of [`row_catalogue`], shared by all threads.
    pub fn new(catalogue: &Arc<Catalogue>) -> Self {
        let of = |(_, names): &(Key, &[&str])| names.iter().filter_map(|name| catalogue.fields.get(name)).collect();
        Self { catalogue: Arc::clone(catalogue), fields: KEYS.each_ref().map(of), plans: Vec::new(), arena: bumpalo::Bump::new() }
    }

    pub fn catalogue(&self) -> &Arc<Catalogue> {
        &self.catalogue
    }

    /// Decodes a block of a stream, and gives every event of it.
    pub fn block(&mut self, file: &File, decoder: &mut dyn Decoder, block: Block<'_>, give: &mut dyn FnMut(&Row<'_>)) {
        let mut arena = std::mem::take(&mut self.arena);
        decoder.decode(block, &arena, &mut Giving { maker: self, file, seen: FxHashMap::default(), give });
        arena.reset();
        self.arena = arena;
    }

    /// The end of a stream.
    pub fn finish(&mut self, file: &File, decoder: &mut dyn Decoder, give: &mut dyn FnMut(&Row<'_>)) {
        decoder.finish(&bumpalo::Bump::new(), &mut Giving { maker: self, file, seen: FxHashMap::default(), give });
    }

    fn plan(&mut self, class: &Class) -> Arc<Plan> {
        let at = class.number as usize;
        if self.plans.len() <= at {
            self.plans.resize(at + 1, None);
        }
        Arc::clone(self.plans[at].get_or_insert_with(|| Arc::new(Plan::new(class, &self.fields))))
    }
}

impl Plan {
    fn new(class: &Class, fields: &[Vec<FieldId>; KEYS.len()]) -> Self {
        let sources = || class.views.iter().map(|view| &view.source);
        let mut categories: Vec<&str> = sources().filter_map(|source| source.category.as_deref()).collect();
        categories.dedup();
        let mut views: Vec<usize> = (0..class.views.len()).collect();
        views.sort_by_key(|at| class.views[*at].source.category.is_none());
        let keys = fields.each_ref().map(|fields| {
            let has = |at: &usize, field: &FieldId| class.views[*at].paths.contains_key(field) || class.views[*at].constants.contains_key(field);
            let places = fields.iter().flat_map(|field| views.iter().map(move |at| (*at, *field)));
            places.filter(|(at, field)| has(at, field)).collect()
        });
        Self {
            product: sources().find_map(|source| source.product.clone()).unwrap_or_default(),
            categories: categories.join(","),
            service: sources().find_map(|source| source.service.first().cloned()).unwrap_or_default(),
            keys,
        }
    }
}

/// Takes a decoder's events, and gives rows.
struct Giving<'g> {
    maker: &'g mut RowMaker,
    file: &'g File,
    seen: FxHashMap<(usize, EventId), i64>,
    give: &'g mut dyn FnMut(&Row<'_>),
}

impl<'a> Sink<'a> for Giving<'_> {
    fn event(&mut self, event: &mut Decoded<'_, 'a>) {
        let plans: Vec<Arc<Plan>> = event.parts.iter().map(|part| self.maker.plan(part.class)).collect();
        let first = |text: fn(&Plan) -> &str| plans.iter().map(|plan| text(plan)).find(|text| !text.is_empty()).unwrap_or_default();
        let identity = event.whole.identity();
        let written = event.whole.written();
        let value = |key: Key| value(event.parts, &plans, key);
        let number = |key: Key| to_number(&value(key));
        (self.give)(&Row {
            id: id_of(&identity, event.lines, self.file, &mut self.seen),
            time: identity.time,
            host: identity.host.as_deref().unwrap_or_default(),
            product: first(|plan| &plan.product),
            categories: &categories(&plans),
            service: first(|plan| &plan.service),
            event_code: &value(Key::Code),
            user: &value(Key::User),
            process_guid: &value(Key::Guid),
            pid: number(Key::Pid),
            logon_id: &value(Key::Logon),
            audit_ses: number(Key::Session).filter(|session| *session != NO_SESSION),
            serial: value(Key::Stamp).rsplit_once(':').and_then(|(_, serial)| serial.parse().ok()),
            record_id: number(Key::Record).or(event.record.map(u64::cast_signed)),
            format: written.format,
            raw: &written.bytes,
            fields: &document(event.whole, written.format),
        });
    }

    fn skipped(&mut self, _: u64) {}

    fn quarantined(&mut self, _: Quarantined) {}
}

fn categories(plans: &[Arc<Plan>]) -> Cow<'_, str> {
    match plans {
        [plan] => Cow::Borrowed(&plan.categories),
        plans => {
            let mut all: Vec<&str> = plans.iter().flat_map(|plan| plan.categories.split(',')).filter(|name| !name.is_empty()).collect();
            all.sort_unstable();
            all.dedup();
            Cow::Owned(all.join(","))
        }
    }
}

/// The first value that says something.
fn value(parts: &[Part<'_, '_>], plans: &[Arc<Plan>], key: Key) -> String {
    let says = |text: &String| !matches!(text.as_str(), "" | "-");
    let of_part = |(part, plan): (&Part<'_, '_>, &Arc<Plan>)| {
        plan.keys[key as usize].iter().find_map(|(view, field)| part.values(*view, *field).map(|raw| raw.to_text()).find(says))
    };
    // What a category says is meant for this kind of event; the bare record comes after.
    let of_all = |categories: bool| parts.iter().zip(plans).filter(move |(_, plan)| plan.categories.is_empty() != categories).find_map(of_part);
    of_all(true).or_else(|| of_all(false)).unwrap_or_default()
}

/// `4660`, `0x1234`.
fn to_number(text: &str) -> Option<i64> {
    match text.strip_prefix("0x") {
        Some(hex) => i64::from_str_radix(hex, 16).ok(),
        None => text.parse().ok(),
    }
}

fn document(whole: &dyn Whole, format: &str) -> String {
    if format.contains("json") { String::new() } else { whole.document().to_string() }
}
