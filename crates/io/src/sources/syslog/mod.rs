//! Syslog over UDP, TCP and TLS. Lines go on as they are; what a line says is the decoder's business.

mod frames;
mod kernel;
mod tcp;
mod udp;

pub use frames::{Frame, Frames};

use crate::accept::{Accept, bind};
use crate::assemble::{counting, settings, tls};
use crate::kind::{Run, Running, Setup};
use crate::names::{Units, stream};
use crate::{Delivery, Intake, Kind, Limits, Make, Promise, Stop, Tls, TlsFiles};
use bytes::Bytes;
use schemars::{JsonSchema, schema_for};
use serde::Deserialize;
use std::net::{IpAddr, SocketAddr, TcpListener, UdpSocket};
use std::path::PathBuf;
use std::sync::Arc;
use watchbell_model::Diagnostic;

pub const KIND: Kind = Kind {
    id: "syslog",
    title: "Syslog over UDP, TCP and TLS",
    example: "\
sources:
  network:
    kind: syslog
    udp: 0.0.0.0:1514
    tcp: 0.0.0.0:1514
    tls:
      listen: 0.0.0.0:6514
      certificate: /etc/watchbell/server.pem
      key: /etc/watchbell/server.key
",
    promise: Promise {
        acknowledged: "never: the protocol has no answer",
        lost: "TCP, TLS: what kernels held when one end died. UDP: anything on the way; what our kernel dropped is counted",
        again: "counts twice where a record has no identity of its own",
        full: "TCP, TLS: the connection stands still. UDP: loss, counted",
    },
    schema: || schema_for!(Config),
    make: Make::Own(make),
};

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Config {
    udp: Option<SocketAddr>,
    tcp: Option<SocketAddr>,
    tls: Option<TlsListen>,
    /// Id of a format; without it a line that begins with `<` is syslog, one that begins with `{` is JSON.
    format: Option<String>,
    limits: Limits,
}

impl Default for Config {
    fn default() -> Self {
        let limits = Limits { line_bytes: 256 << 10, connections: 1024, ..Limits::default() };
        Self { udp: None, tcp: None, tls: None, format: None, limits }
    }
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TlsListen {
    listen: SocketAddr,
    certificate: PathBuf,
    key: PathBuf,
    /// Authorities that sign clients' certificates. Without it no client is asked for one.
    #[serde(default)]
    client_authorities: Option<PathBuf>,
    #[serde(default)]
    client_optional: bool,
}

fn make(setup: &Setup<'_>) -> Result<Box<dyn Run>, Diagnostic> {
    let config: Config = settings(setup.id, setup.config)?;
    let failed = |address: SocketAddr, error: std::io::Error| Diagnostic::error("source/listen", setup.id, format!("{address}: {error}"));
    let format = crate::config::format(setup.id, config.format.as_deref())?;
    let about = Arc::new(About { source: setup.id.into(), format, limits: config.limits, units: Units::default() });
    let mut syslog = Syslog { about, udp: None, tcp: Vec::new() };
    if let Some(address) = config.udp {
        syslog.udp = Some(udp::bind(address).map_err(|error| failed(address, error))?);
    }
    if let Some(address) = config.tcp {
        syslog.tcp.push((bind(address).map_err(|error| failed(address, error))?, None));
    }
    if let Some(TlsListen { listen, certificate, key, client_authorities, client_optional }) = config.tls {
        let files = TlsFiles { certificate, key, client_authorities, client_optional };
        syslog.tcp.push((bind(listen).map_err(|error| failed(listen, error))?, Some(tls(setup.id, files)?)));
    }
    if syslog.udp.is_none() && syslog.tcp.is_empty() {
        return Err(Diagnostic::error("source/config", setup.id, "nothing to listen on").hint("give `udp`, `tcp` or `tls`"));
    }
    Ok(Box::new(syslog))
}

/// What all listeners of a source share.
pub(in crate::sources) struct About {
    pub source: Arc<str>,
    pub format: &'static str,
    pub limits: Limits,
    pub units: Units,
}

struct Syslog {
    about: Arc<About>,
    udp: Option<UdpSocket>,
    tcp: Vec<(TcpListener, Option<Arc<Tls>>)>,
}

impl Run for Syslog {
    fn addresses(&self) -> Vec<SocketAddr> {
        let udp = self.udp.iter().filter_map(|socket| socket.local_addr().ok());
        udp.chain(self.tcp.iter().filter_map(|(listener, _)| listener.local_addr().ok())).collect()
    }

    fn certificates(&self) -> Vec<Arc<Tls>> {
        self.tcp.iter().filter_map(|(_, tls)| tls.clone()).collect()
    }

    fn run(self: Box<Self>, intake: Arc<dyn Intake>, stop: Stop) -> Running {
        Box::pin(async move {
            let mut tasks = tokio::task::JoinSet::new();
            if let Some(socket) = self.udp {
                tasks.spawn(udp::run(socket, Arc::clone(&self.about), Arc::clone(&intake), stop.clone()));
            }
            for (listener, tls) in self.tcp {
                let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { continue };
                let (about, intake, stop) = (Arc::clone(&self.about), Arc::clone(&intake), stop.clone());
                let met = counting(&intake, &about.source);
                let accept = Accept { listener, limits: about.limits, tls };
                let ending = stop.clone();
                tasks.spawn(crate::accept::accept(accept, stop, met, move |connection, peer| {
                    tcp::one(connection, peer, Arc::clone(&about), Arc::clone(&intake), ending.clone())
                }));
            }
            while tasks.join_next().await.is_some() {}
        })
    }
}

/// Lines that came together.
pub(in crate::sources) struct Lines {
    first: u64,
    pub count: u64,
    bytes: Vec<u8>,
}

impl Lines {
    pub fn new(first: u64) -> Self {
        Self { first, count: 0, bytes: Vec::new() }
    }

    /// A message as one line: what breaks lines in it is written as rsyslog writes it.
    pub fn push(&mut self, message: &[u8]) {
        let message = message.strip_suffix(b"\n").unwrap_or(message);
        let message = message.strip_suffix(b"\r").unwrap_or(message);
        let message = message.strip_suffix(b"\0").unwrap_or(message);
        if message.is_empty() {
            return;
        }
        self.bytes.reserve(message.len() + 1);
        let mut parts = message.split(|b| *b == b'\n');
        self.bytes.extend_from_slice(parts.next().unwrap_or_default());
        for part in parts {
            self.bytes.extend_from_slice(b"#012");
            self.bytes.extend_from_slice(part);
        }
        self.bytes.push(b'\n');
        self.count += 1;
    }

    pub fn delivery(self, about: &About, unit: [u8; 16], peer: &Arc<str>, address: IpAddr) -> Delivery {
        let format = match (about.format, self.bytes.first()) {
            ("", Some(b'<')) => "syslog",
            ("", Some(b'{')) => "json-lines",
            (format, _) => format,
        };
        let stream = stream("", &address.to_string()).into();
        let (source, peer) = (Arc::clone(&about.source), Arc::clone(peer));
        Delivery { source, stream, peer, format, unit, first: self.first, bytes: Bytes::from(self.bytes) }
    }
}

/// The messages of bytes that come in pieces.
#[cfg(feature = "fuzz")]
pub fn messages(bytes: &[u8], piece: usize, longest: usize) -> Vec<Vec<u8>> {
    use bytes::{Buf, BytesMut};
    let (mut frames, mut buffer, mut messages) = (Frames::new(longest), BytesMut::new(), Vec::new());
    for part in bytes.chunks(piece) {
        buffer.extend_from_slice(part);
        loop {
            let skipped = frames.skipped(&buffer);
            buffer.advance(skipped);
            match frames.next(&buffer) {
                Frame::Message { from, to, next } => {
                    messages.push(buffer[from..to].to_vec());
                    buffer.advance(next);
                }
                Frame::TooLong => {}
                Frame::Partial => break,
                Frame::Nonsense => return messages,
            }
        }
    }
    messages
}
