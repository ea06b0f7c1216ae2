//! Rows as CSV of RFC 4180, for spreadsheets: nothing in it is taken for a formula.

use super::{Found, shown};
use std::io::{Result, Write};

pub fn csv(found: &Found, out: &mut dyn Write) -> Result<()> {
    line(found.columns.iter().cloned(), out)?;
    found.rows.iter().try_for_each(|row| line(row.iter().map(shown), out))
}

fn line(cells: impl Iterator<Item = String>, out: &mut dyn Write) -> Result<()> {
    write!(out, "{}\r\n", cells.map(|cell| safe(&cell)).collect::<Vec<_>>().join(","))
}

fn safe(cell: &str) -> String {
    // Logs hold what attackers write.
    let formula = cell.starts_with(['=', '+', '@', '\t', '\r']) || (cell.starts_with('-') && cell.parse::<f64>().is_err());
    let cell = if formula { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn cells_are_quoted_and_are_no_formulas() {
        let check = |cell, expected: &str| assert_eq!(safe(cell), expected);
        check("a", "a");
        check("a,\"b\"", "\"a,\"\"b\"\"\"");
        check("=cmd|' /c calc'!A1", "'=cmd|' /c calc'!A1");
        check("-5", "-5");
        check("-a", "'-a");
    }
}
