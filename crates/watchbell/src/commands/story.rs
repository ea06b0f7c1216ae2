//! `watchbell story FILE…`: what led to each triggered alert, how far it got and what runs next, told on a terminal.

use crate::cli::{ScanArgs, StoryArgs, StoryFormat, WhatArgs};
use crate::commands::scan::{Scanned, scan};
use crate::exit::Exit;
use crate::terminal::{colours, complain, width};
use anyhow::Result;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use watchbell_alerts::{Triggered, render};

/// Ladders and joins count on what other alerts found: all are asked, and then only those wanted are shown.
pub fn run(args: &StoryArgs) -> Result<Exit> {
    let asked = ScanArgs {
        paths: args.paths.clone(),
        what: WhatArgs { pack: args.pack.clone(), ..WhatArgs::default() },
        now: args.now.clone(),
        silent: args.silent.clone(),
        strict: args.strict,
        story: true,
        ..ScanArgs::default()
    };
    let mut scanned = match scan(&asked)? {
        ControlFlow::Continue(scanned) => scanned,
        ControlFlow::Break(exit) => return Ok(exit),
    };
    if let Some(name) = args.alert.iter().find(|name| !known(name, &scanned)) {
        complain(&format!("error[story/unknown-alert]: no triggered alert has an id that begins with `{name}`, and no alert is named so"));
        return Ok(Exit::Content);
    }
    let alerts = std::mem::take(&mut scanned.outcomes.alerts);
    let named = |alert: &Triggered| args.alert.iter().any(|name| is(alert, name));
    let wanted = |alert: &Triggered| if args.alert.is_empty() { alert.leads() } else { named(alert) };
    let something = alerts.iter().any(wanted);
    if scanned.reading.streams > 0 {
        let mut out = BufWriter::new(std::io::stdout().lock());
        match args.format {
            // Who reads a story reads one for each ladder; machines get every alert.
            StoryFormat::Text => render::story(&alerts, wanted, width(), colours(), &mut out)?,
            StoryFormat::Ndjson => render::ndjson(&shown(alerts, args, named), &mut out)?,
            StoryFormat::Html => render::html(&shown(alerts, args, named), &mut out)?,
        }
        out.flush()?;
    }
    Ok(scanned.exit(args.strict, something))
}

fn shown(alerts: Vec<Triggered>, args: &StoryArgs, named: impl Fn(&Triggered) -> bool) -> Vec<Triggered> {
    alerts.into_iter().filter(|alert| args.alert.is_empty() || named(alert)).collect()
}

fn is(alert: &Triggered, name: &str) -> bool {
    alert.definition.name.eq_ignore_ascii_case(name) || alert.id.to_string().starts_with(&name.to_ascii_lowercase())
}

/// An alert that did not trigger is no mistake.
fn known(name: &str, scanned: &Scanned) -> bool {
    let active = &scanned.loaded.definitions.alerts;
    active.iter().any(|alert| alert.definition.name.eq_ignore_ascii_case(name)) || scanned.outcomes.alerts.iter().any(|alert| is(alert, name))
}
