//! `watchbell serve`: takes logs in, detects, keeps, tells, until it is told to stop.

use crate::cli::ServeArgs;
use crate::exit::Exit;
use crate::notify::Manager;
use crate::packs::{find, names};
use crate::terminal::complain;
use anyhow::{Context, Result};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use watchbell_io::{Stopper, stop};
use watchbell_server::clock::RealClock;
use watchbell_server::config::{Layers, read};
use watchbell_server::{App, House, Shipped};

pub fn run(args: &ServeArgs) -> Result<Exit> {
    let (config, file) = read(&layers(args))?;
    open_many_files();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start")?;
    runtime.block_on(async {
        let data = config.data.display().to_string();
        let app = App::build(config, shipped()?, Arc::new(RealClock))?;
        if let Some(file) = file {
            complain(&format!("configuration: {}", file.display()));
        }
        complain(&format!("data folder: {data}"));
        if let Some(address) = app.address() {
            complain(&format!("API: {address}"));
        }
        for (source, address) in app.addresses() {
            complain(&format!("source {source}: {address}"));
        }
        if let Ok(Some(secret)) = app.house().setup_secret() {
            complain("nobody has an account yet. On this machine: `watchbell user add NAME --role admin`.");
            complain(&format!("From elsewhere, once, within a day: POST /api/v1/setup with the secret {secret}"));
        }
        let (stopper, stop) = stop();
        let manager = Arc::new(Manager::of(&environment()));
        tokio::spawn(until_told(stopper, Arc::clone(&manager)));
        if let Some(every) = manager.watchdog {
            tokio::spawn(watch(Arc::clone(&manager), app.house(), every / 2));
        }
        tokio::spawn(reload(layers(args), Arc::clone(&manager), app.house()));
        manager.say("READY=1");
        app.run(stop).await?;
        complain("ended");
        Ok(Exit::Clean)
    })
}

/// Connections that a server has at most, and its own files.
const FILES: u64 = 8192;

/// Shells allow a thousand open files: too few for connections from many shippers.
fn open_many_files() {
    let allowed = rlimit::increase_nofile_limit(u64::MAX).unwrap_or(0);
    if allowed < FILES {
        complain(&format!("only {allowed} files may be open, and so at most as many connections: `ulimit -n {FILES}` allows more"));
    }
}

/// What the configuration is made of.
pub fn layers(args: &ServeArgs) -> Layers {
    let pair = |text: &String| text.split_once('=').map(|(key, value)| (key.to_owned(), value.to_owned()));
    Layers { file: args.config.clone(), environment: environment(), flags: args.set.iter().filter_map(pair).collect() }
}

/// The same, where a command names the file or the data folder alone.
pub fn layers_of(config: Option<&Path>, data: Option<&Path>, environment: Vec<(String, String)>) -> Layers {
    let flags = data.map(|data| ("data".to_owned(), data.display().to_string()));
    Layers { file: config.map(Path::to_path_buf), environment, flags: flags.into_iter().collect() }
}

/// The packs inside the binary.
pub fn shipped() -> Result<Vec<Shipped>> {
    let pack = |name: &str| -> Result<Shipped> {
        let files = find(name)?;
        let texts = files.texts().filter(|(path, _)| !path.starts_with("samples/")).map(|(path, text)| (path.to_owned(), text.to_owned()));
        Ok(Shipped { id: name.to_owned(), texts: texts.collect() })
    };
    names().into_iter().map(pack).collect()
}

/// Waits for Ctrl-C or a service manager, and passes it on.
async fn until_told(stopper: Stopper, manager: Arc<Manager>) {
    let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate())) else { return };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    complain("stopping: what was taken in is worked off");
    manager.say("STOPPING=1");
    stopper.stop();
}

/// Reads the configuration again at every SIGHUP; one that is wrong changes nothing.
async fn reload(layers: Layers, manager: Arc<Manager>, house: Arc<House>) {
    let Ok(mut hangup) = signal(SignalKind::hangup()) else { return };
    while hangup.recv().await.is_some() {
        manager.say("RELOADING=1");
        let told = read(&layers).map_err(|error| error.to_string()).and_then(|(new, _)| house.reconfigure(&new).map_err(|error| error.to_string()));
        match told {
            Ok(waiting) if waiting.is_empty() => complain("the configuration was read again"),
            Ok(waiting) => complain(&format!("the configuration was read again; these keys need a restart: {}", waiting.join(", "))),
            Err(error) => {
                complain(&format!("the configuration was not taken over, the old one goes on: {error}"));
                house.feed.trouble(&format!("the new configuration was not taken over: {error}"));
            }
        }
        manager.say("READY=1");
    }
}

/// Says that the server is alive, as long as it gets on; a manager that hears nothing starts it anew.
async fn watch(manager: Arc<Manager>, house: Arc<House>, every: Duration) {
    let mut since = 0;
    loop {
        tokio::time::sleep(every).await;
        let (asked, before) = (Arc::clone(&house), since);
        let answer = tokio::task::spawn_blocking(move || {
            let mut since = before;
            (asked.goes_on(&mut since), since)
        });
        if let Ok((well, now)) = answer.await {
            since = now;
            if well {
                manager.say("WATCHDOG=1");
            }
        }
    }
}

pub fn environment() -> Vec<(String, String)> {
    std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))).collect()
}
