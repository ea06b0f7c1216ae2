//! Mail over SMTP: text and HTML in one message, told to every address that the server takes.

mod letter;
mod talk;

use super::{Channel, ChannelKind, Message, Sending, files};
use crate::assemble::settings;
use lettre::Address;
use lettre::message::Mailbox;
use lettre::transport::smtp::client::{Certificate, TlsParameters};
use schemars::{JsonSchema, schema_for};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeSet, VecDeque};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use watchbell_model::Diagnostic;

pub const KIND: ChannelKind = ChannelKind {
    id: "email",
    title: "Email over SMTP",
    example: "\
delivery:
  methods:
    ops-mail:
      kind: email
      server: smtp.example.org
      user: watchbell
      password_file: /etc/watchbell/smtp.password
      from: Watchbell <watchbell@example.org>
      to: [ops@example.org]
  default: [ops-mail]
",
    schema: || schema_for!(Config),
    make,
};

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// Name or address of the mail server.
    server: String,
    /// 587 with STARTTLS, 465 with TLS, 25 with neither, unless told.
    #[serde(default)]
    port: Option<u16>,
    #[serde(default)]
    security: Security,
    /// Send without TLS to another machine than this.
    #[serde(default)]
    allow_plain: bool,
    #[serde(default)]
    user: Option<String>,
    #[serde(default)]
    password_file: Option<PathBuf>,
    /// `Name <address>`, or an address.
    from: String,
    /// At most 50.
    to: Vec<String>,
    /// Who signs the server's certificate, besides those whom the system trusts.
    #[serde(default)]
    ca_file: Option<PathBuf>,
    /// Seconds that the server may take for each answer, at most 30.
    #[serde(default = "patience")]
    timeout: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Security {
    /// Plain first, then TLS; a server without it is not talked to.
    #[default]
    Starttls,
    Tls,
    None,
}

fn patience() -> u64 {
    15
}

const MOST_PATIENCE: u64 = 30;
const MOST_RECIPIENTS: usize = 50;

struct Email {
    server: String,
    port: u16,
    security: Security,
    tls: Option<TlsParameters>,
    login: Option<(String, PathBuf)>,
    from: Mailbox,
    to: Vec<Mailbox>,
    patience: Duration,
    /// Who has been told of messages that others have yet to be told of.
    partly: Mutex<VecDeque<(String, BTreeSet<String>)>>,
}

fn make(method: &str, config: &Value) -> Result<Box<dyn Channel>, Diagnostic> {
    let config: Config = settings(method, config)?;
    let wrong = |what: String| Diagnostic::error("channel/email", method, what);
    files::check(method, config.password_file.as_ref())?;
    let login = match (config.user.clone(), config.password_file.clone()) {
        (Some(user), Some(file)) => Some((user, file)),
        (None, None) => None,
        _ => return Err(wrong("`user` and `password_file` go together".to_owned())),
    };
    if config.security == Security::None && !config.allow_plain && !is_mine(&config.server) {
        let problem = wrong("without TLS everybody on the way reads the mail".to_owned());
        return Err(problem.hint("use `security: starttls` or `tls`, or set `allow_plain: true`"));
    }
    if config.to.is_empty() || config.to.len() > MOST_RECIPIENTS {
        return Err(wrong(format!("`to` has 1 to {MOST_RECIPIENTS} addresses")));
    }
    let to = config.to.iter().map(|text| mailbox(text)).collect::<Result<_, _>>().map_err(wrong)?;
    let port = config.port.unwrap_or(match config.security {
        Security::Starttls => 587,
        Security::Tls => 465,
        Security::None => 25,
    });
    let patience = Duration::from_secs(config.timeout.clamp(1, MOST_PATIENCE));
    let (from, tls) = (mailbox(&config.from).map_err(wrong)?, tls(method, &config)?);
    Ok(Box::new(Email { server: config.server, port, security: config.security, tls, login, from, to, patience, partly: Mutex::default() }))
}

fn is_mine(server: &str) -> bool {
    server == "localhost" || server.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn mailbox(text: &str) -> Result<Mailbox, String> {
    let mailbox: Mailbox = text.parse().map_err(|_| format!("`{}` is no address", text.escape_debug()))?;
    let ascii = AsRef::<str>::as_ref(&mailbox.email).is_ascii() && !text.contains(char::is_control);
    if ascii { Ok(mailbox) } else { Err(format!("`{}` is no address that every server takes", text.escape_debug())) }
}

fn tls(method: &str, config: &Config) -> Result<Option<TlsParameters>, Diagnostic> {
    if config.security == Security::None {
        return Ok(None);
    }
    let wrong = |error: lettre::transport::smtp::Error| Diagnostic::error("channel/tls", method, error.to_string());
    let mut parameters = TlsParameters::builder(config.server.clone());
    if let Some(pem) = files::authorities(method, config.ca_file.as_ref())? {
        parameters = parameters.add_root_certificate(Certificate::from_pem(&pem).map_err(wrong)?);
    }
    parameters.build().map(Some).map_err(wrong)
}

impl Channel for Email {
    fn recipient(&self) -> String {
        self.to.iter().map(|mailbox| mailbox.email.to_string()).collect::<Vec<_>>().join(", ")
    }

    fn send<'a>(&'a self, message: &'a Message) -> Sending<'a> {
        Box::pin(self.tell(message))
    }
}

/// Messages that may be partly sent at once.
const PARTLY: usize = 1000;

impl Email {
    /// Addresses that have not been told yet.
    fn untold(&self, id: &str) -> Vec<&Address> {
        let partly = self.partly.lock().unwrap_or_else(PoisonError::into_inner);
        let told = partly.iter().find(|(known, _)| known == id).map(|(_, told)| told);
        self.to.iter().map(|mailbox| &mailbox.email).filter(|address| told.is_none_or(|told| !told.contains(&address.to_string()))).collect()
    }

    fn note(&self, id: &str, told: &[String]) {
        let mut partly = self.partly.lock().unwrap_or_else(PoisonError::into_inner);
        let at = partly.iter().position(|(known, _)| known == id).unwrap_or_else(|| {
            partly.truncate(PARTLY - 1);
            partly.push_front((id.to_owned(), BTreeSet::new()));
            0
        });
        partly[at].1.extend(told.iter().cloned());
    }

    fn forget(&self, id: &str) {
        self.partly.lock().unwrap_or_else(PoisonError::into_inner).retain(|(known, _)| known != id);
    }
}
