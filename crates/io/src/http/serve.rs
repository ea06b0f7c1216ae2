//! HTTP/1.1 over a listener: heads and bodies within their time, a graceful end, the sender's address for the handlers.

use super::slow::{Prompt, TimedBody};
use crate::accept::{Accept, Connection, Met, accept};
use crate::{Limits, Stop};
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;

/// Bytes of a request's head, and how many fields it may have.
const HEAD_BYTES: usize = 32 << 10;
const HEAD_FIELDS: usize = 100;

/// Address of the sender, among a request's extensions.
#[derive(Clone, Debug)]
pub struct Peer(pub Arc<str>);

/// Serves until it is told to stop, and then what is under way.
pub async fn serve(what: Accept, router: Router, stop: Stop, met: impl Fn(Met) + Clone + Send + Sync + 'static) {
    let limits = what.limits;
    let ending = stop.clone();
    accept(what, stop, met, move |connection, peer| one(connection, peer, limits, router.clone(), ending.clone())).await;
}

async fn one(connection: Connection, peer: SocketAddr, limits: Limits, router: Router, mut stop: Stop) {
    let peer = Peer(peer.to_string().into());
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(|body| Body::new(TimedBody::new(body, limits.body_time())));
        request.extensions_mut().insert(peer.clone());
        hyper::service::Service::call(&TowerToHyperService::new(router.clone()), request)
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.header_time()).max_headers(HEAD_FIELDS).max_buf_size(HEAD_BYTES.max(8192));
    let connection = TokioIo::new(Prompt::new(connection, limits.body_time()));
    let mut serving = pin!(http.serve_connection(connection, service).with_upgrades());
    // What a sender did wrong on its connection ends the connection, and nothing else.
    tokio::select! {
        _ = serving.as_mut() => return,
        () = stop.told() => serving.as_mut().graceful_shutdown(),
    }
    let _ = serving.await;
}
