//! EVTX files made by hand: values, the slow way beside the fast one, damage.

use crate::support::{Told, read, read_in};
use std::sync::Arc;
use watchbell_formats::Catalogue;
use watchbell_model::FieldTable;

const FIELDS: &[&str] = &["Image", "ProcessId", "ProcessGuid", "EventID", "Channel", "Provider_Name", "EventRecordID", "RuleName", "Hash"];

/// A chunk as it is written.
struct Chunk {
    bytes: Vec<u8>,
    records: u64,
    /// Where the templates stand, once the first record brought them.
    templates: Vec<u32>,
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// A value of a record: type and bytes.
type Value = (u8, Vec<u8>);

impl Chunk {
    fn new() -> Self {
        let mut bytes = vec![0; 512];
        bytes[..8].copy_from_slice(b"ElfChnk\0");
        Self { bytes, records: 0, templates: Vec::new() }
    }

    fn name(&mut self, name: &str) {
        let here = self.bytes.len() as u32 + 4;
        self.bytes.extend(here.to_le_bytes());
        self.bytes.extend([0; 6]);
        self.bytes.extend((name.len() as u16).to_le_bytes());
        self.bytes.extend(utf16(name));
        self.bytes.extend([0, 0]);
    }

    fn open(&mut self, name: &str, attributes: &[(&str, Result<&str, u16>)], dependency: u16) {
        self.bytes.push(if attributes.is_empty() { 0x01 } else { 0x41 });
        self.bytes.extend(dependency.to_le_bytes());
        self.bytes.extend([0; 4]);
        self.name(name);
        if !attributes.is_empty() {
            self.bytes.extend([0; 4]);
        }
        for (name, value) in attributes {
            self.bytes.push(0x06);
            self.name(name);
            match value {
                Ok(text) => self.text(text),
                Err(number) => self.value(*number),
            }
        }
        self.bytes.push(0x02);
    }

    fn text(&mut self, text: &str) {
        self.bytes.extend([0x05, 0x01]);
        self.bytes.extend((text.len() as u16).to_le_bytes());
        self.bytes.extend(utf16(text));
    }

    fn value(&mut self, number: u16) {
        self.bytes.push(0x0e);
        self.bytes.extend(number.to_le_bytes());
        self.bytes.push(0x01);
    }

    fn element(&mut self, name: &str, attributes: &[(&str, Result<&str, u16>)], number: u16) {
        self.open(name, attributes, 0xffff);
        self.value(number);
        self.bytes.push(0x04);
    }

    /// An instance of template `number`, its definition first if it is new.
    fn instance(&mut self, number: usize, define: impl Fn(&mut Self), values: &[Value]) {
        self.bytes.extend([0x0f, 1, 1, 0, 0x0c, 1]);
        self.bytes.extend((number as u32).to_le_bytes());
        let here = self.bytes.len() as u32 + 4;
        let at = *self.templates.get(number).unwrap_or(&here);
        self.bytes.extend(at.to_le_bytes());
        if at == here {
            self.templates.push(at);
            self.bytes.extend([0; 24]);
            let start = self.bytes.len();
            self.bytes.extend([0x0f, 1, 1, 0]);
            define(self);
            self.bytes.push(0x00);
            let size = (self.bytes.len() - start) as u32;
            self.bytes[start - 4..start].copy_from_slice(&size.to_le_bytes());
        }
        self.bytes.extend((values.len() as u32).to_le_bytes());
        for (kind, bytes) in values {
            self.bytes.extend((bytes.len() as u16).to_le_bytes());
            self.bytes.extend([*kind, 0]);
        }
        for (_, bytes) in values {
            self.bytes.extend(bytes);
        }
    }

    /// A record of Sysmon's first kind; the data are a fragment within it, as Windows writes them.
    fn record(&mut self, image: &str) {
        let (start, number) = (self.bytes.len(), self.records + 1);
        self.bytes.extend(b"**\0\0\0\0\0\0");
        self.bytes.extend(number.to_le_bytes());
        self.bytes.extend(132_539_328_000_000_000_u64.to_le_bytes());
        // The fragment is the record's last value: it is written after the table, which then learns its size.
        let system: Vec<Value> =
            vec![(0x06, 1_u16.to_le_bytes().to_vec()), (0x0a, number.to_le_bytes().to_vec()), (0x11, 132_539_328_000_000_000_u64.to_le_bytes().to_vec())];
        let data: Vec<Value> = vec![
            (0x01, utf16(image)),
            (0x08, 4242_u32.to_le_bytes().to_vec()),
            (0x0f, (0..16).collect()),
            (0x00, vec![]),
            (0x14, 0x1f_u32.to_le_bytes().to_vec()),
        ];
        self.instance(0, Self::event, &[system, vec![(0x21, vec![])]].concat());
        let table = self.bytes.len() - 18 - 4;
        let fragment = self.bytes.len();
        self.instance(1, Self::data, &data);
        let size = (self.bytes.len() - fragment) as u16;
        self.bytes[table..table + 2].copy_from_slice(&size.to_le_bytes());
        let length = (self.bytes.len() + 4 - start) as u32;
        self.bytes.extend(length.to_le_bytes());
        self.bytes[start + 4..start + 8].copy_from_slice(&length.to_le_bytes());
        self.records = number;
    }

    fn event(&mut self) {
        self.open("Event", &[("xmlns", Ok("x"))], 0xffff);
        self.open("System", &[], 0xffff);
        self.open("Provider", &[("Name", Ok("Microsoft-Windows-Sysmon"))], 0xffff);
        self.bytes.push(0x04);
        self.element("EventID", &[], 0);
        self.element("EventRecordID", &[], 1);
        self.open("TimeCreated", &[("SystemTime", Err(2))], 0xffff);
        self.bytes.push(0x04);
        self.open("Channel", &[], 0xffff);
        self.text("Microsoft-Windows-Sysmon/Operational");
        self.bytes.push(0x04);
        self.open("Computer", &[], 0xffff);
        self.text("WS1");
        self.bytes.extend([0x04, 0x04]);
        self.value(3);
        self.bytes.push(0x04);
    }

    fn data(&mut self) {
        self.open("EventData", &[], 0xffff);
        for (number, name) in ["Image", "ProcessId", "ProcessGuid", "RuleName", "Hash"].into_iter().enumerate() {
            self.element("Data", &[("Name", Ok(name))], number as u16);
        }
        self.bytes.push(0x04);
    }

    fn finish(mut self) -> Vec<u8> {
        let free = self.bytes.len() as u32;
        for (at, number) in [(8, 1), (16, self.records), (24, 1), (32, self.records)] {
            self.bytes[at..at + 8].copy_from_slice(&number.to_le_bytes());
        }
        self.bytes[40..44].copy_from_slice(&128_u32.to_le_bytes());
        self.bytes[44..48].copy_from_slice(&free.to_le_bytes());
        self.bytes[48..52].copy_from_slice(&free.to_le_bytes());
        self.bytes.resize(65536, 0);
        self.bytes
    }
}

fn chunk(images: &[&str]) -> Vec<u8> {
    let mut chunk = Chunk::new();
    for image in images {
        chunk.record(image);
    }
    chunk.finish()
}

fn file(chunks: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = vec![0; 4096];
    bytes[..8].copy_from_slice(b"ElfFile\0");
    bytes[40..42].copy_from_slice(&4096_u16.to_le_bytes());
    for chunk in chunks {
        bytes.extend(chunk);
    }
    bytes
}

fn told(chunks: &[Vec<u8>]) -> Told {
    read(&file(chunks), FIELDS)
}

#[test]
fn values_are_shown_as_windows_does() {
    let told = told(&[chunk(&[r"C:\a.exe", r"C:\b.exe"])]);
    assert_eq!((told.format, told.events.len(), told.quarantined.len()), ("evtx", 2, 0));
    let seen = &told.events[1];
    assert_eq!((seen.sources(), seen.record, seen.lines), (vec!["windows/process_creation", "windows/sysmon"], Some(2), None));
    let field = |name| seen.field("windows/process_creation", name).unwrap_or("-");
    assert_eq!([field("Image"), field("ProcessId"), field("Hash"), field("RuleName")], [r"C:\b.exe", "4242", "0x1f", ""]);
    assert_eq!(field("ProcessGuid"), "{03020100-0504-0706-0809-0a0b0c0d0e0f}");
    assert_eq!([field("EventID"), field("Channel"), field("EventRecordID")], ["1", "Microsoft-Windows-Sysmon/Operational", "2"]);
    assert_eq!(seen.document["Event"]["EventData"]["Image"], r"C:\b.exe");
}

#[test]
fn the_slow_way_agrees_and_the_json_twin_is_the_same_event() {
    let (good, mut bad) = (chunk(&[r"C:\a.exe", "b"]), chunk(&[r"C:\a.exe", "b"]));
    // A header that counts a byte too many is out of order: such a chunk is read the slow way.
    let free = u32::from_le_bytes([bad[48], bad[49], bad[50], bad[51]]) + 1;
    bad[48..52].copy_from_slice(&free.to_le_bytes());
    bad[32..40].copy_from_slice(&9_u64.to_le_bytes());
    let (fast, slow) = (told(&[good]), told(&[bad]));
    assert_eq!(slow.events.len(), 2);
    for (fast, slow) in fast.events.iter().zip(&slow.events) {
        assert_eq!(fast.views, slow.views);
        assert_eq!((fast.id(), fast.record, &fast.document), (slow.id(), slow.record, &slow.document));
        let json = read(fast.document.to_string().as_bytes(), FIELDS);
        assert_eq!(json.events[0].views, fast.views);
        assert_eq!(json.events[0].id(), fast.id());
    }
    assert_eq!(fast.events[0].id().as_deref(), Some("8efa1403cf06b765f97010568b82d3ef"));
}

#[test]
fn what_is_lost_is_counted_and_the_rest_is_read() {
    let (good, mut magic, mut record) = (chunk(&["a", "b"]), chunk(&["a"]), chunk(&["a", "b", "c"]));
    magic[0] = b'X';
    let at = memchr_record(&record, 1);
    record[at..at + 4].copy_from_slice(b"XXXX");
    let cut = memchr_record(&good, 1) + 40;
    let told = told(&[good.clone(), magic, vec![0; 65536], record, good[..cut].to_vec()]);
    let images: Vec<_> = told.events.iter().filter_map(|e| e.field("windows/sysmon", "Image")).collect();
    assert_eq!(images, ["a", "b", "a", "c", "a"]);
    assert_eq!(told.quarantined.iter().map(|q| q.reason).collect::<Vec<_>>(), ["evtx_chunk", "evtx_record", "evtx_record", "evtx_truncated"]);
}

/// Where the nth record of a chunk begins.
fn memchr_record(chunk: &[u8], n: usize) -> usize {
    chunk.windows(4).enumerate().filter(|(_, w)| *w == b"**\0\0").nth(n).map_or(0, |(at, _)| at)
}

#[test]
fn damage_anywhere_is_no_panic() {
    let good = chunk(&["a", "b"]);
    let mut table = FieldTable::default();
    for name in FIELDS {
        table.intern(name);
    }
    let catalogue = Arc::new(Catalogue::new(Arc::new(table)));
    let end = good.iter().rposition(|b| *b != 0).unwrap_or(0);
    for at in (0..end).step_by(7) {
        for with in [0x00, 0x0c, 0x21, 0x7f, 0xff] {
            let mut bad = good.clone();
            bad[at] = with;
            let told = read_in(&file(&[bad]), &catalogue);
            assert!(told.events.len() <= 2);
        }
    }
}
