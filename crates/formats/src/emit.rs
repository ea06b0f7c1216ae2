//! From collected values to the sink: the record's class, what is worked out, the event.

use crate::Catalogue;
use crate::shape::ClassMemo;
use bumpalo::Bump;
use watchbell_model::{Decoded, Part, Sink, Slots, Whole};

/// What the decoders of tree-like records share. Keeps the memory of one record for the next.
pub struct Emitter {
    memo: ClassMemo,
    spare: Slots<'static>,
}

/// A record with its values collected.
pub struct Collected<'e, 'a> {
    /// The shape's number.
    pub shape: usize,
    pub lines: Option<(u64, u64)>,
    pub record: Option<u64>,
    pub whole: &'e dyn Whole,
    /// Puts every value of the record under the path of keywords; asked only for classes that need it.
    pub everything: &'e dyn Fn(&mut Slots<'a>),
}

impl Emitter {
    pub fn new(catalogue: &Catalogue) -> Self {
        Self { memo: ClassMemo::default(), spare: Slots::new(catalogue.shapes().paths) }
    }

    /// Slots for the records of one block.
    pub fn slots<'a>(&mut self, catalogue: &Catalogue) -> Slots<'a> {
        std::mem::take(&mut self.spare).reuse(catalogue.shapes().paths)
    }

    /// Takes the slots back when the block is done.
    pub fn done(&mut self, slots: Slots<'_>) {
        self.spare = slots.reuse(0);
    }

    /// Tells the sink of a record, and gives the slots back.
    pub fn emit<'a>(&mut self, catalogue: &Catalogue, what: &Collected<'_, 'a>, mut slots: Slots<'a>, arena: &'a Bump, sink: &mut dyn Sink<'a>) -> Slots<'a> {
        let plan = self.memo.plan(catalogue, what.shape, &slots);
        let named = plan.read_message(&mut slots, arena);
        let plan = if named { self.memo.plan(catalogue, what.shape, &slots) } else { plan };
        plan.complete(&mut slots, arena);
        if plan.keywords {
            (what.everything)(&mut slots);
        }
        let mut parts = [Part { class: &plan.class, slots }];
        let mut event = Decoded { parts: &mut parts, lines: what.lines, record: what.record, arena, whole: what.whole };
        sink.event(&mut event);
        std::mem::take(&mut event.parts[0].slots)
    }
}
