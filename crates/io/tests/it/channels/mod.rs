//! Channels against receiving ends that take, refuse, and put off.

mod smtp;
mod web;

use serde_json::{Value, json};
use smtp::SmtpSink;
use std::time::Duration;
use watchbell_io::{CHANNELS, Channel, Message, Receipt, Retry, SendError};
use watchbell_model::Timestamp;
use web::WebSink;

fn make(kind: &str, config: &Value) -> Result<Box<dyn Channel>, String> {
    let kind = CHANNELS.iter().find(|known| known.id == kind).unwrap();
    (kind.make)("m", config).map_err(|problem| problem.to_string())
}

fn message() -> Message {
    Message {
        id: "abc123".to_owned(),
        thread: "ladder7".to_owned(),
        at: Timestamp::from_seconds(1_700_000_000),
        subject: "[high] ws-1: Tâche\r\nBcc: evil@example.org\r\n\r\nbody".to_owned(),
        text: "Grüße\n.\nQUIT\r\nRCPT TO:<evil@example.org>\n".to_owned(),
        html: "<p>Grüße</p>".to_owned(),
        document: json!({"id": "1", "summary": "x"}),
    }
}

fn mail(sink: &SmtpSink, to: &[&str]) -> Value {
    json!({"server": "127.0.0.1", "port": sink.port(), "security": "none", "from": "Watchbell <bell@example.org>", "to": to, "timeout": 5})
}

async fn send(kind: &str, config: &Value) -> Result<Receipt, SendError> {
    make(kind, config).unwrap().send(&message()).await
}

#[tokio::test]
async fn a_mail_has_two_parts_a_thread_and_no_header_of_an_attacker() {
    let sink = SmtpSink::start(|_| None);
    send("email", &mail(&sink, &["a@example.org", "b@example.org"])).await.unwrap();
    let mails = sink.mails();
    assert_eq!((mails.len(), &mails[0].to[..]), (1, &["a@example.org".to_owned(), "b@example.org".to_owned()][..]));
    let (head, body) = mails[0].data.split_once("\r\n\r\n").unwrap();
    assert!(!head.to_lowercase().lines().any(|line| line.starts_with("bcc")), "{head}");
    for line in ["Message-ID: <abc123@example.org>", "References: <ladder7@example.org>", "Auto-Submitted: auto-generated", "multipart/alternative"] {
        assert!(head.contains(line), "{line} in {head}");
    }
    assert!(body.contains("text/plain") && body.contains("text/html"), "{body}");
}

#[tokio::test]
async fn an_address_that_is_refused_keeps_nobody_else_from_being_told() {
    let sink = SmtpSink::start(|line| line.contains("gone@").then_some("550 no such user"));
    let receipt = send("email", &mail(&sink, &["gone@example.org", "a@example.org"])).await.unwrap();
    assert!(receipt.answer.contains("gone@example.org"), "{receipt:?}");
    assert_eq!(sink.mails()[0].to, ["a@example.org"]);
    let error = send("email", &mail(&sink, &["gone@example.org"])).await.unwrap_err();
    assert_eq!(error.retry, Retry::Never, "{error:?}");
}

#[tokio::test]
async fn who_was_told_is_not_told_again_with_those_who_were_put_off() {
    let sink = SmtpSink::start(|line| line.contains("slow@").then_some("451 later"));
    let channel = make("email", &mail(&sink, &["a@example.org", "slow@example.org"])).unwrap();
    assert_eq!(channel.send(&message()).await.unwrap_err().retry, Retry::Later);
    sink.answer(|_| None);
    channel.send(&message()).await.unwrap();
    assert_eq!(sink.mails().into_iter().map(|mail| mail.to).collect::<Vec<_>>(), [["a@example.org"], ["slow@example.org"]]);
}

#[tokio::test]
async fn a_server_that_is_down_or_busy_is_tried_again() {
    let sink = SmtpSink::start(|line| line.starts_with("MAIL").then_some("421 too busy"));
    assert_eq!(send("email", &mail(&sink, &["a@example.org"])).await.unwrap_err().retry, Retry::Later);
    let nobody = json!({"server": "127.0.0.1", "port": 1, "security": "none", "from": "b@example.org", "to": ["a@example.org"]});
    assert_eq!(send("email", &nobody).await.unwrap_err().retry, Retry::Later);
}

#[tokio::test]
async fn a_server_without_starttls_gets_nothing() {
    let sink = SmtpSink::start(|_| None);
    let mut config = mail(&sink, &["a@example.org"]);
    config["security"] = json!("starttls");
    let error = send("email", &config).await.unwrap_err();
    assert!(error.what.contains("STARTTLS"), "{error:?}");
    assert_eq!(sink.mails().len(), 0);
}

#[test]
fn what_would_be_read_on_the_way_or_reach_this_machine_is_refused() {
    let mail = |change: Value| {
        let mut config = json!({"server": "mail.example.org", "security": "none", "from": "b@example.org", "to": ["a@example.org"]});
        config.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        make("email", &config).map(drop)
    };
    assert!(mail(json!({})).unwrap_err().contains("TLS"));
    assert_eq!(mail(json!({"allow_plain": true})), Ok(()));
    assert!(mail(json!({"allow_plain": true, "to": ["a@example.org\r\nRCPT TO:<x@y>"]})).is_err());
    assert!(mail(json!({"allow_plain": true, "user": "u"})).unwrap_err().contains("go together"));
    assert!(mail(json!({"allow_plain": true, "password": "x"})).unwrap_err().contains("password"));
    for (url, wrong) in [
        ("https://hooks.example.org/x", None),
        ("http://hooks.example.org/x", Some("TLS")),
        ("https://127.0.0.1/", Some("this machine")),
        ("https://[::1]/", Some("this machine")),
        ("https://[::ffff:169.254.169.254]/", Some("this machine")),
        ("http://0x7f000001/", Some("this machine")),
        ("https://user:pw@hooks.example.org/", Some("password")),
        ("ftp://hooks.example.org/", Some("https")),
        ("file:///etc/passwd", Some("https")),
    ] {
        match (make("http_json", &json!({"url": url})).map(drop), wrong) {
            (Ok(()), None) => {}
            (Err(told), Some(wrong)) => assert!(told.contains(wrong), "{url}: {told}"),
            other => panic!("{url}: {other:?}"),
        }
    }
    assert!(make("http_json", &json!({"url": "https://x.example.org", "headers": {"a\r\nb": "c"}})).is_err());
    assert!(make("http_json", &json!({"url": "https://x.example.org", "headers": {"a": "c\r\nd: e"}})).is_err());
}

#[tokio::test]
async fn a_name_that_means_this_machine_is_refused_when_it_is_asked_for() {
    let error = send("http_json", &json!({"url": "https://localhost.localdomain:1/", "timeout": 3})).await;
    // Whether the name is known differs from machine to machine; nobody is connected to on any.
    assert_eq!(error.unwrap_err().retry, Retry::Later);
}

#[tokio::test]
async fn what_an_answer_means() {
    let minute = Duration::from_mins(1);
    for (status, headers, wanted) in [
        (200, vec![], None),
        (204, vec![], None),
        (302, vec![("location", "http://127.0.0.1/")], Some(Retry::Never)),
        (400, vec![], Some(Retry::Never)),
        (401, vec![], Some(Retry::Never)),
        (408, vec![], Some(Retry::Later)),
        (429, vec![("retry-after", "60")], Some(Retry::After(minute))),
        (429, vec![("retry-after", "Tue, 14 Nov 2023 22:14:20 GMT")], Some(Retry::After(minute))),
        (500, vec![], Some(Retry::Later)),
        (503, vec![("retry-after", "60")], Some(Retry::After(minute))),
    ] {
        let sink = WebSink::start(status, headers.clone()).await;
        let sent = send("http_json", &json!({"url": sink.url(), "allow_private": true})).await;
        assert_eq!(sent.err().map(|error| error.retry), wanted, "{status} {headers:?}");
        assert_eq!(sink.requests().len(), 1, "{status}: no redirect is followed");
    }
}

#[tokio::test]
async fn a_post_is_signed_and_has_the_headers_that_were_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).unwrap();
        folder.path().join(name)
    };
    let sink = WebSink::start(200, vec![]).await;
    let (secret, token) = (file("secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n"), file("token", "hush\n"));
    let config = json!({"url": sink.url(), "allow_private": true, "secret_file": secret, "token_file": token, "headers": {"X-Team": "soc"}});
    send("http_json", &config).await.unwrap();
    let (headers, body) = sink.requests().remove(0);
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    assert_eq!((header("webhook-id"), header("webhook-timestamp")), ("abc123".to_owned(), "1700000000".to_owned()));
    assert!(header("webhook-signature").starts_with("v1,"));
    assert_eq!(
        (header("authorization"), header("x-team"), header("content-type")),
        ("Bearer hush".to_owned(), "soc".to_owned(), "application/json".to_owned())
    );
    assert_eq!(body, r#"{"id":"1","summary":"x"}"#);
    let channel = make("http_json", &json!({"url": format!("{}/secret/path?key=1", sink.url()), "allow_private": true})).unwrap();
    assert!(!channel.recipient().contains("secret"), "{}", channel.recipient());
}
