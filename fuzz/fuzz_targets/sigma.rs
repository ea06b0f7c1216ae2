//! Sigma documents, as far as a matcher that is asked of one event.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::Arc;
use watchbell_engine::Engine;
use watchbell_rules::Loader;

fuzz_target!(|text: &str| {
    let mut loader = Loader::new();
    loader.add_text("fuzz.yml", text);
    let (rules, diagnostics) = loader.finish();
    for diagnostic in diagnostics {
        std::hint::black_box(format!("{diagnostic:?}"));
    }
    std::hint::black_box(Engine::new(Arc::new(rules)).matcher());
});
