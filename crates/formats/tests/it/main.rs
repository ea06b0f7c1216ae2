//! Formats over bytes: what each decoder tells of hand-written records.

mod json;
mod support;
mod xml;
