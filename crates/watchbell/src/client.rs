//! A running server, as the command line asks it: through the socket in its data folder, or over the network with a token.

use crate::cli::ServerArgs;
use anyhow::{Context, Result, anyhow, bail};
use reqwest::Method;
use reqwest::blocking::{Client as Http, Response};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::time::Duration;
use watchbell_input::read_bounded_text;
use watchbell_server::app::socket_of;
use watchbell_server::config::{Layers, read};

pub struct Client {
    http: Http,
    base: String,
    token: Option<String>,
}

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_mins(2);
/// The most bytes of a token's file.
const TOKEN: u64 = 4096;

impl Client {
    pub fn new(args: &ServerArgs) -> Result<Self> {
        let builder = Http::builder().timeout(PATIENCE).user_agent(concat!("watchbell/", env!("CARGO_PKG_VERSION")));
        if let Some(server) = &args.server {
            let token = token(args.token_file.as_deref())?;
            return Ok(Self { http: secured(builder).build()?, base: server.trim_end_matches('/').to_owned(), token });
        }
        let data = match &args.data {
            Some(data) => data.clone(),
            None => read(&Layers { file: args.config.clone(), environment: crate::commands::serve::environment(), flags: Vec::new() })?.0.data,
        };
        let socket = socket_of(&data);
        if !socket.exists() {
            bail!("no server runs on {} (there is no {}); start one with `watchbell serve`, or name one with --server", data.display(), socket.display());
        }
        Ok(Self { http: secured(builder).unix_socket(socket).build()?, base: "http://localhost".to_owned(), token: None })
    }

    pub fn get(&self, path: &str, query: &[(&str, String)]) -> Result<Value> {
        let answer = self.ask(Method::GET, path, query, None, None)?;
        answer.json().context("the server's answer cannot be read")
    }

    /// Every row of a list, page after page; at most so many.
    pub fn list(&self, path: &str, query: &[(&str, String)], most: usize) -> Result<Vec<Value>> {
        let (mut rows, mut after) = (Vec::new(), None::<String>);
        loop {
            let mut query = query.to_vec();
            query.push(("limit", (most - rows.len()).min(1000).to_string()));
            query.extend(after.take().map(|after| ("after", after)));
            let page = self.get(path, &query)?;
            rows.extend(page["items"].as_array().cloned().unwrap_or_default());
            after = page["next"].as_str().map(str::to_owned);
            if after.is_none() || rows.len() >= most {
                return Ok(rows);
            }
        }
    }

    pub fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value> {
        let answer = self.ask(method, path, &[], body, None)?;
        let text = answer.text()?;
        Ok(if text.is_empty() { Value::Null } else { serde_json::from_str(&text)? })
    }

    /// As `send`, with so much patience.
    pub fn send_patiently(&self, method: Method, path: &str, body: &Value, patience: Duration) -> Result<Value> {
        self.ask(method, path, &[], Some(body), Some(patience))?.json().context("the server's answer cannot be read")
    }

    /// Calls `each` with every line of an answer that comes line by line.
    pub fn lines(&self, path: &str, body: &Value, patience: Duration, mut each: impl FnMut(Value) -> Result<()>) -> Result<()> {
        let answer = self.ask(Method::POST, path, &[], Some(body), Some(patience))?;
        BufReader::new(answer).lines().try_for_each(|line| each(serde_json::from_str(&line?)?))
    }

    /// An answer of any length, as it comes.
    pub fn download(&self, path: &str, body: &Value) -> Result<Response> {
        self.ask(Method::POST, path, &[], Some(body), Some(Duration::MAX))
    }

    /// Calls `each` with every event of a stream, until it says that it is enough or the server ends.
    pub fn follow(&self, path: &str, query: &[(&str, String)], mut each: impl FnMut(&Value) -> Result<bool>) -> Result<()> {
        let answer = self.ask(Method::GET, path, query, None, Some(Duration::MAX))?;
        for line in BufReader::new(answer).lines() {
            if let Some(data) = line?.strip_prefix("data:")
                && !each(&serde_json::from_str(data.trim())?)?
            {
                return Ok(());
            }
        }
        Ok(())
    }

    fn ask(&self, method: Method, path: &str, query: &[(&str, String)], body: Option<&Value>, patience: Option<Duration>) -> Result<Response> {
        let mut request = self.http.request(method, format!("{}/api/v1{path}", self.base)).query(query);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        if let Some(patience) = patience {
            request = request.timeout(patience);
        }
        let answer = request.send().with_context(|| format!("the server at {} does not answer", self.base))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(answer);
        }
        let problem: Value = serde_json::from_str(&answer.text()?).unwrap_or_default();
        Err(anyhow!("{}: {}", problem["code"].as_str().unwrap_or(status.as_str()), problem["detail"].as_str().unwrap_or("the server refused")))
    }
}

fn secured(builder: reqwest::blocking::ClientBuilder) -> reqwest::blocking::ClientBuilder {
    watchbell_server::use_ring();
    builder
}

fn token(file: Option<&Path>) -> Result<Option<String>> {
    let environment = || crate::commands::serve::environment().into_iter().find(|(name, _)| name == "WATCHBELL_TOKEN").map(|(_, value)| value);
    let Some(file) = file else { return Ok(environment()) };
    let text = read_bounded_text(file, TOKEN).with_context(|| format!("cannot read the token in {}", file.display()))?;
    Ok(Some(text.trim().to_owned()))
}
