//! `pack install` and `pack uninstall`, through a running server.

use crate::cli::InstallArgs;
use crate::client::Client;
use crate::exit::Exit;
use crate::packs::{find, names};
use crate::terminal::complain;
use anyhow::Result;
use reqwest::Method;
use serde_json::json;

pub fn install(args: &InstallArgs) -> Result<Exit> {
    let client = Client::new(&args.server)?;
    let body = if names().contains(&args.pack.as_str()) {
        json!({"id": args.pack})
    } else {
        // Samples are for those who change a pack.
        json!({"files": find(&args.pack)?.texts().filter(|(path, _)| !path.starts_with("samples/")).collect::<Vec<_>>()})
    };
    let pack = client.send(Method::POST, "/packs", Some(&body))?;
    let text = |key: &str| pack[key].as_str().unwrap_or_default().to_owned();
    complain(&format!(
        "{} {} is installed; its alerts are off until you switch them on: `watchbell alert activate --pack {}`",
        text("name"),
        text("version"),
        text("id")
    ));
    Ok(Exit::Clean)
}

pub fn uninstall(args: &InstallArgs) -> Result<Exit> {
    Client::new(&args.server)?.send(Method::DELETE, &format!("/packs/{}", args.pack), None)?;
    complain(&format!("{} is uninstalled; what it triggered stays", args.pack));
    Ok(Exit::Clean)
}
