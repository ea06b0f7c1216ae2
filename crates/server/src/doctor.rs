//! What may be wrong with an installation, found without changing anything: its configuration, its data folder, its files.

use crate::app::{JOURNAL, LAKE, socket_of};
use crate::config::Config;
use crate::deliver;
use serde::Serialize;
use std::io::ErrorKind;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use watchbell_io::{Tls, TlsFiles};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Ok,
    Warn,
    Bad,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    pub check: &'static str,
    pub state: State,
    pub what: String,
    /// What to do about it; empty where nothing is to be done.
    pub advice: String,
}

/// Room below which somebody should look: that of a few segments of the journal.
const ROOM: u64 = 2 << 30;

/// Looks at everything. `running`: a server works on the data folder, so its address and files are in use.
pub fn examine(config: &Config, running: bool) -> Vec<Check> {
    let mut checks = vec![folder(&config.data), room(&config.data), control(&config.data), lake(&config.data), journal(config)];
    checks.push(address(config, running));
    checks.extend(certificate(config));
    checks.extend(paths(config));
    checks.push(sources(config));
    checks.extend(delivery(config));
    checks
}

/// Whether a server answers on this data folder's socket.
pub fn runs(config: &Config) -> bool {
    std::os::unix::net::UnixStream::connect(socket_of(&config.data)).is_ok()
}

fn check(check: &'static str, state: State, what: impl Into<String>, advice: &str) -> Check {
    Check { check, state, what: what.into(), advice: advice.to_owned() }
}

fn folder(data: &Path) -> Check {
    match std::fs::metadata(data) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            check("data", State::Warn, format!("{} is not there yet", data.display()), "the first start makes it")
        }
        Err(error) => check("data", State::Bad, format!("{}: {error}", data.display()), "run this as the user that the server runs as"),
        Ok(about) if !about.is_dir() => check("data", State::Bad, format!("{} is no folder", data.display()), "let `data` name a folder"),
        Ok(about) if about.permissions().readonly() => {
            check("data", State::Bad, format!("{} cannot be written", data.display()), "give it to the server's user")
        }
        Ok(_) => check("data", State::Ok, data.display().to_string(), ""),
    }
}

fn room(data: &Path) -> Check {
    let there = data.ancestors().find(|path| path.exists()).unwrap_or(Path::new("/"));
    match rustix::fs::statvfs(there) {
        Err(error) => check("room", State::Warn, format!("{}: {error}", there.display()), ""),
        Ok(about) => {
            let free = about.f_bavail.saturating_mul(about.f_frsize);
            let what = format!("{} free", size(free));
            if about.f_flag.contains(rustix::fs::StatVfsMountFlags::RDONLY) {
                return check("room", State::Bad, "the file system is mounted read-only", "remount it; senders wait until then");
            }
            if free < ROOM {
                check("room", State::Bad, what, "make room, or lower `journal.most_gib` and `lake.most_gib`")
            } else {
                check("room", State::Ok, what, "")
            }
        }
    }
}

fn control(data: &Path) -> Check {
    let path = data.join(watchbell_store::FILE);
    if !path.exists() {
        return check("control data", State::Warn, "there is none yet", "the first start makes it");
    }
    match watchbell_store::check_backup(&path) {
        Ok(info) => check("control data", State::Ok, format!("version {}, {} triggered alerts, {}", info.version, info.triggered, size(info.bytes)), ""),
        Err(error) => check("control data", State::Bad, error.to_string(), "`watchbell restore` puts a backup into an empty folder"),
    }
}

fn lake(data: &Path) -> Check {
    match watchbell_lake::listed(&data.join(LAKE)) {
        Ok(listed) if listed.missing.is_empty() => check("lake", State::Ok, format!("{} files, {}", listed.files, size(listed.bytes)), ""),
        Ok(listed) => {
            let what = format!("{} of {} files are missing, the first is {}", listed.missing.len(), listed.files, listed.missing[0]);
            check("lake", State::Bad, what, "their events are gone; a backup with --events may have them")
        }
        Err(error) => check("lake", State::Bad, error.to_string(), "a backup with --events may have it"),
    }
}

fn journal(config: &Config) -> Check {
    let segments = std::fs::read_dir(config.data.join(JOURNAL)).into_iter().flatten().flatten();
    let bytes: u64 = segments.filter_map(|entry| entry.metadata().ok()).map(|about| about.len()).sum();
    let what = format!("{} of at most {}", size(bytes), size(config.journal.most_gib << 30));
    if bytes / 2 > config.journal.most_gib << 29 {
        return check("journal", State::Bad, what, "senders are told to wait: detection or the lake does not keep up; `watchbell api get /status` tells why");
    }
    check("journal", State::Ok, what, "")
}

fn address(config: &Config, running: bool) -> Check {
    if running {
        return check("server", State::Ok, format!("runs, and listens on {}", config.listen), "");
    }
    match TcpListener::bind(config.listen) {
        Ok(_) => check("server", State::Warn, format!("does not run; {} is free", config.listen), "`watchbell serve` starts one"),
        Err(error) => check("server", State::Bad, format!("{}: {error}", config.listen), "let `listen` name a free port, or stop what listens there"),
    }
}

fn certificate(config: &Config) -> Option<Check> {
    let files = config.tls.as_ref()?;
    let files = TlsFiles { certificate: files.certificate.clone(), key: files.key.clone(), client_authorities: None, client_optional: false };
    Some(match Tls::open(files) {
        Ok(_) => check("certificate", State::Ok, "can be read", ""),
        Err(error) => check("certificate", State::Bad, error.to_string(), "`tls.certificate` and `tls.key` name files in PEM"),
    })
}

/// Files that sources name in whatever key: those that end in `_file`, and `paths`.
fn paths(config: &Config) -> Vec<Check> {
    let mut named = Vec::new();
    for (id, source) in &config.sources {
        for (key, value) in &source.settings {
            let values = value.as_array().map_or_else(|| vec![value], |values| values.iter().collect());
            if key.ends_with("_file") || key == "paths" {
                named.extend(values.iter().filter_map(|value| Some((id, PathBuf::from(value.as_str()?)))));
            }
        }
    }
    let plain = |path: &Path| !path.to_string_lossy().contains(['*', '?', '[']);
    let wrong = |(id, path): &(&String, PathBuf)| {
        let error = std::fs::File::open(path).err().filter(|_| plain(path))?;
        Some(check(
            "source",
            State::Bad,
            format!("{id}: {}: {error}", path.display()),
            "the server's user must be able to read it: group `adm` reads logs on Debian",
        ))
    };
    named.iter().filter_map(wrong).collect()
}

fn sources(config: &Config) -> Check {
    match config.sources.len() {
        0 => check("sources", State::Warn, "there are none: no logs come in", "docs/guide/sources.md has one for each shipper"),
        n => check("sources", State::Ok, format!("{n}"), ""),
    }
}

fn delivery(config: &Config) -> Vec<Check> {
    match deliver::check(&config.delivery) {
        Err(problems) => problems.iter().map(|problem| check("delivery", State::Bad, problem.to_string(), "")).collect(),
        Ok(()) if config.delivery.default.is_empty() => {
            vec![check("delivery", State::Warn, "nobody is told of alerts", "name methods under `delivery`: docs/guide/delivery.md")]
        }
        Ok(()) => vec![check("delivery", State::Ok, config.delivery.default.join(", "), "")],
    }
}

fn size(bytes: u64) -> String {
    let (mut left, mut unit) = (bytes as f64, 0);
    while left >= 1024.0 && unit < 4 {
        left /= 1024.0;
        unit += 1;
    }
    format!("{left:.1} {}", ["bytes", "KiB", "MiB", "GiB", "TiB"][unit])
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn state(checks: &[Check], name: &str) -> State {
        checks.iter().filter(|check| check.check == name).map(|check| check.state).max().unwrap()
    }

    #[test]
    fn what_is_wrong_is_found_and_nothing_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let mut config = Config { data: data.clone(), listen: "127.0.0.1:0".parse().unwrap(), ..Config::default() };
        let checks = examine(&config, runs(&config));
        assert!(checks.iter().all(|check| check.state < State::Bad), "{checks:?}");
        assert!(!data.exists());

        std::fs::create_dir_all(data.join(LAKE)).unwrap();
        std::fs::write(data.join(watchbell_store::FILE), "no database").unwrap();
        std::fs::write(data.join(LAKE).join("manifest.json"), "{").unwrap();
        let settings = serde_json::json!({"paths": ["/nowhere/at.log", "/var/log/*.log"]}).as_object().cloned().unwrap();
        config.sources.insert("host".to_owned(), crate::config::SourceConfig { kind: "files".to_owned(), settings });
        let checks = examine(&config, false);
        for name in ["control data", "lake", "source"] {
            assert_eq!(state(&checks, name), State::Bad, "{checks:?}");
        }
        assert_eq!(checks.iter().filter(|check| check.check == "source").count(), 1);
    }
}
