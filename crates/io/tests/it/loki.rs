//! Loki's push: both codings, labels.

use crate::fake::Fake;
use crate::world::{TOKEN, World};
use prost::Message;

#[derive(Clone, PartialEq, Message)]
struct Push {
    #[prost(message, repeated, tag = "1")]
    streams: Vec<Stream>,
}

#[derive(Clone, PartialEq, Message)]
struct Stream {
    #[prost(string, tag = "1")]
    labels: String,
    #[prost(message, repeated, tag = "2")]
    entries: Vec<Entry>,
    #[prost(uint64, tag = "3")]
    hash: u64,
}

#[derive(Clone, PartialEq, Message)]
struct Entry {
    #[prost(message, optional, tag = "1")]
    time: Option<Time>,
    #[prost(string, tag = "2")]
    line: String,
}

#[derive(Clone, PartialEq, Message)]
struct Time {
    #[prost(int64, tag = "1")]
    seconds: i64,
}

const LINE: &str = "{\"@timestamp\":\"2023-11-14T22:13:20Z\",\"host\":{\"name\":\"web1\"},\"message\":\"hello\",\"job\":\"x\"}";

#[tokio::test]
async fn both_codings_say_the_same() {
    let entry = Entry { time: Some(Time { seconds: 1_700_000_000 }), line: "hello".into() };
    let push = Push { streams: vec![Stream { labels: "{host=\"web1\", job=\"x\"}".into(), entries: vec![entry], hash: 7 }] };
    let packed = snap::raw::Encoder::new().compress_vec(&push.encode_to_vec()).unwrap();
    let written = br#"{"streams":[{"stream":{"host":"web1","job":"x"},"values":[["1700000000000000000","hello"]]}]}"#;
    for (fields, body) in
        [("content-type: application/x-protobuf\ncontent-encoding: snappy", &packed[..]), ("content-type: application/json; charset=utf-8", written)]
    {
        let fake = Fake::new();
        let world = World::http("loki", "", &fake);
        let answer = world.ask(&format!("POST /loki/api/v1/push\nauthorization: Bearer {TOKEN}\n{fields}"), body).await;
        assert_eq!((answer.status, fake.lines()), (204, vec![LINE.to_owned()]), "{answer:?}");
        world.end().await;
    }
}

#[tokio::test]
async fn what_unpacks_too_large_is_not_unpacked() {
    let bomb = snap::raw::Encoder::new().compress_vec(&vec![0; 100_000]).unwrap();
    let mut claims = vec![0xff, 0xff, 0xff, 0xff, 0x0f];
    claims.push(0);
    for (body, status) in [(&bomb, 413), (&claims, 413), (&vec![1, 2, 3], 400)] {
        let fake = Fake::new();
        let world = World::http("loki", ", limits: {unpacked_bytes: 5000}", &fake);
        let answer = world.ask(&format!("POST /loki/api/v1/push\nauthorization: Bearer {TOKEN}\ncontent-type: application/x-protobuf"), body).await;
        assert_eq!(answer.status, status, "{answer:?}");
        world.end().await;
    }
}
