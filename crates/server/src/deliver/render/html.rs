//! The page as HTML for mail programs: tables and styles in their places, no script, no picture, no address of elsewhere.

use super::page::Page;
use super::safe::escaped;
use std::fmt::Write;
use watchbell_model::Outcome;
use watchbell_store::Priority;

const FONT: &str = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif";
const MONO: &str = "font-family:ui-monospace,Menlo,Consolas,monospace;font-size:13px";

pub fn html(page: &Page) -> String {
    let mut out = begun(colour(page.priority));
    let _ = write!(out, "<div style=\"font-size:13px;color:#57606a\">{}</div>", head(page));
    let _ = write!(out, "<div style=\"font-size:19px;font-weight:600;margin:4px 0 10px\">{}</div>", escaped(&page.title));
    if let Some(news) = &page.news {
        let _ = write!(out, "<p style=\"margin:0 0 10px;font-weight:600\">{}</p>", escaped(news));
    }
    for sentence in &page.sentences {
        let _ = write!(out, "<p style=\"margin:0 0 6px\">{}</p>", escaped(sentence));
    }
    if let Some(countdown) = &page.countdown {
        let style = "margin:12px 0;padding:8px 12px;background:#fff8e6;border-left:4px solid #bc4c00;font-weight:600";
        let _ = write!(out, "<div style=\"{style}\">{}</div>", escaped(countdown));
    }
    ladder(&mut out, page);
    rows(&mut out, page);
    list(&mut out, "Ask", &page.triage, "");
    list(&mut out, "Ready to run <span style=\"font-weight:400;color:#57606a\">(nothing was run)</span>", &page.commands, MONO);
    ended(&mut out, page);
    out
}

/// A page of one sentence.
pub fn plain(text: &str) -> String {
    format!("{}<p>{}</p></td></tr></table></body></html>", begun("#57606a"), escaped(text))
}

fn begun(colour: &str) -> String {
    format!(
        "<!doctype html><html><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"></head>\
         <body style=\"margin:0;padding:16px;background:#f6f8fa;color:#1b1f24;{FONT};font-size:15px;line-height:1.45\">\
         <table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" style=\"max-width:680px;width:100%;margin:0 auto;background:#ffffff;border:1px solid #d5dae0;\
         border-top:5px solid {colour};table-layout:fixed\"><tr><td style=\"padding:18px 20px;overflow-wrap:anywhere;word-break:break-word\">"
    )
}

fn ended(out: &mut String, page: &Page) {
    if let Some(link) = &page.link {
        let style = "display:inline-block;margin-top:16px;padding:8px 14px;background:#0969da;color:#ffffff;text-decoration:none;border-radius:4px";
        let _ = write!(out, "<a href=\"{}\" style=\"{style}\">Look at it</a>", escaped(link));
    }
    let _ = write!(out, "<div style=\"margin-top:14px;color:#57606a;{MONO}\">watchbell story {}</div>", escaped(&page.id));
    out.push_str("</td></tr></table></body></html>");
}

fn head(page: &Page) -> String {
    let chip = format!(
        "<span style=\"display:inline-block;padding:1px 8px;border-radius:9px;background:{};color:#ffffff;font-weight:600\">{}</span>",
        colour(page.priority),
        page.priority.word()
    );
    let rest = [page.outcome.word(), &page.host, &page.user].into_iter().filter(|part| !part.is_empty()).map(escaped);
    std::iter::once(chip).chain(rest).collect::<Vec<_>>().join(" &middot; ")
}

fn ladder(out: &mut String, page: &Page) {
    if page.ladder.is_empty() {
        return;
    }
    out.push_str("<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"3\" style=\"width:100%;table-layout:fixed;margin:12px -3px\"><tr>");
    for (step, outcome) in &page.ladder {
        let (back, ink, word) = match outcome {
            Some(Outcome::Done) => ("#a40e26", "#ffffff", "done"),
            Some(Outcome::Failed) => ("#dafbe1", "#1a7f37", "failed"),
            Some(Outcome::Tried) => ("#fff8c5", "#7d4e00", "tried"),
            None => ("#eef1f5", "#6e7781", "&ndash;"),
        };
        let style = format!("background:{back};color:{ink};text-align:center;padding:4px 2px;font-size:12px;line-height:1.3");
        let _ = write!(out, "<td style=\"{style}\"><b>{step}</b><br>{word}</td>");
    }
    out.push_str("</tr></table>");
}

fn rows(out: &mut String, page: &Page) {
    out.push_str("<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" style=\"width:100%;font-size:14px;table-layout:fixed\">");
    for (name, value) in &page.rows {
        let value = escaped(value);
        let _ = write!(
            out,
            "<tr><td style=\"width:110px;color:#57606a;padding:2px 0;vertical-align:top\">{name}</td><td style=\"padding:2px 0\">{value}</td></tr>"
        );
    }
    out.push_str("</table>");
}

fn list(out: &mut String, title: &str, items: &[String], style: &str) {
    if items.is_empty() {
        return;
    }
    let _ = write!(out, "<div style=\"margin:16px 0 4px;font-weight:600\">{title}</div>");
    for item in items {
        let box_style = "margin:0 0 4px;padding:5px 9px;background:#f6f8fa;border:1px solid #e3e7ec";
        let _ = write!(out, "<div style=\"{box_style};{style}\">{}</div>", escaped(item));
    }
}

fn colour(priority: Priority) -> &'static str {
    match priority {
        Priority::VeryHigh => "#a40e26",
        Priority::High => "#bc4c00",
        Priority::Normal => "#8a5d00",
        Priority::Low => "#0969da",
        Priority::VeryLow => "#6e7781",
    }
}
