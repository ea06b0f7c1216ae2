//! Windows: the task scheduler's definitions, actions and schedules.

pub mod action;
pub mod dates;
mod plan;
pub mod schedule;
mod task_xml;
mod trigger;
mod typed;

pub use task_xml::task_xml;
