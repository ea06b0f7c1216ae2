//! People and programs, and what they may: users, roles, sessions, tokens, the first setup. Of secrets only hashes come here.

pub(crate) mod roles;
pub(crate) mod sessions;
pub(crate) mod setup;
pub(crate) mod tokens;
pub(crate) mod users;
