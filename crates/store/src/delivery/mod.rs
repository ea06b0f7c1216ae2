//! By what way and when people are told: delivery methods, sending policies, and which alert follows which.

pub(crate) mod methods;
pub(crate) mod policies;
