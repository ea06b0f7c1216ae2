//! `watchbell demo`: a server in a temporary folder, the packs of the binary switched on, recorded logs sent to it, and
//! each alert told as it comes.

use crate::cli::DemoArgs;
use crate::commands::serve::shipped;
use crate::exit::Exit;
use crate::packs::{find, names};
use crate::terminal::{colours, complain, width};
use anyhow::{Context, Result};
use serde_json::json;
use std::collections::BTreeSet;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use watchbell_alerts::{Triggered, render};
use watchbell_io::stop;
use watchbell_server::clock::RealClock;
use watchbell_server::config::SourceConfig;
use watchbell_server::{Activity, App, Config, House};

/// Samples of the pack that tell most, in order; the first was recorded on a real machine.
const SCENES: [&str; 5] = ["linux-intrusion", "win-atexec", "win-office-makes-task", "k8s-cronjob-privileged", "azure-automation-armed"];
/// The machine that the Linux logs were recorded on; its audit log does not say so.
const HOST: &str = "vm";
const PACK: &str = "mitre-t1053-scheduled-task-job";
/// Pieces that a log is sent in, and the time between them, so that one can follow.
const PIECES: usize = 8;
const BETWEEN: Duration = Duration::from_millis(120);
/// The longest to wait for a scene's stories.
const PATIENCE: Duration = Duration::from_secs(10);

pub fn run(args: &DemoArgs) -> Result<Exit> {
    let folder = tempfile::Builder::new().prefix("watchbell-demo-").tempdir().context("cannot make a temporary folder")?;
    let source = SourceConfig { kind: "ndjson".to_owned(), settings: json!({"anonymous": true}).as_object().cloned().unwrap_or_default() };
    let config = Config {
        data: folder.path().to_owned(),
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, args.port)),
        sources: [("logs".to_owned(), source)].into(),
        ..Config::default()
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start")?;
    runtime.block_on(async {
        let app = App::build(config, shipped()?, Arc::new(RealClock))?;
        let (house, address) = (app.house(), app.address().context("no address")?);
        let (stopper, told) = stop();
        let server = tokio::spawn(app.run(told));
        let shown = scenes(&house, address).await;
        if args.keep && shown.is_ok() {
            complain(&format!("The server goes on at http://{address} with its data in {}; Ctrl-C ends it.", folder.path().display()));
            complain(&format!("  watchbell triggered list --data {0}\n  watchbell triggered tail --data {0}", folder.path().display()));
            tokio::signal::ctrl_c().await?;
        }
        stopper.stop();
        server.await??;
        shown
    })
}

async fn scenes(house: &Arc<House>, address: SocketAddr) -> Result<Exit> {
    let active = house.install_shipped(PACK)?;
    complain(&format!("A server listens on {address}; the pack {PACK} is installed, its {active} alerts are on.\n"));
    watchbell_server::use_ring();
    let http = reqwest::Client::new();
    let mut told = BTreeSet::new();
    for scene in SCENES {
        let title = title(scene)?;
        complain(&format!("──── {title}"));
        let activity = house.activity();
        for (name, log) in logs(scene)? {
            send(&http, address, &name, &log).await?;
        }
        let alerts = settled(house, activity, &told).await?;
        told.extend(alerts.iter().map(|alert| alert.id));
        let mut out = std::io::stdout().lock();
        render::table(&alerts, width(), colours(), &mut out)?;
        out.flush()?;
    }
    complain("What you saw was sent over HTTP, kept, matched, and told with what led to it. To see it all:");
    complain("  watchbell demo --keep                         # the server stays, for `watchbell triggered …`");
    complain("  watchbell pack show mitre-t1053-scheduled-task-job");
    complain("  watchbell scan /var/log                       # the same alerts over your own logs");
    Ok(Exit::Clean)
}

/// Sends a log piece by piece, each a request of its own.
async fn send(http: &reqwest::Client, address: SocketAddr, name: &str, log: &str) -> Result<()> {
    let host = if name == "audit.log" && log.starts_with("type=") { format!("?host={HOST}") } else { String::new() };
    let lines: Vec<&str> = log.split_inclusive('\n').collect();
    for piece in lines.chunks(lines.len().div_ceil(PIECES).max(1)) {
        let answer = http.post(format!("http://{address}/ingest/lines{host}")).body(piece.concat()).send().await?;
        answer.error_for_status().with_context(|| format!("{name} was refused"))?;
        tokio::time::sleep(BETWEEN).await;
    }
    Ok(())
}

/// What is new since then, once nothing more comes and every story is told.
async fn settled(house: &Arc<House>, activity: Activity, told: &BTreeSet<watchbell_model::EventId>) -> Result<Vec<Triggered>> {
    let mut changes = house.feed.watch();
    let new =
        |house: &House| -> Result<Vec<Triggered>> { Ok(house.triggered_since(&activity)?.into_iter().filter(|alert| !told.contains(&alert.id)).collect()) };
    let wait = async {
        loop {
            changes.mark_unchanged();
            let alerts = new(house)?;
            let done = !alerts.is_empty() && alerts.iter().all(|alert| alert.background.is_some());
            // A while without anything new means that this is all.
            let quiet = tokio::time::timeout(Duration::from_millis(1500), changes.changed()).await.is_err();
            if done && quiet {
                return Ok(alerts);
            }
        }
    };
    match tokio::time::timeout(PATIENCE, wait).await {
        Ok(alerts) => alerts,
        Err(_) => new(house),
    }
}

fn title(scene: &str) -> Result<String> {
    let expect = file(scene, "expect.yaml")?;
    let title = expect.lines().find_map(|line| line.strip_prefix("title: ")).unwrap_or(scene);
    Ok(title.to_owned())
}

/// The logs of a sample, by name.
fn logs(scene: &str) -> Result<Vec<(String, String)>> {
    let files = find(PACK)?;
    let folder = format!("samples/{scene}/");
    let of = files.texts().filter_map(|(path, text)| Some((path.strip_prefix(&folder)?.to_owned(), text.to_owned())));
    Ok(of.filter(|(name, _)| name != "expect.yaml").collect())
}

fn file(scene: &str, name: &str) -> Result<String> {
    let files = find(PACK)?;
    let path = format!("samples/{scene}/{name}");
    let found = files.texts().find(|(known, _)| *known == path).map(|(_, text)| text.to_owned());
    found.with_context(|| format!("{path} is not among the packs inside the binary ({})", names().join(", ")))
}
