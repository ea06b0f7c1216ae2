//! Input end to end: listing, recognition, archives, damage, blocks.
#![allow(clippy::unwrap_used, reason = "tests")]

mod archives;
mod blocks;
mod damage;
mod folders;
mod pack;
mod packed;

use pack::LOG;
use std::path::Path;
use watchbell_input::{BlockReader, InputFile, Options, Piece, Problem, Stream, open};

/// What a stream, or a file that is none, came to: name, content, and the code of its problem or "".
type Seen = (String, String, &'static str);

fn seen(name: &str, content: &str, code: &'static str) -> Seen {
    (name.to_owned(), content.to_owned(), code)
}

/// Reads a file of these bytes, whose name is `in`, as logs.
fn read(bytes: &[u8], options: &Options) -> Vec<Seen> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("named-without-meaning");
    std::fs::write(&path, bytes).unwrap();
    read_path(&path, options)
}

fn read_path(path: &Path, options: &Options) -> Vec<Seen> {
    match open(&input(path), options) {
        Ok(streams) => streams.map(|stream| stream.map_or_else(|problem| failed(&problem), |stream| drain(stream, options))).collect(),
        Err(problem) => vec![failed(&problem)],
    }
}

fn input(path: &Path) -> InputFile {
    InputFile { name: "in".to_owned(), path: Some(path.to_owned()), modified: None, size: None }
}

fn failed(problem: &Problem) -> Seen {
    seen(&problem.name, "", problem.code())
}

fn drain(stream: Stream, options: &Options) -> Seen {
    let name = stream.name.clone();
    let (mut text, mut code) = (Vec::new(), "");
    for piece in BlockReader::new(stream, options) {
        match piece {
            Ok(Piece::Block(block)) => text.extend(block.bytes),
            Ok(Piece::LongLine(_)) => code = "long",
            Err(problem) => {
                assert_eq!(problem.name, name);
                code = problem.code();
            }
        }
    }
    (name, String::from_utf8_lossy(&text).into_owned(), code)
}
