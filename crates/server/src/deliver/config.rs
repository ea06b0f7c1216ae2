//! Delivery methods and the default policy as the configuration file tells them, and how they get into the store.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use watchbell_io::CHANNELS;
use watchbell_model::Diagnostic;
use watchbell_store::{Actor, Error, Method, MethodState, Page, Policy, Result, Store};

/// By what way people are told.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DeliveryConfig {
    /// By a name of your own: what messages are sent by.
    pub methods: BTreeMap<String, MethodConfig>,
    /// Methods by which alerts are told that were given no policy.
    pub default: Vec<String>,
}

/// A method of one kind, with the keys of that kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MethodConfig {
    pub kind: String,
    #[serde(flatten)]
    pub settings: Map<String, Value>,
}

/// The policy that the configuration file makes.
const DEFAULT: &str = "default";
const NAME: usize = 64;

/// What is wrong with it. Nothing is sent, and nothing is connected to.
pub fn check(config: &DeliveryConfig) -> std::result::Result<(), Vec<Diagnostic>> {
    let mut problems = Vec::new();
    for (id, method) in &config.methods {
        if id.is_empty() || id.len() > NAME || !id.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)) {
            problems.push(Diagnostic::error("delivery/name", id, "a name is at most 64 letters, digits, `-`, `_` and `.`"));
        }
        if let Some(kind) = CHANNELS.iter().find(|kind| kind.id == method.kind) {
            problems.extend((kind.make)(id, &Value::Object(method.settings.clone())).err());
        } else {
            let known: Vec<&str> = CHANNELS.iter().map(|kind| kind.id).collect();
            let problem = Diagnostic::error("delivery/kind", id, format!("`{}` is no kind of delivery method", method.kind));
            problems.push(problem.hint(format!("one of: {}", known.join(", "))));
        }
    }
    let unknown = config.default.iter().filter(|id| !config.methods.contains_key(*id));
    problems.extend(unknown.map(|id| Diagnostic::error("delivery/default", id, "no delivery method of this name stands under `methods`")));
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// Writes what the file tells into the store. Methods and policies that people made by other ways stay as they are; methods
/// that the file told once and tells no more are switched off.
pub fn sync(config: &DeliveryConfig, store: &Store, now: i64) -> Result<()> {
    let was = found(store.policy(DEFAULT))?;
    let before: Vec<String> =
        was.as_ref().and_then(|policy| serde_json::from_str::<Value>(&policy.config).ok()).map(|config| told_before(&config)).unwrap_or_default();
    for (id, method) in &config.methods {
        put(store, id, method, now)?;
    }
    for id in before.iter().filter(|id| !config.methods.contains_key(*id)) {
        if let Some(method) = found(store.method(id))?.filter(|method| method.state != MethodState::Disabled) {
            store.put_method(&Method { state: MethodState::Disabled, ..method }, None, &Actor::system(), now)?;
        }
    }
    policy(config, store, was, now)
}

/// Of the default policy: it is made where there is none at all, and follows the file as long as the file tells one.
fn policy(config: &DeliveryConfig, store: &Store, was: Option<Policy>, now: i64) -> Result<()> {
    let any = !store.policies(&Page::first(1))?.items.is_empty();
    let mut methods = config.default.clone();
    methods.sort();
    methods.dedup();
    let mut own = was.as_ref().and_then(|policy| serde_json::from_str::<Map<String, Value>>(&policy.config).ok()).unwrap_or_default();
    own.insert("from_file".to_owned(), json!(config.methods.keys().collect::<Vec<_>>()));
    let told = Value::Object(own).to_string();
    let new = match was {
        Some(was) => Policy { methods: if config.methods.is_empty() && told_nothing(&was) { was.methods.clone() } else { methods }, config: told, ..was },
        None if any && config.methods.is_empty() => return Ok(()),
        None => Policy { id: DEFAULT.to_owned(), name: "Default".to_owned(), config: told, is_default: !any, methods, ..Policy::default() },
    };
    if found(store.policy(DEFAULT))?.is_none_or(|kept| kept.methods != new.methods || kept.config != new.config) {
        store.put_policy(&new, None, &Actor::system(), now)?;
    }
    Ok(())
}

/// Whether the file told no methods the last time either: then the policy's are people's own.
fn told_nothing(policy: &Policy) -> bool {
    serde_json::from_str::<Value>(&policy.config).is_ok_and(|config| told_before(&config).is_empty())
}

fn told_before(config: &Value) -> Vec<String> {
    config.get("from_file").cloned().and_then(|list| serde_json::from_value(list).ok()).unwrap_or_default()
}

fn put(store: &Store, id: &str, told: &MethodConfig, now: i64) -> Result<()> {
    let config = Value::Object(told.settings.clone()).to_string();
    let was = found(store.method(id))?;
    if was.as_ref().is_some_and(|was| was.kind == told.kind && was.config == config && was.state == MethodState::Verified) {
        return Ok(());
    }
    let was =
        was.unwrap_or_else(|| Method { id: id.to_owned(), name: id.to_owned(), time_zone: "UTC".to_owned(), locale: "en".to_owned(), ..Method::default() });
    let method = Method { kind: told.kind.clone(), config, state: MethodState::Verified, ..was };
    store.put_method(&method, None, &Actor::system(), now).map(drop)
}

/// None where there is none.
pub fn found<T>(result: Result<T>) -> Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(Error::Missing { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
