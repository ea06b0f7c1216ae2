//! `watchbell scan PATH...`: what is active, what is read, what comes out.

use crate::cli::{Format, ScanArgs, SilentArgs};
use crate::exit::Exit;
use crate::load::{self, Loaded};
use crate::scan::{Plan, Progress, Reading, background, read_all, spool, stats};
use crate::terminal::{colours, complain, complain_all, width};
use anyhow::{Context, Result, bail};
use jiff::tz::TimeZone;
use std::fs::File;
use std::io::{BufWriter, IsTerminal, Write};
use std::ops::ControlFlow;
use std::panic::resume_unwind;
use watchbell_alerts::{Triggered, render};
use watchbell_formats::{Stream, hint};
use watchbell_input::{Options, Problem, expand};
use watchbell_model::{Diagnostic, Priority, Severity, Timestamp};
use watchbell_pipeline::{Found, Outcomes, Selection, Storybook, gather};

/// What a scan came to.
pub struct Scanned {
    pub loaded: Loaded,
    pub reading: Reading,
    pub outcomes: Outcomes,
}

impl Scanned {
    /// The exit status, where `something` was found.
    pub fn exit(&self, strict: bool, something: bool) -> Exit {
        let trouble = self.reading.streams == 0 || (strict && !self.reading.problems.is_empty());
        if trouble { Exit::Usage } else { Exit::found(something) }
    }
}

#[expect(clippy::disallowed_methods, reason = "the binary reads the clock")]
pub fn run(args: &ScanArgs) -> Result<Exit> {
    let started = std::time::Instant::now();
    let scanned = match scan(args)? {
        ControlFlow::Continue(scanned) => scanned,
        ControlFlow::Break(exit) => return Ok(exit),
    };
    if scanned.reading.streams > 0 {
        print(args, &scanned.outcomes.alerts)?;
    }
    write_stats(args, &scanned, started.elapsed().as_secs_f64())?;
    let exit = scanned.exit(args.strict, !scanned.outcomes.alerts.is_empty());
    // The process ends here, and gives all memory back at once faster than piece by piece.
    std::mem::forget(scanned);
    Ok(exit)
}

/// Everything but the printing; breaks off with an exit status where there is nothing to scan with.
pub fn scan(args: &ScanArgs) -> Result<ControlFlow<Exit, Scanned>> {
    let selection = selection(args)?;
    let about = about(&args.silent)?;
    let now = args.now.as_deref().map(|text| moment(text, "--now")).transpose()?;
    let threads = args.threads.map_or_else(load::cores, usize::from);
    let (book, loaded) = load_both(args, threads)?;
    tell(&loaded.diagnostics);
    if loaded.unusable(args.strict) {
        return Ok(ControlFlow::Break(Exit::Content));
    }
    let options = Options { follow_symlinks: args.follow, ..Options::default() };
    let (mut files, unlisted) = expand(&args.paths, &options);
    let _spooled = if book.is_some() { spool(&mut files)? } else { Vec::new() };
    let plan = Plan { files, options, threads, about, again: None };
    let reading = read(&loaded, plan.clone(), unlisted);
    if reading.streams == 0 {
        complain("error: nothing could be read; name at least one readable log");
        return Ok(ControlFlow::Continue(Scanned { loaded, reading, outcomes: Outcomes::default() }));
    }
    let Reading { found, .. } = reading;
    let (mut outcomes, reading) = (gather(&loaded.definitions, found, &selection), Reading { found: Found::default(), ..reading });
    if let Some(book) = &book {
        let zone = args.silent.tz.as_ref().map(|_| plan.about.zone.clone());
        background(book, &mut outcomes.alerts, plan, &reading, now, zone);
    }
    // Only now: what is of lower priority may be evidence, and a ladder may raise it.
    let least = args.min_priority.map(Priority::from);
    outcomes.alerts.retain(|alert| least.is_none_or(|least| alert.priority >= least));
    if outcomes.crowded_out > 0 {
        complain(&format!("warning[correlation/crowded]: correlations had no room for {} matches; what they count may be too little", outcomes.crowded_out));
    }
    Ok(ControlFlow::Continue(Scanned { loaded, reading, outcomes }))
}

/// Errors in full; of warnings, which a folder of rules has by the hundred, only how many.
fn tell(diagnostics: &[Diagnostic]) {
    let (errors, warnings): (Vec<&Diagnostic>, Vec<&Diagnostic>) = diagnostics.iter().partition(|d| d.severity == Severity::Error);
    complain_all(errors);
    if !warnings.is_empty() {
        complain(&format!("{} warnings about rules; `watchbell rules check PATH` or `watchbell pack lint PACK` shows them", warnings.len()));
    }
}

/// How stories are told, if they are, and what is active; the one is loaded beside the other.
fn load_both(args: &ScanArgs, threads: usize) -> Result<(Option<Storybook>, Loaded)> {
    std::thread::scope(|scope| {
        let book = tells(args).then(|| scope.spawn(|| load::stories::storybook(&load::packs::chosen(&args.what))));
        let loaded = load::load(&args.what, threads)?;
        let book = book.map(|book| book.join().unwrap_or_else(|panic| resume_unwind(panic))).transpose()?;
        Ok((book, loaded))
    })
}

/// Whether stories are told: by default for alerts of packs.
fn tells(args: &ScanArgs) -> bool {
    !args.no_story && (args.story || !load::packs::chosen(&args.what).is_empty())
}

fn read(loaded: &Loaded, plan: Plan, unlisted: Vec<Problem>) -> Reading {
    let progress = Progress::new(plan.files.iter().map(|file| file.size).sum());
    let mut reading = read_all(&loaded.definitions, plan, &progress);
    progress.finish();
    reading.problems.splice(0..0, unlisted);
    reading.problems.iter().for_each(|problem| complain(&format!("warning[{}]: {problem}", problem.code())));
    for (reason, records) in &reading.tally.reasons {
        if let Some(hint) = hint(reason) {
            complain(&format!("warning[format/{reason}]: {hint} (records: {records})"));
        }
    }
    reading
}

fn print(args: &ScanArgs, alerts: &[Triggered]) -> Result<()> {
    let to_terminal = args.output.is_none() && std::io::stdout().is_terminal();
    let format = args.format.unwrap_or(if to_terminal { Format::Table } else { Format::Ndjson });
    let mut out: Box<dyn Write> = match &args.output {
        Some(path) => Box::new(File::create(path).with_context(|| format!("cannot write {}", path.display()))?),
        None => Box::new(std::io::stdout().lock()),
    };
    let mut buffered = BufWriter::new(&mut out);
    render(alerts, format, to_terminal, &mut buffered)?;
    buffered.flush()?;
    Ok(())
}

/// Writes triggered alerts as a command's `--format` says.
pub fn render(alerts: &[Triggered], format: Format, to_terminal: bool, out: &mut dyn Write) -> std::io::Result<()> {
    match format {
        Format::Ndjson => render::ndjson(alerts, out),
        Format::Json => render::json(alerts, out),
        Format::Table => render::table(alerts, width(), to_terminal && colours(), out),
        Format::Html => render::html(alerts, out),
        Format::Ocsf => render::ocsf(alerts, out),
        Format::None => Ok(()),
    }
}

fn write_stats(args: &ScanArgs, scanned: &Scanned, seconds: f64) -> Result<()> {
    let Some(path) = &args.stats else { return Ok(()) };
    let text = format!("{}\n", stats(&scanned.loaded, &scanned.reading, &scanned.outcomes, seconds));
    if path.as_os_str() == "-" {
        complain(&text);
        return Ok(());
    }
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

fn selection(args: &ScanArgs) -> Result<Selection> {
    let time = |text: &Option<String>, option: &str| text.as_deref().map(|text| moment(text, option)).transpose();
    Ok(Selection { from: time(&args.from, "--from")?, to: time(&args.to, "--to")?, show_excepted: args.show_excepted })
}

fn moment(text: &str, option: &str) -> Result<Timestamp> {
    let whole = if text.len() == 10 { format!("{text}T00:00:00Z") } else { text.to_owned() };
    let Some(time) = Timestamp::parse(&whole, &TimeZone::UTC) else {
        bail!("{option} {text}: not a time; write 2026-01-31 or 2026-01-31T09:30:00Z");
    };
    Ok(time)
}

fn about(silent: &SilentArgs) -> Result<Stream> {
    let zone = match silent.tz.as_deref() {
        Some(name) => TimeZone::get(name).with_context(|| format!("--tz {name}: no such time zone; write one like Europe/Berlin"))?,
        None => TimeZone::UTC,
    };
    Ok(Stream { modified: None, host: silent.host.clone(), zone, year: silent.year })
}
