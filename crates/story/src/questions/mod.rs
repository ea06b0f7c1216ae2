//! The questions that a story asks, one file each.

mod alone;
mod ancestry;
mod cloud;
mod company;
mod fetched;
mod job;
mod login;
mod mates;
mod remote;
mod runs;
mod services;

use crate::found::Question;

/// In the order of the chapters; the first to find a fact by joins of the same strength gives the reason.
pub(crate) const ALL: [Question; 23] = [
    login::session,
    login::twins,
    login::switched,
    alone::login,
    remote::pipes,
    remote::through_pipe,
    remote::network_logons,
    remote::other_hosts,
    ancestry::above,
    fetched::doings,
    mates::session,
    job::deeds,
    job::crontab,
    job::through_sudo,
    job::files,
    job::opened,
    services::installed,
    services::through,
    runs::of_job,
    runs::perhaps,
    runs::children,
    cloud::deeds,
    company::company,
];

pub(crate) use company::blinding;
pub(crate) use job::{names, same_crontab};
pub(crate) use mates::{fetcher, fetches, remote_file};
