//! Why a job's definition could not be read; each reason has a code that does not change.

use thiserror::Error;

/// What is wrong with a definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum JobError {
    #[error("longer than a job's definition may be")]
    TooLarge,
    #[error("nested deeper than a job's definition may be")]
    TooDeep,
    #[error("more elements than a job's definition may have")]
    TooMany,
    #[error("a document type declaration, which no job's definition has")]
    Doctype,
    #[error("an entity that XML does not define")]
    Entity,
    #[error("not well formed")]
    Syntax,
    #[error("another kind of document")]
    WrongDocument,
    #[error("not a schedule")]
    Schedule,
    #[error("nothing in it that runs")]
    Empty,
}

impl JobError {
    /// The stable name of the reason.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "job_too_large",
            Self::TooDeep => "job_too_deep",
            Self::TooMany => "job_too_many_elements",
            Self::Doctype => "job_doctype",
            Self::Entity => "job_unknown_entity",
            Self::Syntax => "job_syntax",
            Self::WrongDocument => "job_wrong_document",
            Self::Schedule => "job_bad_schedule",
            Self::Empty => "job_empty",
        }
    }
}
