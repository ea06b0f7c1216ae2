//! Backups of a running server, streamed to whoever asks.

use super::problem::Problem;
use super::route::{Method, Needs, Route, schema};
use crate::app::House;
use crate::auth::{Reaches, Who};
use crate::backup::{Staged, stage};
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Extension, Json};
use schemars::JsonSchema;
use serde::Deserialize;
use std::io::{self, BufWriter, Write};
use std::sync::Arc;
use tokio::sync::mpsc::{Sender, channel};
use tokio_stream::wrappers::ReceiverStream;

pub const PATH: &str = "/backups";

pub const ROUTES: &[Route] = &[Route {
    method: Method::Post,
    path: PATH,
    does: "Makes a backup of the running server and answers it as a tar archive, which `watchbell restore` takes.",
    needs: Needs::Admin,
    reaches: Reaches::All,
    query: None,
    takes: Some(schema::<BackupBody>),
    answers: 200,
    gives: None,
    handler: || post(backup),
}];

#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BackupBody {
    /// The events that are kept too, not only what people set and what was triggered.
    #[serde(default)]
    pub events: bool,
}

/// Bytes of a piece of the answer, and pieces that wait for a slow reader.
const PIECE: usize = 256 << 10;
const WAITING: usize = 4;

async fn backup(State(house): State<Arc<House>>, Extension(who): Extension<Who>, Json(asked): Json<BackupBody>) -> Result<Response, Problem> {
    house.store.record(&who.actor(), "backup", "installation", if asked.events { "with events" } else { "control data" }, None, house.clock.now().nanos)?;
    let staged = tokio::task::spawn_blocking(move || stage(&house, asked.events)).await.map_err(Problem::fault)?.map_err(Problem::fault)?;
    let (sender, receiver) = channel(WAITING);
    tokio::task::spawn_blocking(move || write(staged, &sender));
    Ok(([(header::CONTENT_TYPE, "application/x-tar")], Body::from_stream(ReceiverStream::new(receiver))).into_response())
}

/// An answer that breaks off is no backup: its reader sees an error.
fn write(staged: Staged, sender: &Sender<io::Result<Bytes>>) {
    let pieces = BufWriter::with_capacity(PIECE, Pieces(sender.clone()));
    if let Err(error) = staged.write(pieces) {
        let _ = sender.blocking_send(Err(io::Error::other(error.to_string())));
    }
}

struct Pieces(Sender<io::Result<Bytes>>);

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let gone = |_| io::Error::from(io::ErrorKind::BrokenPipe);
        self.0.blocking_send(Ok(Bytes::copy_from_slice(bytes))).map_err(gone)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
