//! `pack build`: one compressed, signed archive.

use crate::cli::BuildArgs;
use crate::exit::Exit;
use crate::packs::find;
use anyhow::{Context, Result, bail};
use std::io::Write;
use std::path::{Path, PathBuf};
use watchbell_input::read_bounded_text;
use watchbell_rules::pack::archive;

pub fn run(args: &BuildArgs) -> Result<Exit> {
    let about = super::shown(&args.pack)?.about;
    let key = key(&args.key)?;
    let archive = archive::build(&find(&args.pack)?.files.into_iter().collect(), &key)?;
    let path = args.output.clone().unwrap_or_else(|| PathBuf::from(format!("{}-{}.wbpack", about.id, about.version)));
    std::fs::write(&path, &archive).with_context(|| format!("cannot write {}", path.display()))?;
    let mut out = std::io::stdout().lock();
    write!(out, "{}: {} bytes, signed with the key ", path.display(), archive.len())?;
    archive::public_key(&key).iter().try_for_each(|byte| write!(out, "{byte:02x}"))?;
    writeln!(out)?;
    Ok(Exit::Clean)
}

/// The secret key: 32 bytes in hex, in a file that only its owner should read.
fn key(path: &Path) -> Result<[u8; 32]> {
    let text = read_bounded_text(path, 4096).with_context(|| format!("cannot read the key {}", path.display()))?;
    let digits = text.trim();
    let byte = |at: usize| digits.get(2 * at..2 * at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let bytes: Option<Vec<u8>> = (0..32).map(byte).collect();
    match bytes {
        Some(bytes) if digits.len() == 64 => Ok(bytes.try_into().unwrap_or([0; 32])),
        _ => bail!("{}: not a key; write 64 hex digits, as `openssl rand -hex 32` prints them", path.display()),
    }
}
