//! Clouds, Kubernetes, osquery and macOS: the same names out of every wrapping.

use crate::support::{Seen, read};

/// The only event of a text, asked for `fields`; `views` are its log sources.
fn one(text: &str, fields: &[&str], views: &[&str]) -> Seen {
    let mut told = read(text.as_bytes(), fields);
    assert_eq!((told.events.len(), told.quarantined.len()), (1, 0), "{text}");
    let seen = told.events.remove(0);
    assert_eq!(seen.sources(), views, "{text}");
    seen
}

/// Checks fields of one view: name and value, `-` for an absent one.
fn check(text: &str, views: &[&str], source: &str, wanted: &[(&str, &str)]) -> Seen {
    let fields: Vec<&str> = wanted.iter().map(|(name, _)| *name).collect();
    let seen = one(text, &fields, views);
    for (name, value) in wanted {
        assert_eq!(seen.field(source, name).unwrap_or("-"), *value, "{name} in {text}");
    }
    seen
}

const LOG_ANALYTICS: &str = r#"{"TimeGenerated":"2026-04-02T01:10:02.5Z","OperationNameValue":"MICROSOFT.AUTOMATION/AUTOMATIONACCOUNTS/SCHEDULES/WRITE","ActivityStatusValue":"Success","CategoryValue":"Administrative","Level":"Informational","Caller":"ann@doe.example","CallerIpAddress":"198.51.100.40","CorrelationId":"C-1","EventDataId":"E-1","ResourceGroup":"OPS-RG","SubscriptionId":"s1","_ResourceId":"/subscriptions/s1/resourcegroups/ops-rg/providers/microsoft.automation/automationaccounts/a/schedules/hourly","Authorization":"{\"action\":\"x\"}","Claims":"{\"appid\":\"app-1\",\"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn\":\"ann@doe.example\"}","Properties":"{\"message\":\"made\",\"requestbody\":\"{\\\"properties\\\":{\\\"frequency\\\":\\\"Hour\\\"}}\"}"}"#;
const REST: &str = r#"{"caller":"ann@doe.example","claims":{"appid":"app-1","ipaddr":"198.51.100.40","http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn":"ann@doe.example"},"correlationId":"c-1","eventDataId":"e-1","category":{"value":"Administrative","localizedValue":"Verwaltung"},"eventTimestamp":"2026-04-02T01:10:02.5Z","level":"Informational","operationName":{"value":"Microsoft.Automation/automationAccounts/schedules/write","localizedValue":"Zeitplan"},"resourceGroupName":"ops-rg","resourceId":"/subscriptions/s1/resourceGroups/ops-rg/providers/Microsoft.Automation/automationAccounts/a/schedules/hourly","status":{"value":"Succeeded","localizedValue":"Erfolg"},"subscriptionId":"s1","properties":{"message":"made","requestbody":"{\"properties\":{\"frequency\":\"Hour\"}}"}}"#;
const EVENT_HUBS: &str = r#"{"time":"2026-04-02T01:10:02.5000000Z","resourceId":"/SUBSCRIPTIONS/S1/RESOURCEGROUPS/OPS-RG/PROVIDERS/MICROSOFT.AUTOMATION/AUTOMATIONACCOUNTS/A/SCHEDULES/HOURLY","operationName":"MICROSOFT.AUTOMATION/AUTOMATIONACCOUNTS/SCHEDULES/WRITE","category":"Administrative","resultType":"Success","resultSignature":"Succeeded.OK","callerIpAddress":"198.51.100.40","correlationId":"c-1","identity":{"claims":{"appid":"app-1","http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn":"ann@doe.example"}},"level":"Information","properties":{"message":"made","requestbody":"{\"properties\":{\"frequency\":\"Hour\"}}"}}"#;

#[test]
fn azure_has_one_set_of_names() {
    let shapes = [(LOG_ANALYTICS, "Success", "E-1", "OPS-RG"), (REST, "Succeeded", "e-1", "ops-rg"), (EVENT_HUBS, "Success", "-", "OPS-RG")];
    for (text, status, event, group) in shapes {
        let common = [
            ("status", status),
            ("eventDataId", event),
            ("resourceGroup", group),
            ("callerIpAddress", "198.51.100.40"),
            ("caller", "ann@doe.example"),
            ("upn", "ann@doe.example"),
            ("appid", "app-1"),
            ("category", "Administrative"),
            ("properties.message", "made"),
            ("properties.requestbody.properties.frequency", "Hour"),
        ];
        let seen = check(text, &["azure/activitylogs"], "azure/activitylogs", &common);
        assert_eq!((seen.identity.host, seen.identity.time.map(|t| t.to_string().replace("000000Z", "Z")).as_deref()), (None, Some("2026-04-02T01:10:02.5Z")));
        let seen =
            one(text, &["operationName", "correlationId", "subscriptionId", "resourceId", "ResourceProviderValue", "properties"], &["azure/activitylogs"]);
        let lower = |name| seen.field("azure/activitylogs", name).unwrap_or_default().to_lowercase();
        assert_eq!(lower("operationName"), "microsoft.automation/automationaccounts/schedules/write");
        assert_eq!((lower("correlationId"), lower("subscriptionId")), ("c-1".to_owned(), "s1".to_owned()));
        assert!(lower("resourceId").ends_with("/schedules/hourly") && lower("ResourceProviderValue") == "microsoft.automation");
        assert!(lower("properties").starts_with("{\"message\":\"made\",\"requestbody\":\"{"), "{}", lower("properties"));
    }
}

#[test]
fn azure_events_are_known_by_their_own_ids() {
    let id = |text: &str| one(text, &[], &["azure/activitylogs"]).id();
    assert_eq!(id(LOG_ANALYTICS).as_deref(), Some("4c1ad11e457bb4dffd705d2c0662a84d"));
    assert_eq!(id(LOG_ANALYTICS), id(REST));
    assert_eq!(id(EVENT_HUBS).as_deref(), Some("2e74cc832cd7f9ba10863055b09eb4ae"));
    assert_eq!(id(&EVENT_HUBS.replace("MICROSOFT", "Microsoft")), id(EVENT_HUBS));
    assert_ne!(id(&EVENT_HUBS.replace("\"Success\"", "\"Start\"")), id(EVENT_HUBS));
    let envelope = format!("{{\"records\":[{EVENT_HUBS},{EVENT_HUBS}]}}\n");
    assert_eq!(read(envelope.as_bytes(), &[]).events.iter().map(Seen::id).collect::<Vec<_>>(), vec![id(EVENT_HUBS); 2]);
}

const AUDIT: &str = r#"{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"RequestResponse","auditID":"A-1","stage":"ResponseComplete","requestURI":"/apis/batch/v1/namespaces/shop/cronjobs/stock","verb":"update","user":{"username":"mira@doe.example"},"sourceIPs":["10.0.0.7","10.0.0.1"],"userAgent":"kubectl/v1.30","objectRef":{"resource":"cronjobs","namespace":"shop","name":"stock","apiGroup":"batch"},"responseStatus":{"code":200},"stageTimestamp":"2026-04-05T13:10:00.100000Z","requestObject":{"kind":"CronJob","spec":{"schedule":"*/10 * * * *","jobTemplate":{"spec":{"template":{"spec":{"containers":[{"image":"a"},{"image":"b"}]}}}}}}}"#;
const VIEW: &str = "kubernetes/audit";
const VIEWS: [&str; 2] = ["kubernetes/application", VIEW];

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[test]
fn kubernetes_audit_events_are_the_same_in_every_wrapping() {
    let text = quoted(AUDIT);
    let wrapped = [
        AUDIT.to_owned(),
        format!("{{\"@timestamp\":\"2026-04-05 13:10:01\",\"@message\":{text},\"@logStream\":\"kube-apiserver-audit-1\"}}"),
        format!("{{\"@timestamp\":\"2026-04-05 13:10:01\",\"@message\":{AUDIT}}}"),
        format!("2026-04-05T13:10:01.123Z {AUDIT}"),
        format!("2026-04-05T13:10:01+00:00\t{AUDIT}\r\n"),
        format!("{{\"id\":\"1\",\"timestamp\":1775394600100,\"message\":{text}}}"),
        format!(
            "{{\"messageType\":\"DATA_MESSAGE\",\"owner\":\"1\",\"logGroup\":\"g\",\"subscriptionFilters\":[\"f\"],\"logEvents\":[{{\"id\":\"1\",\"message\":{text}}}]}}"
        ),
        format!(
            "{{\"category\":\"kube-audit\",\"operationName\":\"o\",\"resourceId\":\"/r\",\"properties\":{{\"log\":{text},\"pod\":\"p\"}},\"time\":\"2026-04-05T13:10:02Z\"}}"
        ),
        format!("{{\"@timestamp\":\"2026-04-05T13:10:01Z\",\"kubernetes\":{{\"audit\":{AUDIT}}}}}"),
        format!("{{\"Category\":\"kube-audit-admin\",\"log_s\":{text},\"TimeGenerated\":\"2026-04-05T13:10:02Z\"}}"),
        format!("{{\"kind\":\"EventList\",\"apiVersion\":\"audit.k8s.io/v1\",\"metadata\":{{}},\"items\":[{AUDIT}]}}"),
        format!("{{\n \"kind\": \"EventList\",\n \"apiVersion\": \"audit.k8s.io/v1\",\n \"items\": [\n{AUDIT}\n]\n}}\n"),
    ];
    for text in &wrapped {
        let wanted = [
            ("verb", "update"),
            ("objectRef.resource", "cronjobs"),
            ("objectRef.namespace", "shop"),
            ("objectRef.name", "stock"),
            ("apiGroup", "batch"),
            ("user.username", "mira@doe.example"),
            ("sourceIPs", "10.0.0.7"),
            ("userAgent", "kubectl/v1.30"),
            ("responseStatus.code", "200"),
            ("requestURI", "/apis/batch/v1/namespaces/shop/cronjobs/stock"),
            ("requestObject.spec.schedule", "*/10 * * * *"),
        ];
        let seen = check(text, &VIEWS, VIEW, &wanted);
        assert_eq!(seen.id().as_deref(), Some("43dea653dc1852bada87adcf2e71809e"), "{text}");
        assert_eq!(seen.identity.time.map(|time| time.to_string()).as_deref(), Some("2026-04-05T13:10:00.100000Z"), "{text}");
        let seen = one(text, &["requestObject", "requestObject.spec.jobTemplate.spec.template.spec.containers.image"], &VIEWS);
        assert_eq!(seen.views[VIEW]["requestObject.spec.jobTemplate.spec.template.spec.containers.image"], ["a", "b"]);
        assert!(seen.field(VIEW, "requestObject").is_some_and(|object| object.starts_with("{\"kind\":\"CronJob\"")), "{text}");
    }
}

#[test]
fn aks_tables_have_columns() {
    let row = r#"{"AuditId":"A-1","Stage":"ResponseComplete","Verb":"create","RequestUri":"/u","User":{"username":"m"},"ObjectRef":"{\"resource\":\"cronjobs\"}","ResponseStatus":{"code":403},"SourceIps":["10.0.0.7"],"TimeGenerated":"2026-04-05T13:10:00Z","RequestObject":{"spec":{"schedule":"s"}}}"#;
    let wanted =
        [("verb", "create"), ("user.username", "m"), ("objectRef.resource", "cronjobs"), ("responseStatus.code", "403"), ("requestObject.spec.schedule", "s")];
    let seen = check(row, &VIEWS, VIEW, &wanted);
    assert_eq!(seen.id(), one(AUDIT, &[], &VIEWS).id());
}

#[test]
fn gke_has_kubernetes_names_and_its_own() {
    let entry = r#"{"protoPayload":{"authenticationInfo":{"principalEmail":"tom@doe.example"},"methodName":"io.k8s.batch.v1.cronjobs.create","requestMetadata":{"callerIp":"198.51.100.9","callerSuppliedUserAgent":"kubectl"},"resourceName":"batch/v1/namespaces/shop/cronjobs/mail","serviceName":"k8s.io","status":{"code":7},"request":{"kind":"CronJob","spec":{"schedule":"@hourly"}}},"insertId":"i","timestamp":"2026-04-05T13:20:00.1Z","logName":"l"}"#;
    let views = ["gcp/gcp.audit", VIEWS[0], VIEW];
    let wanted = [
        ("verb", "create"),
        ("objectRef.resource", "cronjobs"),
        ("objectRef.namespace", "shop"),
        ("objectRef.name", "mail"),
        ("user.username", "tom@doe.example"),
        ("sourceIPs", "198.51.100.9"),
        ("responseStatus.code", "403"),
        ("requestObject.spec.schedule", "@hourly"),
        ("requestObject", r#"{"kind":"CronJob","spec":{"schedule":"@hourly"}}"#),
    ];
    let seen = check(entry, &views, VIEW, &wanted);
    assert_eq!(seen.id().as_deref(), Some("0332460c048ad54d049b525748a2b046"));
    let own = [
        ("gcp.audit.method_name", "io.k8s.batch.v1.cronjobs.create"),
        ("protoPayload.serviceName", "k8s.io"),
        ("data.protoPayload.methodName", "io.k8s.batch.v1.cronjobs.create"),
    ];
    check(entry, &views, views[0], &own);
    check(&entry.replace("\"k8s.io\"", "\"storage.googleapis.com\""), &views[..1], views[0], &own[..1]);
}

#[test]
fn osquery_rows_are_columns() {
    let wanted = [("name", "crontab"), ("columns.path", "/etc/crontab"), ("Computer", "h1")];
    let added = r#"{"name":"crontab","hostIdentifier":"h1","unixTime":1775642400,"columns":{"path":"/etc/crontab"},"action":"added"}"#;
    let seen = check(added, &["osquery"], "osquery", &wanted);
    assert_eq!((seen.identity.host.as_deref(), seen.identity.time.map(|t| t.to_string()).as_deref()), (Some("h1"), Some("2026-04-08T10:00:00Z")));
    let snapshot = r#"{"action":"snapshot","snapshot":[{"path":"/etc/crontab"}],"name":"crontab","hostIdentifier":"h1","decorations":{"platform":"Ubuntu"}}"#;
    check(snapshot, &["linux/osquery"], "linux/osquery", &wanted);
}

#[test]
fn macos_tells_processes_files_and_messages() {
    let unified = r#"{"timestamp":"2026-04-10 10:00:00.123456+0200","eventMessage":"(lena) REPLACE (lena)","processImagePath":"/usr/bin/crontab","userID":501,"machTimestamp":1}"#;
    let seen = check(unified, &["macos/unified"], "macos/unified", &[("process", "crontab"), ("eventMessage", "(lena) REPLACE (lena)"), ("User", "501")]);
    assert_eq!(seen.identity.time.map(|t| t.to_string()).as_deref(), Some("2026-04-10T08:00:00.123456Z"));
    let event = |kind: &str| {
        format!(
            r#"{{"event_type":9,"mach_time":5,"time":"2026-04-10T09:00:00.1Z","process":{{"audit_token":{{"pid":7,"euid":501}},"ppid":1,"executable":{{"path":"/bin/zsh"}}}},"event":{kind}}}"#
        )
    };
    let exec = event(
        r#"{"exec":{"target":{"audit_token":{"pid":7,"euid":0},"ppid":1,"executable":{"path":"/usr/bin/tee"}},"args":["tee","a b","-a"],"cwd":{"path":"/tmp"}}}"#,
    );
    let process = [
        ("Image", "/usr/bin/tee"),
        ("CommandLine", "tee 'a b' -a"),
        ("ParentImage", "/bin/zsh"),
        ("User", "0"),
        ("CurrentDirectory", "/tmp"),
        ("ProcessId", "7"),
    ];
    check(&exec, &["macos/process_creation"], "macos/process_creation", &process);
    let files = [
        ("file_event", r#"{"create":{"destination_type":1,"destination":{"new_path":{"dir":{"path":"/etc"},"filename":"x"}}}}"#, "/etc/x"),
        ("file_event", r#"{"create":{"destination":{"existing_file":{"path":"/etc/y"}}}}"#, "/etc/y"),
        ("file_event", r#"{"link":{"source":{"path":"/s"},"target_dir":{"path":"/"},"target_filename":"z"}}"#, "/z"),
        ("file_rename", r#"{"rename":{"source":{"path":"/s"},"destination":{"new_path":{"dir":{"path":"/etc"},"filename":"x"}}}}"#, "/etc/x"),
        ("file_delete", r#"{"unlink":{"target":{"path":"/etc/x"}}}"#, "/etc/x"),
        ("file_change", r#"{"close":{"modified":true,"target":{"path":"/etc/x"}}}"#, "/etc/x"),
    ];
    for (category, kind, target) in files {
        let source = format!("macos/{category}");
        check(&event(kind), &[&source], &source, &[("TargetFilename", target), ("Image", "/bin/zsh"), ("User", "501")]);
    }
    check(&event(r#"{"close":{"modified":false}}"#), &["macos"], "macos", &[("Image", "/bin/zsh")]);
}

#[test]
fn texts_that_are_no_objects_stay_texts() {
    let broken = r#"{"OperationNameValue":"o","ActivityStatusValue":"Success","EventDataId":"e","Properties":"{\"message\":","Claims":"none"}"#;
    check(broken, &["azure/activitylogs"], "azure/activitylogs", &[("status", "Success"), ("properties", "{\"message\":"), ("appid", "-")]);
    let deep = format!("{{\"@message\":{}}}", quoted(&format!("{{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"a\":{}1", "[".repeat(5000))));
    check(&deep, &VIEWS, VIEW, &[("a", "-")]);
}

#[test]
fn other_json_is_a_plain_event() {
    for line in [r#"{"event":"session.command","user":"u","program":"crontab"}"#, r#"{"kind":"List","items":"x"}"#, r#"{"message":"{}","a":1}"#] {
        one(line, &["program"], &["unknown"]);
    }
}
