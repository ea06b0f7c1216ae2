//! One server: built of a configuration, run, stopped.

mod activity;
mod packs;
mod positions;
mod ready;
mod reconfigure;

pub use activity::Activity;
pub use packs::{PackError, Shipped};

use crate::api;
use crate::auth::Auth;
use crate::clock::Clock;
use crate::config::Config;
use crate::content::Content;
use crate::deliver;
use crate::detect::{Control, Detect};
use crate::feed::Feed;
use crate::intake::{self, Gate};
use crate::lake::{self, Kept};
use crate::stories;
use jiff::tz::TimeZone;
use positions::KeptPositions;
use std::fs::{File, TryLockError};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;
use watchbell_io::accept::{Accept, Met, bind};
use watchbell_io::{Assembled, Count, Intake, Limits, Positions, Source, Stop, Tls, TlsFiles, assemble};
use watchbell_journal::{Entry, EntryKind, Journal, Options, Position};
use watchbell_lake::Lake;
use watchbell_model::Diagnostic;
use watchbell_store::Store;

/// Everything that the parts of a server share.
pub struct House {
    pub config: Config,
    pub clock: Arc<dyn Clock>,
    pub store: Arc<Store>,
    pub journal: Arc<Journal>,
    pub lake: Arc<Lake>,
    pub kept: Arc<Kept>,
    pub content: Arc<Content>,
    pub feed: Arc<Feed>,
    pub gate: Arc<Gate>,
    pub deliveries: Arc<deliver::Deliveries>,
    pub desk: crate::search::Desk,
    pub auth: Auth,
    pub shipped: Vec<Shipped>,
    /// Of the API's address.
    pub tls: Option<Arc<Tls>>,
    /// Detection has ended, and not because it was told to.
    pub broken: AtomicBool,
    /// Sources that ended, and not because they were told to.
    pub ended: Mutex<Vec<String>>,
    /// Held as long as this server has the data folder.
    pub lock: File,
    /// When the store was last seen to be writable, in nanoseconds.
    pub probed: AtomicI64,
}

/// A server that is bound to its addresses and takes nothing yet.
pub struct App {
    house: Arc<House>,
    assembled: Assembled,
    listener: std::net::TcpListener,
    socket: UnixListener,
}

/// Why a server cannot be built or go on.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Wrong(Vec<Diagnostic>),
    #[error("the journal: {0}")]
    Journal(#[from] watchbell_journal::Error),
    #[error("the control data: {0}")]
    Store(#[from] watchbell_store::Error),
    #[error("the lake: {0}")]
    Lake(#[from] watchbell_lake::Error),
    #[error(transparent)]
    Packs(#[from] PackError),
    #[error("another server runs on {0}: stop it, or give this one a data folder of its own")]
    Taken(String),
    #[error("{doing}: {source}")]
    Io { doing: String, source: std::io::Error },
}

/// How long it is taken for granted that the store can be written, in nanoseconds.
const GRANTED: i64 = 5_000_000_000;

impl House {
    /// Whether the store can be written; each try is a write of its own, so not every question is one.
    pub fn probe(&self) -> Result<(), watchbell_store::Error> {
        let now = self.clock.now().nanos;
        if now.saturating_sub(self.probed.load(Ordering::Relaxed)) > GRANTED {
            self.store.probe(now)?;
            self.probed.store(now, Ordering::Relaxed);
        }
        Ok(())
    }
}

impl App {
    /// Opens the data folder and binds every address. `shipped` are the packs inside the binary.
    pub fn build(config: Config, shipped: Vec<Shipped>, clock: Arc<dyn Clock>) -> Result<Self, AppError> {
        let zone = zone(&config)?;
        deliver::check(&config.delivery).map_err(AppError::Wrong)?;
        // Before anything in the folder is touched.
        let lock = lock(&config.data)?;
        let listener = listen(&config)?;
        crate::backup::sweep(&config.data);
        let store = Arc::new(Store::open(&config.data, &watchbell_store::Options::default(), &fresh_id(&clock), clock.now().nanos)?);
        deliver::sync(&config.delivery, &store, clock.now().nanos)?;
        let lake = Arc::new(open_lake(&config)?);
        let journal = Arc::new(open_journal(&config, &store, lake.position())?);
        let content = Arc::new(Content::new(packs::load(&store, &zone)?));
        let gate = Arc::new(Gate::new(Arc::clone(&journal), Arc::clone(&store), Arc::clone(&clock)));
        let intake: Arc<dyn Intake> = Arc::clone(&gate) as _;
        let positions: Arc<dyn Positions> = Arc::new(KeptPositions::new(Arc::clone(&store), Arc::clone(&clock)));
        let assembled = assemble(&sources(&config), &intake, &positions).map_err(AppError::Wrong)?;
        let tls = tls(&config)?;
        let socket = bind_socket(&config.data)?;
        let feed = Arc::new(Feed::default());
        let house = House {
            config,
            clock,
            store,
            journal,
            kept: Arc::new(Kept::until(lake.position())),
            lake,
            content,
            feed,
            gate,
            deliveries: Arc::default(),
            desk: crate::search::Desk::default(),
            auth: Auth::default(),
            shipped,
            tls,
            broken: AtomicBool::new(false),
            ended: Mutex::default(),
            lock,
            probed: AtomicI64::new(i64::MIN),
        };
        Ok(Self { house: Arc::new(house), assembled, listener, socket })
    }

    /// Where the API listens; with port 0 in the configuration, the port that it got.
    pub fn address(&self) -> Option<SocketAddr> {
        self.listener.local_addr().ok()
    }

    /// Where each source that listens by itself does.
    pub fn addresses(&self) -> Vec<(String, SocketAddr)> {
        let of = |(id, run): &(String, Box<dyn watchbell_io::Run>)| run.addresses().into_iter().map(|address| (id.clone(), address)).collect::<Vec<_>>();
        self.assembled.runs.iter().flat_map(of).collect()
    }

    pub fn house(&self) -> Arc<House> {
        Arc::clone(&self.house)
    }

    /// Serves until it is told to stop; then takes nothing more, works off what was taken, and ends.
    pub async fn run(self, stop: Stop) -> Result<(), AppError> {
        let Self { house, assembled, listener, socket } = self;
        let tls = house.tls.clone();
        let mut threads = vec![detection(&house)?];
        threads.extend(keeping(&house, &stop)?);
        let router = |local| api::router(&house, local).merge(assembled.shared.clone());
        let (open, mine) = (router(false), router(true));
        let mut tasks = tokio::task::JoinSet::new();
        for (id, run) in assembled.runs {
            tasks.spawn(source(Arc::clone(&house), id, run, stop.clone()));
        }
        let listener = tokio::net::TcpListener::from_std(listener).map_err(doing("listening"))?;
        let gate = Arc::clone(&house.gate);
        let met = move |met| match met {
            Met::Connected => {}
            Met::TurnedAway(reason) => gate.count("api", Count::Refused(reason), 1),
        };
        tasks.spawn(watchbell_io::http::serve(Accept { listener, limits: Limits::default(), tls }, open, stop.clone(), met));
        let socket = tokio::net::UnixListener::from_std(socket).map_err(doing("listening"))?;
        tasks.spawn(api::local(socket_of(&house.config.data), socket, mine, stop.clone()));
        tasks.spawn(stories::run(Arc::clone(&house), stop.clone()));
        tasks.spawn(deliver::run(Arc::clone(&house), stop.clone()));
        tasks.spawn(tick(Arc::clone(&house), stop.clone()));
        tasks.spawn(intake::keep_aside(Arc::clone(&house), stop.clone()));
        while let Some(ended) = tasks.join_next().await {
            if ended.is_err() {
                house.feed.trouble("a part of the server has failed: the log tells where");
                house.broken.store(true, Ordering::Relaxed);
            }
        }
        house.journal.close();
        house.kept.wake();
        let _ = tokio::task::spawn_blocking(move || threads.into_iter().map(JoinHandle::join).for_each(drop)).await;
        house.keep_aside();
        house.lock.unlock().map_err(doing("leaving the data folder"))
    }
}

async fn source(house: Arc<House>, id: String, run: Box<dyn watchbell_io::Run>, stop: Stop) {
    run.run(Arc::clone(&house.gate) as _, stop.clone()).await;
    if !stop.is_told() {
        house.source_ended(&id);
    }
}

/// The socket of the command line, in the data folder.
pub const SOCKET: &str = "watchbell.sock";
pub const JOURNAL: &str = "journal";
pub const LAKE: &str = "lake";
/// How often time is noted in the journal.
const TICK: Duration = Duration::from_secs(1);

fn threads(config: &Config) -> usize {
    if config.threads == 0 { std::thread::available_parallelism().map_or(1, usize::from) } else { config.threads }
}

/// What keeps events, and what tidies up after it.
fn keeping(house: &Arc<House>, stop: &Stop) -> Result<Vec<JoinHandle<()>>, AppError> {
    let start = |name: &str, work: fn(&House, &Stop)| {
        let (house, stop) = (Arc::clone(house), stop.clone());
        let run = move || {
            if std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(&house, &stop))).is_err() {
                house.feed.trouble("events are no more kept: a fault in it; the log tells where");
                house.broken.store(true, Ordering::Relaxed);
            }
        };
        std::thread::Builder::new().name(name.to_owned()).spawn(run).map_err(doing("starting to keep events"))
    };
    // Detection comes first: keeping gets by with half of the cores.
    let keep = |house: &House, stop: &Stop| lake::keep(house, threads(&house.config).div_ceil(2), stop);
    Ok(vec![start("keep", keep)?, start("tidy", lake::tidy)?])
}

fn detection(house: &Arc<House>) -> Result<JoinHandle<()>, AppError> {
    let detect = Detect {
        journal: Arc::clone(&house.journal),
        store: Arc::clone(&house.store),
        content: Arc::clone(&house.content),
        feed: Arc::clone(&house.feed),
        gate: Arc::clone(&house.gate),
        clock: Arc::clone(&house.clock),
        lateness: house.config.lateness.cast_signed(),
        kept: Arc::clone(&house.kept),
        keep_bytes: house.config.journal.keep_gib << 30,
        threads: threads(&house.config),
    };
    let house = Arc::clone(house);
    let run = move || {
        // Whatever ends it, a fault in it too, is seen by whoever asks whether the server is ready.
        let told = match std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| detect.run())) {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.to_string(),
            Err(_) => "a fault in it; the log tells where".to_owned(),
        };
        house.feed.trouble(&format!("detection has ended: {told}"));
        house.broken.store(true, Ordering::Relaxed);
    };
    std::thread::Builder::new().name("detect".to_owned()).spawn(run).map_err(doing("starting detection"))
}

/// Notes in the journal that time passes, so that windows close at the same places in a replay.
async fn tick(house: Arc<House>, mut stop: Stop) {
    let mut every = tokio::time::interval(TICK);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            () = stop.told() => return,
            _ = every.tick() => house.tick(),
        }
    }
}

/// Writes into the journal what is no log.
pub fn note(house: &House, control: Control) {
    let none: Arc<str> = Arc::from("");
    let entry = Entry {
        kind: EntryKind::Control,
        source: Arc::clone(&none),
        stream: Arc::clone(&none),
        peer: Arc::clone(&none),
        format: none,
        received: house.clock.now(),
        unit: [0; 16],
        first: 0,
        payload: control.payload().into(),
    };
    house.journal.append(entry, |_| {});
}

fn lock(data: &Path) -> Result<File, AppError> {
    let path = data.join("watchbell.lock");
    let open = || {
        std::fs::create_dir_all(data)?;
        File::options().create(true).truncate(false).write(true).open(&path)
    };
    let file = open().map_err(doing(&format!("opening {}", path.display())))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(AppError::Taken(data.display().to_string())),
        Err(TryLockError::Error(error)) => Err(doing(&format!("locking {}", path.display()))(error)),
    }
}

fn open_lake(config: &Config) -> Result<Lake, watchbell_lake::Error> {
    let buffer_bytes = usize::try_from(config.lake.memory_mib << 20).unwrap_or(usize::MAX);
    Lake::open(&config.data.join(LAKE), watchbell_lake::Options { buffer_bytes, ..watchbell_lake::Options::default() })
}

/// `kept`: how far the lake is.
fn open_journal(config: &Config, store: &Store, kept: u64) -> Result<Journal, AppError> {
    let detected = store.checkpoint(crate::detect::NAME)?.map_or(0, |checkpoint| checkpoint.position);
    let not_before = Position(detected.max(kept));
    let options = Options { segment_bytes: config.journal.segment_mib << 20, max_bytes: config.journal.most_gib << 30, not_before, ..Options::default() };
    Ok(Journal::open(config.data.join(JOURNAL), options)?.0)
}

fn sources(config: &Config) -> Vec<Source> {
    let source = |(id, of): (&String, &crate::config::SourceConfig)| Source { id: id.clone(), kind: of.kind.clone(), config: of.settings.clone().into() };
    config.sources.iter().map(source).collect()
}

fn listen(config: &Config) -> Result<std::net::TcpListener, AppError> {
    if !config.listen.ip().is_loopback() && config.tls.is_none() && !config.plain {
        let what = format!("{} can be reached from elsewhere, and there is no TLS", config.listen);
        let hint = "give `tls` a certificate and key, listen on 127.0.0.1, or set `plain: true` behind a proxy that has TLS";
        return Err(AppError::Wrong(vec![Diagnostic::error("config/plain", "listen", what).hint(hint)]));
    }
    bind(config.listen).map_err(doing(&format!("listening on {}", config.listen)))
}

/// Only its owner may open the socket. The journal's lock is held by then: one that is there is left from a server that ended.
fn bind_socket(data: &Path) -> Result<UnixListener, AppError> {
    let path = socket_of(data);
    let _ = std::fs::remove_file(&path);
    let bound = UnixListener::bind(&path).and_then(|listener| {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
        listener.set_nonblocking(true)?;
        Ok(listener)
    });
    bound.map_err(doing(&format!("listening on {}", path.display())))
}

fn tls(config: &Config) -> Result<Option<Arc<Tls>>, AppError> {
    let Some(files) = &config.tls else { return Ok(None) };
    let files = TlsFiles { certificate: files.certificate.clone(), key: files.key.clone(), client_authorities: None, client_optional: false };
    Tls::open(files).map(Some).map_err(|error| AppError::Wrong(vec![Diagnostic::error(error.code(), "tls", error.to_string())]))
}

fn zone(config: &Config) -> Result<TimeZone, AppError> {
    let wrong =
        |_| AppError::Wrong(vec![Diagnostic::error("config/zone", "zone", format!("`{}` is no time zone", config.zone)).hint("one like Europe/Berlin")]);
    TimeZone::get(&config.zone).map_err(wrong)
}

/// Names a new installation.
fn fresh_id(clock: &Arc<dyn Clock>) -> String {
    let chance = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), clock.now().nanos);
    blake3::hash(&chance.to_le_bytes()).to_hex()[..32].to_owned()
}

fn doing(what: &str) -> impl FnOnce(std::io::Error) -> AppError {
    let doing = what.to_owned();
    move |source| AppError::Io { doing, source }
}

/// Whether a server runs on this data folder: its socket answers.
pub fn socket_of(data: &Path) -> PathBuf {
    data.join(SOCKET)
}
