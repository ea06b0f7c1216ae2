//! Text from a log, harmless in HTML.

use crate::render::text::harmless;
use std::fmt::{self, Display};

pub struct Safe<T>(pub T);

impl<T: AsRef<str>> Display for Safe<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().chars().try_for_each(|c| match c {
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '&' => f.write_str("&amp;"),
            '"' => f.write_str("&quot;"),
            '\'' => f.write_str("&#39;"),
            '\n' => f.write_str("\n"),
            c => write!(f, "{}", harmless(c)),
        })
    }
}
