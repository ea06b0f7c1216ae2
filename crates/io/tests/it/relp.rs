//! RELP by a plain socket: sessions, answers after keeping, nonsense.

use crate::fake::Fake;
use crate::world::World;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use watchbell_io::Refused;

const CONFIG: &str = "sources: {test: {kind: relp, listen: '127.0.0.1:0', limits: {line_bytes: 40}}}";
const OPEN: &str = "1 open 13 relp_version=\n";
const OPENED: &str = "1 rsp 61 200 OK\nrelp_version=0\nrelp_software=watchbell\ncommands=syslog\n";

async fn read(connection: &mut TcpStream, length: usize) -> String {
    let mut bytes = vec![0; length];
    connection.read_exact(&mut bytes).await.unwrap();
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn sessions_whatever_the_pieces() {
    let close = "0 serverclose 0\n";
    let long = "z".repeat(50);
    for (sent, answers, lines, reasons) in [
        (
            format!("{OPEN}2 syslog 5 <34>a\n3 syslog 7 <34>b\nc\n4 close 0\n"),
            format!("{OPENED}2 rsp 6 200 OK\n3 rsp 6 200 OK\n4 rsp 0\n{close}"),
            vec!["<34>a", "<34>b#012c"],
            vec![],
        ),
        (
            format!("{OPEN}2 syslog 50 {long}\n3 syslog 1 x\n"),
            format!("{OPENED}2 rsp 20 500 message too long\n3 rsp 6 200 OK\n{close}"),
            vec!["x"],
            vec!["line_too_long"],
        ),
        ("1 syslog 1 x\n".to_owned(), format!("1 rsp 35 500 not known here, or not yet open\n{close}"), vec![], vec![]),
        (format!("{OPEN}what is this\n"), format!("{OPENED}{close}"), vec![], vec!["bad_frame"]),
        (format!("{OPEN}2 syslog 3 abcdef\n"), format!("{OPENED}{close}"), vec![], vec!["bad_frame"]),
        (format!("{OPEN}2 syslog 5 <3"), format!("{OPENED}{close}"), vec![], vec![]),
    ] {
        for piece in [1, 7, 1000] {
            let fake = Fake::new();
            let world = World::new(CONFIG, &fake);
            let mut connection = world.connect().await;
            for part in sent.as_bytes().chunks(piece) {
                let _ = connection.write_all(part).await;
            }
            connection.shutdown().await.unwrap();
            let mut got = Vec::new();
            let _ = connection.read_to_end(&mut got).await;
            world.end().await;
            assert_eq!(String::from_utf8(got).unwrap(), answers, "{sent:?} by {piece}");
            assert_eq!((fake.lines(), fake.reasons()), (lines.iter().map(|line| (*line).to_owned()).collect(), reasons.clone()), "{sent:?} by {piece}");
        }
    }
}

#[tokio::test]
async fn no_answer_before_it_is_kept() {
    let fake = Fake::slow();
    let world = World::new(CONFIG, &fake);
    let mut connection = world.connect().await;
    connection.write_all(OPEN.as_bytes()).await.unwrap();
    read(&mut connection, OPENED.len()).await;
    connection.write_all(b"2 syslog 1 x\n").await.unwrap();
    fake.until_lines(1).await;
    assert!(connection.try_read(&mut [0; 1]).is_err(), "answered before it was kept");
    fake.let_go(1);
    assert_eq!(read(&mut connection, 15).await, "2 rsp 6 200 OK\n");
    drop(connection);
    world.end().await;
}

#[tokio::test]
async fn what_is_refused_waits() {
    tokio::time::pause();
    let fake = Fake::refusing(&[Refused::Full { retry_after_seconds: 3 }, Refused::Storage("gone".into())]);
    let world = World::new(CONFIG, &fake);
    let mut connection = world.connect().await;
    connection.write_all(format!("{OPEN}2 syslog 1 x\n").as_bytes()).await.unwrap();
    assert_eq!(read(&mut connection, OPENED.len() + 15).await, format!("{OPENED}2 rsp 6 200 OK\n"));
    assert_eq!(fake.lines(), ["x"]);
    drop(connection);
    world.end().await;
}
