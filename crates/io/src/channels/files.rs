//! What channels read from files: secrets, anew for each message, so that one can be changed without a restart.

use super::SendError;
use std::path::{Path, PathBuf};
use watchbell_input::{read_bounded, read_bounded_text};
use watchbell_model::Diagnostic;

const SECRET: u64 = 64 << 10;
const AUTHORITIES: u64 = 4 << 20;

/// The secret of a file, without the end of its line.
pub async fn secret(path: &Path) -> Result<String, SendError> {
    let path: PathBuf = path.to_owned();
    let read = move || read(&path);
    tokio::task::spawn_blocking(read).await.unwrap_or_else(|_| Err("the secret was not read".to_owned())).map_err(SendError::later)
}

/// Whether the file of a secret can be used, told when a channel is made.
pub fn check(method: &str, path: Option<&PathBuf>) -> Result<(), Diagnostic> {
    path.map_or(Ok(()), |path| read(path).map(drop).map_err(|what| Diagnostic::error("channel/secret", method, what)))
}

/// Certificates in PEM of who signs the far end's.
pub fn authorities(method: &str, path: Option<&PathBuf>) -> Result<Option<Vec<u8>>, Diagnostic> {
    let Some(path) = path else { return Ok(None) };
    let wrong = |error: std::io::Error| Diagnostic::error("channel/authorities", method, format!("{}: {error}", path.display()));
    read_bounded(path, AUTHORITIES).map(Some).map_err(wrong)
}

fn read(path: &Path) -> Result<String, String> {
    let text = read_bounded_text(path, SECRET).map_err(|error| format!("{}: {error}", path.display()))?;
    let secret = text.trim_end_matches(['\r', '\n']);
    if secret.is_empty() || secret.contains(char::is_control) {
        return Err(format!("{}: a secret is one line", path.display()));
    }
    Ok(secret.to_owned())
}
