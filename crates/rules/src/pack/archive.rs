//! A pack as one file: its folder as a tar, compressed, with an Ed25519 signature in front.
//!
//! `WBPACK1\n`, 32 bytes public key, 64 bytes signature, then gzip of a tar. The signature covers the magic and all that
//! follows the signature; the same files and key give the same bytes.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use flate2::{Compression, GzBuilder, read::MultiGzDecoder};
use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use tar::{Archive, Builder, EntryType, Header};

const MAGIC: &[u8; 8] = b"WBPACK1\n";
const KEY_AT: usize = MAGIC.len();
const SIGNATURE_AT: usize = KEY_AT + 32;
const BODY_AT: usize = SIGNATURE_AT + 64;

/// No pack that makes sense is larger, unpacked.
pub const MAX_UNPACKED: u64 = 256 << 20;
const MAX_FILES: usize = 20_000;

#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    #[error("archive/format: this is no pack archive")]
    Format,
    #[error("archive/signature: the signature is not right; the archive was altered")]
    Signature,
    #[error("archive/key: signed with a key that is not trusted: {0}")]
    Key(String),
    #[error("archive/path: `{0}` is no path that a pack may have")]
    Path(String),
    #[error("archive/too-large: more than {MAX_FILES} files, or more than {} MB unpacked", MAX_UNPACKED >> 20)]
    TooLarge,
    #[error("archive/damaged: {0}")]
    Damaged(#[from] io::Error),
}

/// The files of a pack, by path in its folder.
pub type Files = BTreeMap<String, Vec<u8>>;

/// The signed archive of these files; `key` is the secret half of an Ed25519 key.
pub fn build(files: &Files, key: &[u8; 32]) -> Result<Vec<u8>, ArchiveError> {
    let key = SigningKey::from_bytes(key);
    let body = pack(files)?;
    let mut archive = Vec::with_capacity(BODY_AT + body.len());
    archive.extend_from_slice(MAGIC);
    archive.extend_from_slice(key.verifying_key().as_bytes());
    archive.extend_from_slice(&key.sign(&signed(&body)).to_bytes());
    archive.extend_from_slice(&body);
    Ok(archive)
}

/// The public half of a secret key, as others put it on their list of trusted keys.
pub fn public_key(key: &[u8; 32]) -> [u8; 32] {
    SigningKey::from_bytes(key).verifying_key().to_bytes()
}

/// The files of an archive whose signature is right and made with one of the `trusted` public keys.
pub fn open(archive: &[u8], trusted: &[[u8; 32]]) -> Result<Files, ArchiveError> {
    unpack(verify(archive, trusted)?)
}

/// Checks the signature before anything is unpacked; gives the body.
pub fn verify<'a>(archive: &'a [u8], trusted: &[[u8; 32]]) -> Result<&'a [u8], ArchiveError> {
    let signer = signer(archive)?;
    if !trusted.contains(&signer) {
        return Err(ArchiveError::Key(hex(&signer)));
    }
    let key = VerifyingKey::from_bytes(&signer).map_err(|_| ArchiveError::Signature)?;
    let signature = Signature::from_slice(&archive[SIGNATURE_AT..BODY_AT]).map_err(|_| ArchiveError::Signature)?;
    let body = &archive[BODY_AT..];
    key.verify_strict(&signed(body), &signature).map_err(|_| ArchiveError::Signature)?;
    Ok(body)
}

/// The public key that an archive says it is signed with.
pub fn signer(archive: &[u8]) -> Result<[u8; 32], ArchiveError> {
    if archive.len() < BODY_AT || !archive.starts_with(MAGIC) {
        return Err(ArchiveError::Format);
    }
    archive[KEY_AT..SIGNATURE_AT].try_into().map_err(|_| ArchiveError::Format)
}

fn signed(body: &[u8]) -> Vec<u8> {
    [MAGIC.as_slice(), body].concat()
}

fn pack(files: &Files) -> Result<Vec<u8>, ArchiveError> {
    // No name and no time in the gzip header: the bytes depend on the files alone.
    let mut tar = Builder::new(GzBuilder::new().write(Vec::new(), Compression::best()));
    if files.len() > MAX_FILES || files.values().map(|bytes| bytes.len() as u64).sum::<u64>() > MAX_UNPACKED {
        return Err(ArchiveError::TooLarge);
    }
    for (path, bytes) in files {
        check_path(path)?;
        let mut header = Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(0);
        header.set_entry_type(EntryType::Regular);
        tar.append_data(&mut header, path, bytes.as_slice())?;
    }
    let mut gzip = tar.into_inner()?;
    gzip.flush()?;
    Ok(gzip.finish()?)
}

fn unpack(body: &[u8]) -> Result<Files, ArchiveError> {
    let mut files = Files::new();
    let mut left = MAX_UNPACKED;
    // The headers count too: a tar of nothing but headers is bounded as well.
    let mut archive = Archive::new(MultiGzDecoder::new(body).take(MAX_UNPACKED * 2));
    for entry in archive.entries()? {
        let mut entry = entry?;
        if entry.header().entry_type() != EntryType::Regular {
            return Err(ArchiveError::Path(entry.path_bytes().escape_ascii().to_string()));
        }
        let path = String::from_utf8(entry.path_bytes().into_owned()).map_err(|e| ArchiveError::Path(e.to_string()))?;
        check_path(&path)?;
        left = left.checked_sub(entry.size()).filter(|_| files.len() < MAX_FILES).ok_or(ArchiveError::TooLarge)?;
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        files.insert(path, bytes);
    }
    Ok(files)
}

/// Relative, with `/`, without a step up, and nothing that another system would read as something else.
fn check_path(path: &str) -> Result<(), ArchiveError> {
    let part = |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains(['\\', ':']) && !part.chars().any(char::is_control);
    if path.len() < 512 && path.split('/').all(part) { Ok(()) } else { Err(ArchiveError::Path(path.escape_default().to_string())) }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, b| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{b:02x}");
        text
    })
}
