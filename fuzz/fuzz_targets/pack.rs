//! Documents of a pack: alerts, samples, the pack itself, and what is made of them.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::Arc;
use watchbell_rules::Loader;
use watchbell_rules::pack::{AboutPack, Alert, Lists, Pack, Sample, lint};

fuzz_target!(|text: &str| {
    let mut problems = Vec::new();
    AboutPack::parse("pack.yaml", text, &mut problems);
    Sample::parse("case", "samples/case/expect.yaml", text, &mut problems);
    if let Some(alert) = Alert::parse("alerts/Fuzz.yaml", text, &mut problems) {
        let mut loader = Loader::new();
        Arc::new(alert).compile(&mut loader, &Lists::new());
        std::hint::black_box(loader.finish());
    }
    let whole = "format: 1\nid: p\nname: p\nversion: 1.0.0\nsummary: s\ndescription: d\nauthors: [a]\nlicence: Apache-2.0\n";
    if let Some(pack) = Pack::parse([("pack.yaml", whole), ("alerts/Fuzz.yaml", text)], &mut problems) {
        std::hint::black_box(lint(&pack, &[]));
    }
});
