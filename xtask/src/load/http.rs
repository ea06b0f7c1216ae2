//! As much HTTP/1.1 as a sender of logs needs, over one connection that stays.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

pub struct Connection {
    stream: BufReader<TcpStream>,
}

pub struct Answer {
    pub status: u16,
    pub retry_after: Option<u64>,
    pub body: String,
}

impl Connection {
    pub fn open(address: SocketAddr) -> Result<Self, String> {
        let stream = TcpStream::connect(address).map_err(|error| format!("{address}: {error}"))?;
        let patience = Some(Duration::from_mins(1));
        stream.set_read_timeout(patience).and_then(|()| stream.set_nodelay(true)).map_err(|error| error.to_string())?;
        Ok(Self { stream: BufReader::new(stream) })
    }

    pub fn get(&mut self, path: &str) -> Result<Answer, String> {
        self.ask("GET", path, &[])
    }

    pub fn post(&mut self, path: &str, body: &[u8]) -> Result<Answer, String> {
        self.ask("POST", path, body)
    }

    fn ask(&mut self, method: &str, path: &str, body: &[u8]) -> Result<Answer, String> {
        self.send(method, path, "", body)
    }

    /// `headers`: lines, each with its end.
    pub fn send(&mut self, method: &str, path: &str, headers: &str, body: &[u8]) -> Result<Answer, String> {
        let head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Length: {}\r\n\r\n", body.len());
        let stream = self.stream.get_mut();
        stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body)).map_err(|error| format!("sending: {error}"))?;
        self.answer().map_err(|error| format!("{method} {path}: {error}"))
    }

    fn answer(&mut self) -> Result<Answer, String> {
        let mut line = String::new();
        self.stream.read_line(&mut line).map_err(|error| error.to_string())?;
        let status = line.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or_else(|| format!("no answer: {line:?}"))?;
        let (mut length, mut retry_after) = (0, None);
        loop {
            line.clear();
            self.stream.read_line(&mut line).map_err(|error| error.to_string())?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse().map_err(|_| "a length that is none")?,
                "retry-after" => retry_after = value.trim().parse().ok(),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).map_err(|error| error.to_string())?;
        Ok(Answer { status, retry_after, body: String::from_utf8_lossy(&body).into_owned() })
    }
}
