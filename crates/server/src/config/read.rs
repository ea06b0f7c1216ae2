//! Where the configuration comes from: a file, over it the environment, over that the command line.

use super::Config;
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};

/// What a configuration is made of; later ones win.
#[derive(Clone, Debug, Default)]
pub struct Layers {
    /// `--config`; none looks in the usual places.
    pub file: Option<PathBuf>,
    /// Names and values of the environment, as it is.
    pub environment: Vec<(String, String)>,
    /// Dotted keys and values of the command line.
    pub flags: Vec<(String, String)>,
}

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("config/unreadable: {path}: {why}")]
    Unreadable { path: String, why: String },
    #[error("config/wrong: {place}: {why}; `watchbell config schema` tells what may stand there")]
    Wrong { place: String, why: String },
}

impl ConfigError {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "config/unreadable",
            Self::Wrong { .. } => "config/wrong",
        }
    }
}

/// The most bytes of a configuration file.
const FILE: u64 = 4 << 20;
const PREFIX: &str = "WATCHBELL_";

/// The usual places, the first that exists is read.
pub fn paths(environment: &[(String, String)]) -> Vec<PathBuf> {
    let get = |name: &str| environment.iter().find(|(n, _)| n == name).map(|(_, value)| PathBuf::from(value));
    let home = get("XDG_CONFIG_HOME").or_else(|| Some(get("HOME")?.join(".config")));
    home.map(|home| home.join("watchbell/config.yaml")).into_iter().chain([PathBuf::from("/etc/watchbell/config.yaml")]).collect()
}

/// The configuration, and the file that it was read from.
pub fn read(layers: &Layers) -> Result<(Config, Option<PathBuf>), ConfigError> {
    let file = layers.file.clone().or_else(|| paths(&layers.environment).into_iter().find(|path| path.is_file()));
    let mut all = match &file {
        Some(path) => from_file(path)?,
        None => Value::Object(Map::new()),
    };
    for (name, value) in &layers.environment {
        if let Some(key) = name.strip_prefix(PREFIX).filter(|key| key.contains("__") || is_key(key)) {
            put(&mut all, &key.to_lowercase().replace("__", "."), value);
        }
    }
    for (key, value) in &layers.flags {
        put(&mut all, key, value);
    }
    let place = file.as_ref().map_or_else(|| "configuration".to_owned(), |path| path.display().to_string());
    let config = serde_json::from_value(all).map_err(|error| ConfigError::Wrong { place, why: error.to_string() })?;
    Ok((config, file))
}

/// The configuration as a file would say it.
pub fn show(config: &Config) -> String {
    yaml_serde::to_string(config).unwrap_or_default()
}

fn from_file(path: &Path) -> Result<Value, ConfigError> {
    let unreadable = |why: String| ConfigError::Unreadable { path: path.display().to_string(), why };
    let text = watchbell_input::read_bounded_text(path, FILE).map_err(|error| unreadable(error.to_string()))?;
    // Checked as it stands, so that what is wrong is told with its line.
    yaml_serde::from_str::<Config>(&text).map_err(|error| ConfigError::Wrong { place: path.display().to_string(), why: error.to_string() })?;
    let value: Value = yaml_serde::from_str(&text).map_err(|error| unreadable(error.to_string()))?;
    Ok(if value.is_null() { Value::Object(Map::new()) } else { value })
}

/// Whether a name of the environment without a section is one of the configuration's own, and not somebody else's.
fn is_key(name: &str) -> bool {
    let known = serde_json::to_value(Config::default()).unwrap_or_default();
    known.get(name.to_lowercase()).is_some()
}

/// Sets a dotted key; numbers, lists and booleans are read as YAML has them.
fn put(all: &mut Value, key: &str, value: &str) {
    let mut place = all;
    for part in key.split('.') {
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        let Some(map) = place.as_object_mut() else { return };
        place = map.entry(part.to_owned()).or_insert(Value::Null);
    }
    *place = yaml_serde::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(environment: &[(&str, &str)], flags: &[(&str, &str)], wanted: Result<(&str, u64), &str>) {
        let own = |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let layers = Layers { file: None, environment: own(environment), flags: own(flags) };
        match (read(&layers), wanted) {
            (Ok((config, _)), Ok((listen, segment))) => assert_eq!((config.listen.to_string().as_str(), config.journal.segment_mib), (listen, segment)),
            (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{error}"),
            (got, wanted) => panic!("{got:?} instead of {wanted:?}"),
        }
    }

    #[test]
    fn flags_win_over_the_environment() {
        check(&[], &[], Ok(("127.0.0.1:8753", 128)));
        check(&[("WATCHBELL_LISTEN", "127.0.0.1:1"), ("WATCHBELL_JOURNAL__SEGMENT_MIB", "7")], &[], Ok(("127.0.0.1:1", 7)));
        check(&[("WATCHBELL_LISTEN", "127.0.0.1:1")], &[("listen", "127.0.0.1:2")], Ok(("127.0.0.1:2", 128)));
        check(&[("WATCHBELL_TOKEN_FILE", "/x")], &[], Ok(("127.0.0.1:8753", 128)));
    }

    #[test]
    fn what_is_unknown_is_refused() {
        check(&[("WATCHBELL_JOURNAL__SEGMENTS", "7")], &[], Err("segments"));
        check(&[], &[("listn", "127.0.0.1:2")], Err("listn"));
        check(&[], &[("listen", "here")], Err("config/wrong"));
    }
}
