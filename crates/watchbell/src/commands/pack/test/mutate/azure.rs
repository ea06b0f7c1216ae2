//! Azure's activity records in each of the three shapes that they are exported in.

use super::read::File;
use super::windows::{at, text};
use super::{Line, Mutation, Rewritten};
use serde_json::{Value, json};

pub const MUTATIONS: &[Mutation] = &[
    Mutation::new("azure: Event Hubs", |file| write(file, event_hubs)),
    Mutation::new("azure: Log Analytics", |file| write(file, log_analytics)),
    Mutation::new("azure: REST", |file| write(file, rest)),
];

const UPN: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn";

/// What all three shapes tell.
struct Activity {
    time: String,
    operation: String,
    /// `Start`, `Success`, `Failure`, `Accept`.
    status: String,
    caller: String,
    address: String,
    correlation: String,
    id: String,
    resource: String,
    claims: Value,
    authorization: Value,
}

fn write(file: &File, form: fn(&Activity) -> Value) -> Option<Rewritten> {
    let lines = file.records.iter().map(|(lines, document)| {
        let activity = Activity::of(document)?;
        Some((form(&activity).to_string().into_bytes(), Line { original: lines.0, changed: true }))
    });
    Some(Rewritten::of(lines.collect::<Option<Vec<_>>>()?))
}

impl Activity {
    fn of(document: &Value) -> Option<Self> {
        let one = |paths: &[&str]| paths.iter().find_map(|path| at(document, path)).map(text).unwrap_or_default();
        let part = |paths: &[&str]| paths.iter().find_map(|path| at(document, path)).map_or(Value::Null, parsed);
        let claims = part(&["identity.claims", "Claims", "claims"]);
        let told = one(&["Caller", "caller"]);
        let claimed = [UPN, "appid"].iter().find_map(|name| claims.get(*name)).map(text).unwrap_or_default();
        let activity = Self {
            time: one(&["TimeGenerated", "eventTimestamp", "time"]),
            operation: one(&["OperationNameValue", "operationName.value", "operationName"]),
            status: status(&one(&["ActivityStatusValue", "status.value", "resultType"])),
            caller: if told.is_empty() { claimed } else { told },
            address: one(&["CallerIpAddress", "callerIpAddress", "httpRequest.clientIpAddress"]),
            correlation: one(&["CorrelationId", "correlationId"]),
            id: one(&["EventDataId", "eventDataId", "properties.eventDataId"]),
            resource: one(&["_ResourceId", "resourceId"]),
            authorization: part(&["identity.authorization", "Authorization", "authorization"]),
            claims,
        };
        (activity.operation.to_lowercase().starts_with("microsoft.") && !activity.status.is_empty()).then_some(activity)
    }

    fn segment(&self, after: &str) -> String {
        let mut parts = self.resource.split('/').skip_while(|part| !part.eq_ignore_ascii_case(after));
        parts.nth(1).unwrap_or_default().to_owned()
    }
}

/// A document that may stand inside a text.
fn parsed(value: &Value) -> Value {
    value.as_str().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_else(|| value.clone())
}

/// One spelling of each status.
fn status(word: &str) -> String {
    let short = [("Start", "Start"), ("Succ", "Success"), ("Fail", "Failure"), ("Accept", "Accept")];
    short.iter().find(|(begin, _)| word.starts_with(begin)).map_or_else(|| word.to_owned(), |(_, word)| (*word).to_owned())
}

fn event_hubs(activity: &Activity) -> Value {
    json!({
        "time": activity.time, "resourceId": activity.resource.to_uppercase(), "operationName": activity.operation.to_uppercase(), "category": "Administrative",
        "resultType": activity.status, "resultSignature": format!("{}.", activity.status), "durationMs": "0", "callerIpAddress": activity.address,
        "correlationId": activity.correlation, "identity": {"authorization": activity.authorization, "claims": activity.claims}, "level": "Information",
        "properties": {"eventCategory": "Administrative", "eventDataId": activity.id, "entity": activity.resource, "message": activity.operation},
    })
}

fn log_analytics(activity: &Activity) -> Value {
    json!({
        "TimeGenerated": activity.time, "OperationNameValue": activity.operation.to_uppercase(), "ActivityStatusValue": activity.status, "CategoryValue": "Administrative",
        "Level": "Informational", "Caller": activity.caller, "CallerIpAddress": activity.address, "CorrelationId": activity.correlation, "EventDataId": activity.id,
        "ResourceGroup": activity.segment("resourceGroups").to_uppercase(), "SubscriptionId": activity.segment("subscriptions"), "_ResourceId": activity.resource.to_lowercase(),
        "Authorization": activity.authorization.to_string(), "Claims": activity.claims.to_string(), "Type": "AzureActivity",
    })
}

fn rest(activity: &Activity) -> Value {
    let status = match activity.status.as_str() {
        "Start" => "Started",
        "Success" => "Succeeded",
        "Failure" => "Failed",
        "Accept" => "Accepted",
        other => other,
    };
    let named = |word: &str| json!({"value": word, "localizedValue": word});
    json!({
        "authorization": activity.authorization, "caller": activity.caller, "channels": "Operation", "claims": activity.claims, "correlationId": activity.correlation,
        "eventDataId": activity.id, "eventName": named("EndRequest"), "category": named("Administrative"), "eventTimestamp": activity.time, "level": "Informational",
        "operationId": activity.correlation, "operationName": named(&activity.operation), "resourceGroupName": activity.segment("resourceGroups"),
        "resourceProviderName": named("Microsoft.Automation"), "resourceId": activity.resource, "status": named(status), "subStatus": named(""),
        "httpRequest": {"clientIpAddress": activity.address}, "submissionTimestamp": activity.time, "subscriptionId": activity.segment("subscriptions"),
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn each_shape_tells_the_same() {
        let first = json!({
            "time": "2026-04-01T22:10:04Z", "resourceId": "/subscriptions/1/resourceGroups/ops/providers/x", "operationName": "Microsoft.Automation/automationAccounts/write",
            "resultType": "Success", "callerIpAddress": "198.51.100.1", "correlationId": "c", "identity": {"claims": {UPN: "h@doe.example"}}, "properties": {"eventDataId": "e"},
        });
        let told =
            |document: &Value| Activity::of(document).map(|a| (a.status.clone(), a.caller.clone(), a.id.clone(), a.segment("resourcegroups").to_lowercase()));
        let want = told(&first);
        assert_eq!(want.as_ref().map(|told| told.3.as_str()), Some("ops"));
        for form in [event_hubs, log_analytics, rest] {
            assert_eq!(told(&form(&Activity::of(&first).unwrap())), want);
        }
    }
}
