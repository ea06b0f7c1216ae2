//! What the guide says of all kinds, made from the kinds themselves.

use crate::KINDS;
use std::fmt::Write;

/// What each protocol can promise, as a table.
pub fn promises() -> String {
    let mut table = String::from("| kind | acknowledged | lost all the same | sent again | no room |\n|---|---|---|---|---|\n");
    for kind in KINDS {
        let promise = &kind.promise;
        let (acknowledged, lost, again, full) = (promise.acknowledged, promise.lost, promise.again, promise.full);
        let _ = writeln!(table, "| `{}`: {} | {acknowledged} | {lost} | {again} | {full} |", kind.id, kind.title);
    }
    table
}
