//! Configured sources to what runs: those over HTTP share listeners, the others stand by themselves.

use crate::accept::{Accept, Met, bind};
use crate::http::{Door, Doors, HttpConfig, serve};
use crate::kind::{Kind, Make, Positions, Run, Running, Setup};
use crate::{Count, Intake, KINDS, Limits, Stop, Tls, TlsFiles};
use axum::Router;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use watchbell_model::Diagnostic;

/// A source as the configuration tells it.
#[derive(Clone, Debug)]
pub struct Source {
    pub id: String,
    pub kind: String,
    /// All but `kind`.
    pub config: Value,
}

/// What the sources come to.
pub struct Assembled {
    /// Routes for the address of the API.
    pub shared: Router,
    /// What runs by itself, with the id of the source, or the address of the listener.
    pub runs: Vec<(String, Box<dyn Run>)>,
    /// What listeners secure connections with, to be read again when files have changed.
    pub certificates: Vec<Arc<Tls>>,
}

/// Makes and binds every source. Nothing is taken before the runs are run.
pub fn assemble(sources: &[Source], intake: &Arc<dyn Intake>, positions: &Arc<dyn Positions>) -> Result<Assembled, Vec<Diagnostic>> {
    let (mut problems, mut listeners, mut runs) = (Vec::new(), Listeners::default(), Vec::new());
    for source in sources {
        match one(source, positions, &mut listeners) {
            Ok(Some(run)) => runs.push((source.id.clone(), run)),
            Ok(None) => {}
            Err(problem) => problems.push(problem),
        }
    }
    let mut shared = Router::new();
    for (address, listener) in listeners {
        let router = listener.router(address.is_none(), intake);
        match address {
            None => shared = router,
            Some(address) => match listener.bind(address, router) {
                Ok(run) => runs.push((address.to_string(), Box::new(run))),
                Err(problem) => problems.push(problem),
            },
        }
    }
    let certificates = runs.iter().flat_map(|(_, run)| run.certificates()).collect();
    if problems.is_empty() { Ok(Assembled { shared, runs, certificates }) } else { Err(problems) }
}

type Listeners = BTreeMap<Option<SocketAddr>, Listener>;

fn one(source: &Source, positions: &Arc<dyn Positions>, listeners: &mut Listeners) -> Result<Option<Box<dyn Run>>, Diagnostic> {
    let Some(kind) = KINDS.iter().find(|kind| kind.id == source.kind) else {
        let known: Vec<&str> = KINDS.iter().map(|kind| kind.id).collect();
        let problem = Diagnostic::error("source/kind", &source.id, format!("`{}` is no kind of source", source.kind));
        return Err(problem.hint(format!("one of: {}", known.join(", "))));
    };
    match &kind.make {
        Make::Own(make) => make(&Setup { id: &source.id, config: &source.config, positions }).map(Some),
        Make::Http { .. } => {
            let config: HttpConfig = settings(&source.id, &source.config)?;
            let door = Door::new(&source.id, &config)?;
            listeners.entry(config.listen).or_default().add(kind, &door, config)?;
            Ok(None)
        }
    }
}

/// The configuration of a source as its type; what is unknown in it is wrong.
pub fn settings<T: DeserializeOwned>(source: &str, config: &Value) -> Result<T, Diagnostic> {
    let config = if config.is_null() { &Value::Object(serde_json::Map::new()) } else { config };
    T::deserialize(config).map_err(|error| Diagnostic::error("source/config", source, error.to_string()))
}

/// Sources behind one address.
#[derive(Default)]
struct Listener {
    kinds: Vec<(&'static Kind, Vec<Door>)>,
    limits: Limits,
    tls: Option<TlsFiles>,
}

impl Listener {
    fn add(&mut self, kind: &'static Kind, door: &Door, config: HttpConfig) -> Result<(), Diagnostic> {
        let wrong = |what: &str| Err(Diagnostic::error("source/listen", &door.source, what));
        if config.listen.is_none() && config.tls.is_some() {
            return wrong("`tls` needs a `listen` of its own; the API's address has the API's certificate");
        }
        if self.kinds.is_empty() {
            (self.limits, self.tls) = (config.limits, config.tls);
        } else if self.tls != config.tls {
            return wrong("another source has the same `listen` with another `tls`");
        }
        if !self.kinds.iter().any(|(known, _)| known.id == kind.id) {
            self.kinds.push((kind, Vec::new()));
        }
        for (_, doors) in self.kinds.iter_mut().filter(|(known, _)| known.id == kind.id) {
            if doors.iter().any(|other| other.is_taken_by(door)) {
                return wrong("another source of this kind has the same address and the same token");
            }
            doors.push(door.clone());
        }
        Ok(())
    }

    fn router(&self, shared: bool, intake: &Arc<dyn Intake>) -> Router {
        let mut router = Router::new();
        for (kind, doors) in &self.kinds {
            if let Make::Http { prefix, routes } = kind.make {
                let own = routes(Doors::new(kind.id, doors.clone(), Arc::clone(intake)));
                router = if shared && !prefix.is_empty() { router.nest(prefix, own) } else { router.merge(own) };
            }
        }
        router
    }

    fn bind(self, address: SocketAddr, router: Router) -> Result<HttpRun, Diagnostic> {
        let source: Arc<str> = self.kinds.first().and_then(|(_, doors)| doors.first()).map_or_else(|| "".into(), |door| Arc::clone(&door.source));
        let listener = bind(address).map_err(|error| Diagnostic::error("source/listen", &source, format!("{address}: {error}")))?;
        let tls = self.tls.map(|files| tls(&source, files)).transpose()?;
        Ok(HttpRun { source, listener, router, limits: self.limits, tls })
    }
}

/// The files of a source's TLS.
pub fn tls(source: &str, files: TlsFiles) -> Result<Arc<Tls>, Diagnostic> {
    Tls::open(files).map_err(|error| Diagnostic::error("source/tls", source, error.to_string()))
}

struct HttpRun {
    source: Arc<str>,
    listener: TcpListener,
    router: Router,
    limits: Limits,
    tls: Option<Arc<Tls>>,
}

impl Run for HttpRun {
    fn addresses(&self) -> Vec<SocketAddr> {
        self.listener.local_addr().into_iter().collect()
    }

    fn certificates(&self) -> Vec<Arc<Tls>> {
        self.tls.iter().cloned().collect()
    }

    fn run(self: Box<Self>, intake: Arc<dyn Intake>, stop: Stop) -> Running {
        Box::pin(async move {
            let met = counting(&intake, &self.source);
            let Ok(listener) = tokio::net::TcpListener::from_std(self.listener) else { return };
            serve(Accept { listener, limits: self.limits, tls: self.tls }, self.router, stop, met).await;
        })
    }
}

/// Counts what happens to connections.
pub fn counting(intake: &Arc<dyn Intake>, source: &Arc<str>) -> impl Fn(Met) + Clone + Send + Sync + 'static {
    let (intake, source) = (Arc::clone(intake), Arc::clone(source));
    move |met| match met {
        Met::Connected => intake.count(&source, Count::Connected, 1),
        Met::TurnedAway(reason) => intake.count(&source, Count::Refused(reason), 1),
    }
}
