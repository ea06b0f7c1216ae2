//! Jobs of the cloud: Kubernetes objects and Azure Automation.

pub mod azure;
pub mod kubernetes;
