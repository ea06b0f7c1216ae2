//! The reference of fields, written from the shapes.

use super::list::all_shapes;
use std::fmt::Write as _;

/// `docs/reference/fields.md`.
pub fn reference() -> String {
    let mut out = String::from("# Fields and log sources\n");
    for shape in all_shapes() {
        let _ = write!(out, "\n## {} (`{}`)\n", shape.title, shape.id);
    }
    out
}
