//! JSON records: lines of objects, and whole documents of them; one walker over both, which collects only what is wanted.

mod document;
mod index;
mod keys;
mod lines;
mod nested;
mod number;
mod quotes;
mod record;
mod walk;
mod whole;

pub use lines::JSON_LINES;
pub use quotes::Scalar;
pub use record::{Place, Reader};
pub use whole::JSON;
