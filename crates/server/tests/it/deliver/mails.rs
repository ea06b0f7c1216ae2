//! The mail that a story becomes: read as a person would, and nothing of a log breaks out of it.

use super::{method, settle, trigger};
use crate::world::World;
use serde_json::json;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

type Mails = Arc<Mutex<Vec<String>>>;

/// A mail server that takes everything.
fn sink() -> (u16, Mails) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, mails) = (listener.local_addr().unwrap().port(), Mails::default());
    let kept = Arc::clone(&mails);
    std::thread::spawn(move || listener.incoming().flatten().for_each(|stream| drop(talk(&stream, &kept))));
    (port, mails)
}

fn talk(stream: &TcpStream, mails: &Mails) -> std::io::Result<()> {
    let (mut lines, mut out, mut line, mut data) = (BufReader::new(stream), stream, String::new(), None::<String>);
    out.write_all(b"220 sink\r\n")?;
    while lines.read_line(&mut line)? > 0 {
        let text = std::mem::take(&mut line);
        match &mut data {
            Some(whole) if text == ".\r\n" => {
                mails.lock().unwrap().push(std::mem::take(whole));
                data = None;
                out.write_all(b"250 kept\r\n")?;
            }
            Some(whole) => whole.push_str(&text),
            None if text.starts_with("DATA") => {
                data = Some(String::new());
                out.write_all(b"354 go on\r\n")?;
            }
            None => out.write_all(b"250 ok\r\n")?,
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_tells_the_story_and_what_to_do() {
    let (world, (port, mails)) = (World::begin().await, sink());
    let config = json!({"server": "127.0.0.1", "port": port, "security": "none", "from": "Watchbell <bell@example.org>", "to": ["ops@example.org"]});
    method(&world, "mail", "email", &config);
    trigger(&world, super::SAMPLE).await;
    settle(&world, 5).await;
    let mails = mails.lock().unwrap().clone();
    assert!(!mails.is_empty());
    if let Some(folder) = std::env::var_os("WATCHBELL_MAILS") {
        for (n, mail) in mails.iter().enumerate() {
            std::fs::write(std::path::Path::new(&folder).join(format!("{n}.eml")), mail).unwrap();
        }
    }
    for mail in &mails {
        let (head, body) = mail.split_once("\r\n\r\n").unwrap();
        assert!(head.contains("Subject: ") && head.contains("References: <"), "{head}");
        assert!(body.contains("watchbell story ") && body.contains("Ready to run"), "{body}");
        assert!(!body.contains("<script"), "{body}");
    }
    world.end().await;
}
