//! JSON over HTTP: one POST a message, signed as Standard Webhooks says, so that the far end knows who sent it and when.

mod answer;
mod signature;

use super::far::{FarOnly, is_near};
use super::{Channel, ChannelKind, Message, Receipt, SendError, Sending, files};
use crate::assemble::settings;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Certificate, Client, Url, redirect};
use schemars::{JsonSchema, schema_for};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;
use watchbell_model::Diagnostic;

pub const KIND: ChannelKind = ChannelKind {
    id: "http_json",
    title: "JSON over HTTP",
    example: "\
delivery:
  methods:
    soc-hook:
      kind: http_json
      url: https://hooks.example.org/watchbell
      secret_file: /etc/watchbell/hook.secret
  default: [soc-hook]
",
    schema: || schema_for!(Config),
    make,
};

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// Where messages are posted to.
    url: String,
    /// Signs messages: `whsec_` and base64, or any other line.
    #[serde(default)]
    secret_file: Option<PathBuf>,
    /// Sent as `Authorization: Bearer`.
    #[serde(default)]
    token_file: Option<PathBuf>,
    /// Sent with each message.
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default = "json_type")]
    content_type: String,
    /// Post to this machine's own addresses and those of its link.
    #[serde(default)]
    allow_private: bool,
    /// Post without TLS to other machines.
    #[serde(default)]
    allow_plain: bool,
    /// Who signs the far end's certificate, besides those whom the system trusts.
    #[serde(default)]
    ca_file: Option<PathBuf>,
    /// Seconds, at most 30.
    #[serde(default = "patience")]
    timeout: u64,
}

fn json_type() -> String {
    "application/json".to_owned()
}

fn patience() -> u64 {
    15
}

const MOST_PATIENCE: u64 = 30;

struct HttpJson {
    url: Url,
    headers: HeaderMap,
    secret: Option<PathBuf>,
    token: Option<PathBuf>,
    client: Client,
}

fn make(method: &str, config: &Value) -> Result<Box<dyn Channel>, Diagnostic> {
    let config: Config = settings(method, config)?;
    let url = url(method, &config)?;
    for file in [&config.secret_file, &config.token_file] {
        files::check(method, file.as_ref())?;
    }
    let headers = headers(method, &config)?;
    let client = client(method, &config)?;
    Ok(Box::new(HttpJson { url, headers, secret: config.secret_file, token: config.token_file, client }))
}

fn url(method: &str, config: &Config) -> Result<Url, Diagnostic> {
    let wrong = |what: &str| Diagnostic::error("channel/url", method, what);
    let url = Url::parse(&config.url).map_err(|error| wrong(&format!("`url`: {error}")))?;
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
    let address: Option<IpAddr> = host.parse().ok();
    let mine = host == "localhost" || address.is_some_and(|address| address.is_loopback());
    if !matches!(url.scheme(), "http" | "https") || host.is_empty() {
        return Err(wrong("`url` begins with https:// and a host"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("a password does not stand in `url`").hint("a `token_file`, or a header"));
    }
    if url.scheme() == "http" && !mine && !config.allow_plain {
        return Err(wrong("without TLS everybody on the way reads what is sent").hint("use https, or set `allow_plain: true`"));
    }
    if !config.allow_private && (mine || address.is_some_and(is_near)) {
        return Err(wrong("`url` is this machine or its link").hint("set `allow_private: true` if that is meant"));
    }
    Ok(url)
}

/// Headers that are the protocol's own.
const OURS: [&str; 8] = ["host", "content-length", "content-type", "transfer-encoding", "connection", "webhook-id", "webhook-timestamp", "webhook-signature"];

fn headers(method: &str, config: &Config) -> Result<HeaderMap, Diagnostic> {
    let wrong = |what: String| Diagnostic::error("channel/header", method, what);
    let mut headers = HeaderMap::new();
    for (name, value) in &config.headers {
        if OURS.contains(&name.to_ascii_lowercase().as_str()) {
            return Err(wrong(format!("the header `{name}` is set by the protocol")));
        }
        let parsed = HeaderName::from_bytes(name.as_bytes()).ok().zip(HeaderValue::from_str(value).ok());
        let (parsed, mut value) = parsed.ok_or_else(|| wrong(format!("the header `{name}` cannot be sent")))?;
        value.set_sensitive(true);
        headers.insert(parsed, value);
    }
    let content = HeaderValue::from_str(&config.content_type).map_err(|_| wrong("`content_type` cannot be sent".to_owned()))?;
    headers.insert(CONTENT_TYPE, content);
    Ok(headers)
}

fn client(method: &str, config: &Config) -> Result<Client, Diagnostic> {
    // Where the process has chosen no provider yet; else it stays as it is.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let wrong = |error: reqwest::Error| Diagnostic::error("channel/client", method, chain(&error));
    let patience = Duration::from_secs(config.timeout.clamp(1, MOST_PATIENCE));
    let mut builder = Client::builder()
        .redirect(redirect::Policy::none())
        .no_proxy()
        .timeout(patience)
        .pool_idle_timeout(Duration::from_secs(30))
        .user_agent(concat!("Watchbell/", env!("CARGO_PKG_VERSION")));
    if !config.allow_private {
        builder = builder.dns_resolver(FarOnly);
    }
    if let Some(pem) = files::authorities(method, config.ca_file.as_ref())? {
        builder = builder.tls_certs_merge(Certificate::from_pem_bundle(&pem).map_err(wrong)?);
    }
    builder.build().map_err(wrong)
}

impl Channel for HttpJson {
    fn recipient(&self) -> String {
        // Paths and queries of hooks are often secrets themselves.
        self.url.origin().ascii_serialization()
    }

    fn send<'a>(&'a self, message: &'a Message) -> Sending<'a> {
        Box::pin(self.post(message))
    }
}

impl HttpJson {
    async fn post(&self, message: &Message) -> Result<Receipt, SendError> {
        let body = message.document.to_string();
        let mut headers = self.headers.clone();
        let header = |text: &str| HeaderValue::from_str(text).map_err(|_| SendError::never("a header cannot be sent"));
        headers.insert("webhook-id", header(&message.id)?);
        let seconds = message.at.seconds();
        headers.insert("webhook-timestamp", HeaderValue::from(seconds));
        if let Some(path) = &self.secret {
            let signature = signature::sign(&files::secret(path).await?, &message.id, seconds, &body).map_err(SendError::later)?;
            headers.insert("webhook-signature", header(&signature)?);
        }
        if let Some(path) = &self.token {
            let mut token = header(&format!("Bearer {}", files::secret(path).await?))?;
            token.set_sensitive(true);
            headers.insert(AUTHORIZATION, token);
        }
        let sent = self.client.post(self.url.clone()).headers(headers).body(body).send().await;
        let response = sent.map_err(|error| SendError::later(chain(&error.without_url())))?;
        answer::judge(response, message.at).await
    }
}

/// An error with what caused it, since the first says little.
fn chain(error: &dyn std::error::Error) -> String {
    let (mut told, mut cause) = (error.to_string(), error.source());
    while let Some(error) = cause {
        let text = error.to_string();
        if !told.contains(&text) {
            told = format!("{told}: {text}");
        }
        cause = error.source();
    }
    told
}
