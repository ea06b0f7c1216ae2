//! The rooms put in a row, pure: blocks of records in, triggered alerts out. Whoever reads logs runs this and nothing else.

mod attempts;
mod capture;
mod coverage;
mod definitions;
mod derive;
mod explainer;
mod facts;
mod fold;
mod found;
mod gather;
mod identity;
mod inputs;
mod interest;
mod keys;
mod ladders;
mod memo;
mod outlook;
mod settle;
mod stories;
mod tally;
mod trigger;
mod windows;
mod worker;

pub use attempts::Attempts;
pub use coverage::{Coverage, intern_coverage};
pub use definitions::{Active, Definitions, Entity, Exception, Filter, Fold, OutcomeRules};
pub use derive::intern_inputs;
pub use explainer::{Explained, Explainer};
pub use facts::facts;
pub use found::{File, Found};
pub use gather::{Outcomes, Selection, gather};
pub use interest::{Interest, Span};
pub use ladders::LadderPlan;
pub use stories::{Present, Storybook};
pub use tally::{NAMED, Tally, Trouble};
pub use worker::{Worker, crowd_out};
