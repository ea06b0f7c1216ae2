//! Kubernetes' audit records as clouds hand them on.

use super::read::File;
use super::windows::{at, text};
use super::{Line, Mutation, Rewritten};
use serde_json::{Value, json};

pub const MUTATIONS: &[Mutation] = &[
    Mutation::new("kubernetes: native", |file| write(file, Clone::clone)),
    Mutation::new("kubernetes: AKS", |file| write(file, aks)),
    Mutation::new("kubernetes: GKE", |file| write(file, gke)),
];

fn write(file: &File, form: fn(&Value) -> Value) -> Option<Rewritten> {
    let lines = file.records.iter().map(|(lines, document)| {
        let native = native(document)?;
        Some((form(&native).to_string().into_bytes(), Line { original: lines.0, changed: true }))
    });
    Some(Rewritten::of(lines.collect::<Option<Vec<_>>>()?))
}

/// The API server's own record, bare or inside what Azure makes of it.
fn native(document: &Value) -> Option<Value> {
    let inner = at(document, "properties.log").and_then(Value::as_str).and_then(|log| serde_json::from_str(log).ok());
    let mut record: Value = inner.unwrap_or_else(|| document.clone());
    if let Some(members) = record.as_object_mut() {
        members.shift_remove("logType");
    }
    text(record.get("apiVersion")?).starts_with("audit.k8s.io/").then_some(record)
}

fn aks(record: &Value) -> Value {
    json!({
        "time": record["stageTimestamp"], "category": "kube-audit", "operationName": "Microsoft.ContainerService/managedClusters/diagnosticLogs/Read",
        "resourceId": "/SUBSCRIPTIONS/1/RESOURCEGROUPS/K/PROVIDERS/MICROSOFT.CONTAINERSERVICE/MANAGEDCLUSTERS/K1",
        "properties": {"log": record.to_string(), "stream": "stdout", "pod": "kube-apiserver-0"},
    })
}

fn gke(record: &Value) -> Value {
    let word = |path: &str| at(record, path).map(text).unwrap_or_default();
    let (group, version) = (word("objectRef.apiGroup"), word("objectRef.apiVersion"));
    let group = if group.is_empty() { "core".to_owned() } else { group };
    let (resource, verb) = (word("objectRef.resource"), word("verb"));
    let name = format!("{group}/{version}/namespaces/{}/{resource}/{}", word("objectRef.namespace"), word("objectRef.name"));
    let refused = at(record, "responseStatus.code").and_then(Value::as_u64).is_some_and(|code| code >= 400);
    json!({
        "protoPayload": {
            "@type": "type.googleapis.com/google.cloud.audit.AuditLog", "authenticationInfo": {"principalEmail": word("user.username")},
            "authorizationInfo": [{"granted": !refused, "permission": format!("io.k8s.{group}.{version}.{resource}.{verb}"), "resource": name}],
            "methodName": format!("io.k8s.{group}.{version}.{resource}.{verb}"), "resourceName": name, "serviceName": "k8s.io",
            "requestMetadata": {"callerIp": word("sourceIPs.0"), "callerSuppliedUserAgent": word("userAgent")},
            "status": if refused { json!({"code": 7, "message": "Forbidden"}) } else { json!({"code": 0}) },
            "request": record.get("requestObject").cloned().unwrap_or(Value::Null),
        },
        "insertId": word("auditID"), "resource": {"type": "k8s_cluster", "labels": {"cluster_name": "c1", "project_id": "doe", "location": "europe-west1"}},
        "timestamp": record["stageTimestamp"], "severity": "NOTICE", "logName": "projects/doe/logs/cloudaudit.googleapis.com%2Factivity",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_azure_wraps_is_unwrapped() {
        let record = json!({"kind": "Event", "apiVersion": "audit.k8s.io/v1", "verb": "create", "objectRef": {"resource": "cronjobs", "apiGroup": "batch", "apiVersion": "v1"}});
        assert_eq!(native(&aks(&record)), Some(record.clone()));
        assert_eq!(gke(&record)["protoPayload"]["methodName"], "io.k8s.batch.v1.cronjobs.create");
        assert_eq!(native(&json!({"a": 1})), None);
    }
}
