//! One server from one binary: sources, detection, what is kept, the API, and what is sent.

pub mod api;
pub mod app;
mod auth;
pub mod backup;
pub mod clock;
pub mod config;
mod content;
mod deliver;
mod detect;
pub mod doctor;
pub mod feed;
mod hunt;
mod intake;
mod keep;
mod lake;
mod search;
mod stories;

pub use app::{Activity, App, AppError, House, PackError, Shipped};
pub use auth::{Reaches, Role};
pub use config::Config;
pub use deliver::TestError;

/// Makes ring what TLS is done with in this process; once is enough.
pub fn use_ring() {
    // Somebody was faster: the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
