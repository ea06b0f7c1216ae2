//! Syslog by plain sockets: framings, limits, a receiving end that is full.

use crate::fake::Fake;
use crate::world::World;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UdpSocket;
use watchbell_io::{Count, Refused};

const TCP: &str = "sources: {test: {kind: syslog, tcp: '127.0.0.1:0', limits: {line_bytes: 60, connections: 2}}}";

#[tokio::test]
async fn both_framings_whatever_the_pieces() {
    let long = "y".repeat(100);
    let counted_long = format!("5 <1>ab103 <1>{long}5 <1>cd");
    let lines_long = format!("<1>ab\n<1>{long}\n<1>cd\n");
    for (sent, lines, reasons) in [
        ("<34>Oct 11 a\n<35>b\n", vec!["<34>Oct 11 a", "<35>b"], vec![]),
        ("<34>Oct 11 a\r\n\n<35>b", vec!["<34>Oct 11 a", "<35>b"], vec![]),
        ("8 <34>1 ab7 <35>bcd", vec!["<34>1 ab", "<35>bcd"], vec![]),
        ("8 <34>a\nb\n7 <35>bcd\n", vec!["<34>a#012b", "<35>bcd"], vec![]),
        ("2026-11-25T10:00:00Z host app: x\n", vec!["2026-11-25T10:00:00Z host app: x"], vec![]),
        ("{\"a\":1}\n{\"a\":2}\n", vec!["{\"a\":1}", "{\"a\":2}"], vec![]),
        ("8 <34>1 ab12 <35>b", vec!["<34>1 ab"], vec!["cut_short"]),
        ("8 <34>1 abnonsense", vec!["<34>1 ab"], vec!["bad_frame"]),
        (&counted_long, vec!["<1>ab", "<1>cd"], vec!["line_too_long"]),
        (&lines_long, vec!["<1>ab", "<1>cd"], vec!["line_too_long"]),
    ] {
        for piece in [1, 3, 1000] {
            let fake = Fake::new();
            let world = World::new(TCP, &fake);
            let mut connection = world.connect().await;
            connection.set_nodelay(true).unwrap();
            for part in sent.as_bytes().chunks(piece) {
                let _ = connection.write_all(part).await;
            }
            connection.shutdown().await.unwrap();
            let _ = connection.read_to_end(&mut Vec::new()).await;
            world.end().await;
            assert_eq!((fake.lines(), fake.reasons()), (lines.iter().map(|line| (*line).to_owned()).collect(), reasons.clone()), "{sent:?} by {piece}");
        }
    }
}

#[tokio::test]
async fn what_is_refused_is_offered_again() {
    tokio::time::pause();
    let fake = Fake::refusing(&[Refused::Full { retry_after_seconds: 1 }, Refused::Storage("full disk".into())]);
    let world = World::new(TCP, &fake);
    world.connect().await.write_all(b"<1>a\n").await.unwrap();
    fake.until_lines(1).await;
    assert_eq!(fake.lines(), ["<1>a"]);
    assert_eq!(fake.count(Count::Refused("full")) + fake.count(Count::Refused("storage")), 2);
    world.end().await;
}

#[tokio::test]
async fn connections_past_the_limit_are_closed_and_counted() {
    let fake = Fake::new();
    let world = World::new(TCP, &fake);
    let first = world.connect().await;
    let second = world.connect().await;
    fake.until(|seen| seen.counts.get(&Count::Connected) == Some(&2)).await;
    assert_eq!(world.connect().await.read(&mut [0; 1]).await.unwrap_or_default(), 0);
    fake.until(|seen| seen.counts.contains_key(&Count::Refused("connections"))).await;
    drop((first, second));
    world.end().await;
}

#[tokio::test]
async fn datagrams_are_messages() {
    let fake = Fake::new();
    let world = World::new("sources: {test: {kind: syslog, udp: '127.0.0.1:0'}}", &fake);
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    for message in ["<34>one", "<35>two\n", "<36>three\nfour\0", ""] {
        socket.send_to(message.as_bytes(), world.addresses[0]).await.unwrap();
    }
    fake.until_lines(3).await;
    assert_eq!(fake.lines(), ["<34>one", "<35>two", "<36>three#012four"]);
    world.end().await;
}
