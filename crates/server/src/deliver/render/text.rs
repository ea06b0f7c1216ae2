//! The page as plain text, short lines first.

use super::page::Page;
use std::fmt::Write;
use watchbell_model::Outcome;

pub fn text(page: &Page) -> String {
    let mut out = String::new();
    let head = [page.priority.word().to_uppercase(), page.outcome.word().to_owned(), page.host.clone(), page.user.clone()];
    let head: Vec<String> = head.into_iter().filter(|part| !part.is_empty()).collect();
    let _ = writeln!(out, "{}\n{}\n", page.title, head.join(" | "));
    if let Some(news) = &page.news {
        let _ = writeln!(out, "{news}\n");
    }
    for sentence in &page.sentences {
        let _ = writeln!(out, "{sentence}");
    }
    if let Some(countdown) = &page.countdown {
        let _ = writeln!(out, "\n>> {countdown}.");
    }
    if !page.ladder.is_empty() {
        let _ = writeln!(out, "\nHow far: {}", ladder(page));
    }
    out.push('\n');
    for (name, value) in &page.rows {
        let _ = writeln!(out, "{:<13} {value}", format!("{name}:"));
    }
    list(&mut out, "Ask", &page.triage);
    list(&mut out, "Ready to run (nothing was run)", &page.commands);
    let _ = writeln!(out, "\nLook at it:");
    if let Some(link) = &page.link {
        let _ = writeln!(out, "  {link}");
    }
    let _ = writeln!(out, "  watchbell story {}", page.id);
    out
}

fn list(out: &mut String, title: &str, items: &[String]) {
    if !items.is_empty() {
        let _ = writeln!(out, "\n{title}:");
        for item in items {
            let _ = writeln!(out, "  {item}");
        }
    }
}

fn ladder(page: &Page) -> String {
    let step = |(step, outcome): &(&str, Option<Outcome>)| match outcome {
        Some(outcome) => format!("{step} [{}]", outcome.word()),
        None => format!("{step} -"),
    };
    page.ladder.iter().map(step).collect::<Vec<_>>().join("  ")
}
