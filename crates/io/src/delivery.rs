//! What a source hands over, and what the receiving end answers: the contract between senders' protocols and the journal.

use bytes::Bytes;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// Whole lines, whole chunks or a whole document of one stream, as they came.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Id of the configured source.
    pub source: Arc<str>,
    /// What a decoder's memory belongs to: a file, a host's facility. May tell the host, see [`crate::host_of`].
    pub stream: Arc<str>,
    /// Address of the sender; a file's path.
    pub peer: Arc<str>,
    /// Id of a format of `watchbell-formats`; empty: recognised by content.
    pub format: &'static str,
    /// What `first` counts in: a file, a request's body, a connection. Sent again, it is the same.
    pub unit: [u8; 16],
    /// Number of the first line, or offset of the first byte, within the unit.
    pub first: u64,
    pub bytes: Bytes,
}

/// Why a delivery was not taken. Nothing of it is kept, and the sender is told so in its own way.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Too much is waiting: come again.
    #[error("too much is waiting; try again in {retry_after_seconds} s")]
    Full { retry_after_seconds: u64 },
    /// The disk is full or broken.
    #[error("cannot be stored: {0}")]
    Storage(String),
    #[error("the server is stopping")]
    Stopping,
}

impl Refused {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Full { .. } => "full",
            Self::Storage(_) => "storage",
            Self::Stopping => "stopping",
        }
    }
}

/// What only a source can see, and must be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Count {
    /// A connection was taken.
    Connected,
    /// A sender was told no, and knows: it may send again.
    Refused(&'static str),
    /// Records could not be framed, and are kept aside.
    Quarantined(&'static str),
    /// Records are gone, and the sender does not know.
    Dropped(&'static str),
}

pub type Offered = Pin<Box<dyn Future<Output = Result<(), Refused>> + Send>>;

/// The receiving end.
pub trait Intake: Send + Sync + 'static {
    /// Begins at once, in the order of calls; what is given only waits. Ready with `Ok` once the bytes will outlive a crash.
    fn offer(&self, delivery: Delivery) -> Offered;

    /// Keeps what cannot be framed, so that somebody may look at it.
    fn quarantine(&self, source: &str, reason: &'static str, bytes: &[u8], peer: &str);

    fn count(&self, source: &str, what: Count, n: u64);

    /// What a token opens that no source knows of itself. Asked anew with every request, so that one that is revoked opens
    /// nothing more.
    fn opens(&self, _token: &[u8]) -> Result<Opens, Refused> {
        Ok(Opens::Nothing)
    }
}

/// Sources that a token opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opens {
    Nothing,
    /// By their ids.
    These(Vec<String>),
    All,
}

impl Opens {
    pub fn has(&self, source: &str) -> bool {
        match self {
            Self::Nothing => false,
            Self::These(sources) => sources.iter().any(|id| id == source),
            Self::All => true,
        }
    }
}

/// Offers all at once and waits for each. The first refusal is the answer, so the sender sends all again; what was kept
/// is recognised then by its unit and number.
pub async fn offer_all(intake: &dyn Intake, deliveries: impl IntoIterator<Item = Delivery>) -> Result<(), Refused> {
    let offered: Vec<Offered> = deliveries.into_iter().map(|delivery| intake.offer(delivery)).collect();
    let mut answer = Ok(());
    for one in offered {
        answer = answer.and(one.await);
    }
    answer
}
