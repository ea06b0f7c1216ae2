//! Accounts that services run as: who has such a one has broken into the service.

/// Accounts of Unix's servers. `root` is none: whoever administers is root.
const UNIX: &[&str] = &[
    "_www",
    "apache",
    "asterisk",
    "caddy",
    "couchdb",
    "daemon",
    "elasticsearch",
    "exim",
    "ftp",
    "git",
    "gitlab-runner",
    "grafana",
    "httpd",
    "jenkins",
    "jetty",
    "lighttpd",
    "mail",
    "memcache",
    "mongodb",
    "mysql",
    "named",
    "nginx",
    "nobody",
    "oracle",
    "postfix",
    "postgres",
    "rabbitmq",
    "redis",
    "solr",
    "sshd",
    "tomcat",
    "www",
    "www-data",
    "zabbix",
];

/// Windows' own kinds of them, and the first words of others.
const DOMAINS: &[&str] = &["iis apppool\\", "nt service\\"];
const WINDOWS: &[&str] = &["network service", "local service", "iusr", "sqlserver", "mssqlserver", "sqlserveragent", "defaultapppool"];

/// Whether an account is one that a server runs as, and that nobody logs in with.
pub fn is_service_account(name: &str) -> bool {
    let name = name.trim().to_lowercase();
    let bare = name.rsplit('\\').next().unwrap_or_default();
    DOMAINS.iter().any(|domain| name.starts_with(domain)) || WINDOWS.contains(&bare) || UNIX.binary_search(&bare).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_told_from_people() {
        assert!(UNIX.is_sorted());
        for name in ["www-data", "IIS APPPOOL\\Site", "NT AUTHORITY\\NETWORK SERVICE", "nobody", "NT SERVICE\\MSSQLSERVER"] {
            assert!(is_service_account(name), "{name}");
        }
        for name in ["root", "alice", "DOE\\svc-owner", "SYSTEM", "", "WS1$"] {
            assert!(!is_service_account(name), "{name}");
        }
    }
}
