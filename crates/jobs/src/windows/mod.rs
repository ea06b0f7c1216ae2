//! Windows: the task scheduler's definitions, actions and schedules.

pub mod action;
pub mod schedule;
mod task_xml;
mod trigger;

pub use task_xml::task_xml;
