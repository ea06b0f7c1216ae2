//! A listener that others share: a body that trickles, and an answer that nobody takes, end their connection.

use axum::body::Bytes;
use axum::{Router, routing};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use watchbell_io::accept::Accept;
use watchbell_io::http::serve;
use watchbell_io::{Limits, stop};

/// Far more than kernels hold between two ends.
const MUCH: usize = 64 << 20;

async fn served(test: impl AsyncFnOnce(TcpStream)) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new()
        .route("/take", routing::post(|body: Bytes| async move { body.len().to_string() }))
        .route("/give", routing::get(|| async { vec![b'x'; MUCH] }));
    let limits = Limits { header_seconds: 1, body_seconds: 1, connections: 1, ..Limits::default() };
    let (stopper, told) = stop();
    let server = tokio::spawn(serve(Accept { listener, limits, tls: None }, router, told, |_| {}));
    test(TcpStream::connect(address).await.unwrap()).await;
    stopper.stop();
    server.await.unwrap();
}

#[tokio::test]
async fn a_body_that_trickles_is_not_waited_for() {
    served(async |mut slow| {
        slow.write_all(b"POST /take HTTP/1.1\r\nhost: test\r\ncontent-length: 100\r\n\r\nabc").await.unwrap();
        let mut answer = Vec::new();
        slow.read_to_end(&mut answer).await.unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 400"), "{:?}", String::from_utf8_lossy(&answer));
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_nobody_takes_is_not_kept() {
    served(async |mut slow| {
        let address = slow.peer_addr().unwrap();
        slow.write_all(b"GET /give HTTP/1.1\r\nhost: test\r\n\r\n").await.unwrap();
        // There is one place: another is answered once the first is given up.
        let answered = async || {
            let mut other = TcpStream::connect(address).await.unwrap();
            let _ = other.write_all(b"POST /take HTTP/1.1\r\nhost: test\r\ncontent-length: 1\r\n\r\na").await;
            other.read(&mut [0; 8]).await.is_ok_and(|length| length > 0)
        };
        assert!(!answered().await, "the place is taken");
        let freed = async {
            while !answered().await {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(Duration::from_secs(30), freed).await.expect("the place is free again");
    })
    .await;
}
