//! Jobs of the cloud: Kubernetes objects and Azure Automation.

pub mod azure;
mod azure_trigger;
pub mod kubernetes;
