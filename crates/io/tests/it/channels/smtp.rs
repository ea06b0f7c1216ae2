//! A mail server of a few words: it takes what its rule does not refuse, and remembers it.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

#[derive(Clone, Debug, Default)]
pub struct Mail {
    pub to: Vec<String>,
    pub data: String,
}

/// Of a line that was sent: a refusal, or none.
type Rule = fn(&str) -> Option<&'static str>;

pub struct SmtpSink {
    port: u16,
    shared: Arc<Mutex<(Vec<Mail>, Rule)>>,
}

impl SmtpSink {
    pub fn start(rule: Rule) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (port, shared) = (listener.local_addr().unwrap().port(), Arc::new(Mutex::new((Vec::new(), rule))));
        let kept = Arc::clone(&shared);
        std::thread::spawn(move || listener.incoming().flatten().for_each(|stream| drop(talk(&stream, &kept))));
        Self { port, shared }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn answer(&self, rule: Rule) {
        self.shared.lock().unwrap().1 = rule;
    }

    pub fn mails(&self) -> Vec<Mail> {
        self.shared.lock().unwrap().0.clone()
    }
}

fn talk(stream: &TcpStream, shared: &Mutex<(Vec<Mail>, Rule)>) -> std::io::Result<()> {
    let (mut lines, mut out) = (BufReader::new(stream), stream);
    let mut mail = Mail::default();
    out.write_all(b"220 sink\r\n")?;
    let mut line = String::new();
    while {
        line.clear();
        lines.read_line(&mut line)? > 0
    } {
        let rule = shared.lock().unwrap().1;
        let answer = match rule(&line) {
            Some(refusal) => refusal,
            None if line.starts_with("EHLO") => "250-sink\r\n250 8BITMIME",
            None if line.starts_with("RCPT TO:") => {
                mail.to.push(line.trim_end().trim_start_matches("RCPT TO:<").trim_end_matches('>').to_owned());
                "250 ok"
            }
            None if line.starts_with("DATA") => {
                out.write_all(b"354 go on\r\n")?;
                mail.data = data(&mut lines)?;
                shared.lock().unwrap().0.push(std::mem::take(&mut mail));
                "250 kept"
            }
            None if line.starts_with("QUIT") => "221 bye",
            None => "250 ok",
        };
        out.write_all(format!("{answer}\r\n").as_bytes())?;
    }
    Ok(())
}

fn data(lines: &mut impl BufRead) -> std::io::Result<String> {
    let (mut data, mut line) = (String::new(), String::new());
    while {
        line.clear();
        lines.read_line(&mut line)? > 0
    } && line != ".\r\n"
    {
        data.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
    Ok(data)
}
