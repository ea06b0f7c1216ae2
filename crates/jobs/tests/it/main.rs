//! The room from outside: what is decoded stands beside its input in files; hostile input is refused.

mod definitions;
mod properties;
mod tables;
mod task_xml;
