//! Pack documents: what is read, and every diagnostic as its reader sees it, held against files.

mod documents;
mod golden;
