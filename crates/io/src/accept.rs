//! The loop that takes connections, plain or TLS, within their limits, and ends them when it is told to stop.

use crate::places::Places;
use crate::{Limits, Stop, Tls};
use socket2::{Domain, Protocol, Socket, Type};
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;

/// A connection, whatever it is made of.
pub trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}
pub type Connection = Box<dyn Wire>;

/// Connections that wait to be accepted: with few, a crowd makes others wait a second for their next try.
const WAITING: i32 = 1024;
/// How long connections may take to end once they are told to.
const GRACE: Duration = Duration::from_secs(10);
/// Wait after an accept that failed: mostly, too many files are open.
const AFTER_FAILURE: Duration = Duration::from_millis(100);

/// A bound listener and what it allows.
pub struct Accept {
    pub listener: TcpListener,
    pub limits: Limits,
    pub tls: Option<Arc<Tls>>,
}

/// What happened to a connection before it was served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Met {
    Connected,
    TurnedAway(&'static str),
}

/// Serves each connection in a task of its own until it is told to stop; then waits for those that are open.
pub async fn accept<S, F>(what: Accept, mut stop: Stop, met: impl Fn(Met) + Clone + Send + Sync + 'static, serve: S)
where
    S: Fn(Connection, SocketAddr) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let places = Places::new(what.limits.connections, what.limits.connections_per_peer);
    let mut open = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            () = stop.told() => break,
            accepted = what.listener.accept() => accepted,
        };
        while open.try_join_next().is_some() {}
        let Ok((stream, peer)) = accepted else {
            tokio::time::sleep(AFTER_FAILURE).await;
            continue;
        };
        match places.take(peer.ip()) {
            Err(reason) => met(Met::TurnedAway(reason)),
            Ok(place) => {
                let (tls, patience, met, serve) = (what.tls.clone(), what.limits.header_time(), met.clone(), serve.clone());
                open.spawn(async move {
                    let _place = place;
                    match secured(stream, tls, patience).await {
                        Err(reason) => met(Met::TurnedAway(reason)),
                        Ok(connection) => {
                            met(Met::Connected);
                            serve(connection, peer).await;
                        }
                    }
                });
            }
        }
    }
    drop(what.listener);
    let _ = timeout(GRACE, async { while open.join_next().await.is_some() {} }).await;
}

async fn secured(stream: TcpStream, tls: Option<Arc<Tls>>, patience: Duration) -> Result<Connection, &'static str> {
    let _ = stream.set_nodelay(true);
    let Some(tls) = tls else { return Ok(Box::new(stream)) };
    match timeout(patience, tls.acceptor().accept(stream)).await {
        Err(_) => Err("slow_handshake"),
        Ok(Err(_)) => Err("bad_handshake"),
        Ok(Ok(stream)) => Ok(Box::new(stream)),
    }
}

/// Binds at once, so that what is wrong with an address is told before anything runs.
pub fn bind(address: SocketAddr) -> io::Result<std::net::TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(WAITING)?;
    Ok(socket.into())
}
