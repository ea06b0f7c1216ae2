//! Lists for a person: columns as wide as they need, the last one cut where the terminal ends.

use crate::commands::job::safe;
use std::io::{Result, Write};

/// Writes rows below their heads.
pub fn columns<const N: usize>(heads: [&str; N], rows: &[[String; N]], width: usize, out: &mut dyn Write) -> Result<()> {
    let widest = |at: usize| rows.iter().map(|row| row[at].chars().count()).chain([heads[at].len()]).max().unwrap_or(0);
    let widths: Vec<usize> = (0..N).map(widest).collect();
    let mut line = |cells: [&str; N]| {
        let text: Vec<String> = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        writeln!(out, "{}", cut(text.join("  ").trim_end(), width.max(40)))
    };
    line(heads)?;
    rows.iter().try_for_each(|row| line(std::array::from_fn(|at| row[at].as_str())))
}

/// At most `width` characters of one line, nothing in it that moves the cursor.
pub fn cut(text: &str, width: usize) -> String {
    let all: String = text.chars().map(safe).collect();
    if all.chars().count() <= width { all } else { all.chars().take(width.saturating_sub(1)).chain(['…']).collect() }
}
