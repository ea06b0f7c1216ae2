//! `watchbell backup` and `watchbell restore`: an installation as one archive, and back.

use crate::cli::{BackupArgs, RestoreArgs};
use crate::client::Client;
use crate::exit::Exit;
use crate::terminal::complain;
use anyhow::{Context, Result, bail};
use serde_json::json;
use std::fs::{File, OpenOptions};
use std::io::{BufReader, copy};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use watchbell_model::Timestamp;

/// It holds hashes of passwords, so only its owner may read it; its name is only given to a whole one.
pub fn backup(args: &BackupArgs) -> Result<Exit> {
    if args.file.exists() {
        bail!("{} is there already", args.file.display());
    }
    let client = Client::new(&args.server)?;
    let mut half = args.file.clone().into_os_string();
    half.push(".part");
    let half = PathBuf::from(half);
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&half).with_context(|| half.display().to_string())?;
    let mut answer = client.download("/backups", &json!({"events": args.events}))?;
    let wrote =
        copy(&mut answer, &mut file).and_then(|bytes| file.sync_all().map(|()| bytes)).and_then(|bytes| std::fs::rename(&half, &args.file).map(|()| bytes));
    match wrote {
        Ok(bytes) => {
            complain(&format!("{}: {bytes} bytes{}", args.file.display(), if args.events { ", events and all" } else { "; events are not in it (--events)" }));
            Ok(Exit::Clean)
        }
        Err(error) => {
            let _ = std::fs::remove_file(&half);
            Err(error).context("the backup broke off, and nothing of it was kept")
        }
    }
}

pub fn restore(args: &RestoreArgs) -> Result<Exit> {
    let file = File::open(&args.file).with_context(|| args.file.display().to_string())?;
    let restored = watchbell_server::backup::restore(BufReader::new(file), &args.data)?;
    let made = Timestamp { nanos: restored.made, digits: 0 };
    complain(&format!(
        "{}: {} files of {made}, {} triggered alerts{}",
        args.data.display(),
        restored.files,
        restored.triggered,
        if restored.events { ", with events" } else { "" }
    ));
    complain("now `watchbell serve` on this data folder; files are read on from where the backup was made");
    Ok(Exit::Clean)
}
