//! Next runs: tables of definitions with the runs that they lead to, from `tests/next`.

use proptest::prelude::*;
use watchbell_jobs::{Anchors, CronTable, Job, at_job, azure, cron_job, crontab_line, next_runs, task_xml, timer_unit, zone};
use watchbell_model::Timestamp;

/// A table: `# …` begins a comment; `kind | zone | now` says what the lines below are and when they are asked; a line is a definition, then
/// `=>` and what comes of it: local times in short, else the condition.
fn check(table: &str) {
    let (mut kind, mut place, mut now) = ("", "", "");
    let mut wrong = Vec::new();
    for line in table.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let [a, b, c] = line.split(" | ").collect::<Vec<_>>()[..] {
            (kind, place, now) = (a, b, c);
            continue;
        }
        let (definition, expected) = line.split_once(" => ").expect(line);
        let found = told(&job(kind, definition), place, now);
        if found != expected {
            wrong.push(format!("{definition} => {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn job(kind: &str, definition: &str) -> Job {
    match kind {
        "cron" => crontab_line(&format!("{definition} /bin/x"), CronTable::User).expect(definition).expect(definition),
        "timer" => timer_unit("x.timer", &format!("[Timer]\n{}\n", definition.replace("; ", "\n")), None).expect(definition),
        "cronjob" => {
            let (schedule, zone) = definition.split_once(" in ").map_or((definition, None), |(s, z)| (s, Some(z)));
            cron_job(&serde_json::json!({"kind": "CronJob", "spec": {"schedule": schedule, "timeZone": zone}})).expect(definition)
        }
        "line" => watchbell_jobs::command_line(definition).remove(0),
        "powershell" => watchbell_jobs::powershell(definition).remove(0),
        "xml" => task_xml(&format!("<Task><Triggers>{definition}</Triggers><Actions><Exec><Command>a</Command></Exec></Actions></Task>")).expect(definition),
        "azure" => {
            let body = serde_json::json!({"requestbody": {"properties": serde_json::from_str::<serde_json::Value>(definition).expect(definition)}});
            azure("Microsoft.Automation/automationAccounts/schedules/write", "/x/schedules/s", &body).expect(definition)
        }
        "spool" => at_job(definition, "/tmp/x\n").expect(definition),
        other => panic!("no kind {other}"),
    }
}

/// `05-26 04:30+02`: the five runs on the host's clock; `~` before what is about.
fn told(job: &Job, place: &str, now: &str) -> String {
    let host = (place != "?").then(|| zone(place).expect(place));
    let now = Timestamp::parse(now, &jiff::tz::TimeZone::UTC).expect(now);
    let anchors = Anchors { created: Some(now), ..Anchors::default() };
    let next = next_runs(job, now, host.as_ref(), &anchors);
    let runs: Vec<String> = next.runs.iter().map(|run| format!("{}{}", if run.about { "~" } else { "" }, short(&run.local))).collect();
    let refused = next.notes.iter().find(|note| note.contains("refuses")).map(|_| "refused".to_owned());
    refused.unwrap_or_else(|| if runs.is_empty() { next.when } else { runs.join(", ") })
}

fn short(local: &str) -> String {
    let seconds = if &local[17..19] == "00" { "" } else { &local[16..19] };
    let year = if local.starts_with("2026") { "" } else { &local[..5] };
    format!("{year}{} {}{}{}", &local[5..10], &local[11..16], seconds, local[19..].trim_end_matches(":00"))
}

#[test]
fn cron() {
    check(include_str!("../next/cron.txt"));
}

#[test]
fn systemd() {
    check(include_str!("../next/systemd.txt"));
}

#[test]
fn kubernetes() {
    check(include_str!("../next/kubernetes.txt"));
}

#[test]
fn windows() {
    check(include_str!("../next/windows.txt"));
}

#[test]
fn schtasks() {
    check(include_str!("../next/schtasks.txt"));
}

#[test]
fn powershell() {
    check(include_str!("../next/powershell.txt"));
}

#[test]
fn at() {
    check(include_str!("../next/at.txt"));
}

#[test]
fn azure_schedules() {
    check(include_str!("../next/azure_schedules.txt"));
}

/// What a reader is told besides, only where it matters.
#[test]
fn notes() {
    let told = |kind: &str, definition: &str, place: Option<&str>, now: &str| {
        let now = Timestamp::parse(now, &jiff::tz::TimeZone::UTC).expect(now);
        next_runs(&job(kind, definition), now, place.and_then(zone).as_ref(), &Anchors::default()).notes
    };
    let (spring, winter) = ("2026-03-28T12:00:00Z", "2026-01-10T12:00:00Z");
    let berlin = Some("Europe/Berlin");
    let change = "the clock changes at 2026-03-29T01:00:00Z: ";
    let cron = "cron runs what stood in a skipped hour as soon as it has passed, and nothing twice in a repeated one";
    assert_eq!(told("cron", "30 2 * * *", berlin, spring), [format!("{change}{cron}")]);
    assert!(told("cron", "30 2 * * *", berlin, winter).is_empty() && told("cron", "30 4 * * *", berlin, spring).is_empty());
    assert_eq!(told("cron", "30 4 * * *", None, winter), ["the host's time zone is not known: its clock is taken for UTC"]);
    assert_eq!(told("cronjob", "30 4 * * *", None, winter), ["it names no zone: the cluster's controller counts in its own, which is mostly UTC"]);
    assert_eq!(told("timer", "OnCalendar=02:30; Persistent=yes", berlin, spring).len(), 3);
    let daily = "<CalendarTrigger><StartBoundary>2026-01-01T02:30:00</StartBoundary><RandomDelay>PT1H30M</RandomDelay><ScheduleByDay/></CalendarTrigger>";
    let open = "Windows does not say what becomes of a time in a skipped or repeated hour";
    assert_eq!(told("xml", daily, berlin, spring), [format!("{change}{open}"), "up to 1 hour 30 minutes later, at random".to_owned()]);
}

const ZONES: &[&str] = &["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Pacific/Apia"];

/// Definitions of every kind: a kind, and what stands in it.
fn definitions() -> impl Strategy<Value = (&'static str, String)> {
    let field = |low: u8, high: u8| {
        let range = move || low..=high;
        prop_oneof![
            Just("*".to_owned()),
            (1_u8..20).prop_map(|step| format!("*/{step}")),
            range().prop_map(|a| a.to_string()),
            (range(), range(), 1_u8..9).prop_map(|(a, b, step)| format!("{}-{}/{step}", a.min(b), a.max(b))),
            (range(), range()).prop_map(|(a, b)| format!("{a},{b}")),
        ]
    };
    let cron = (field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 6)).prop_map(|(m, h, d, o, w)| format!("{m} {h} {d} {o} {w}"));
    let zone = prop::sample::select(ZONES).prop_map(str::to_owned);
    let calendar = (prop::sample::select(&["", "Mon ", "Sat..Sun "][..]), field(1, 28), 0_u8..24, field(0, 59))
        .prop_map(|(days, day, hour, minute)| format!("OnCalendar={days}*-*~{} {hour}:{}", plain(&day), plain(&minute)));
    let schedule = prop::sample::select(
        &[
            "<ScheduleByDay><DaysInterval>3</DaysInterval></ScheduleByDay>",
            "<ScheduleByWeek><WeeksInterval>2</WeeksInterval><DaysOfWeek><Friday/></DaysOfWeek></ScheduleByWeek>",
        ][..],
    );
    let xml = (schedule, 0_u8..24, 0_u8..60).prop_map(|(days, h, m)| {
        let repeat = "<Repetition><Interval>PT50M</Interval><Duration>PT4H</Duration></Repetition>";
        format!("<CalendarTrigger>{repeat}<StartBoundary>2026-01-05T{h:02}:{m:02}:00</StartBoundary>{days}</CalendarTrigger>")
    });
    prop_oneof![
        3 => cron.clone().prop_map(|text| ("cron", text)),
        2 => (cron, zone).prop_map(|(text, zone)| ("cronjob", format!("{text} in {zone}"))),
        2 => calendar.prop_map(|text| ("timer", text)),
        1 => xml.prop_map(|text| ("xml", text)),
    ]
}

/// A cron field as systemd writes one, where it can.
fn plain(field: &str) -> String {
    match field.split_once('/') {
        _ if field == "*" => "1".to_owned(),
        Some((_, step)) => format!("1/{step}"),
        None => field.split(',').next().unwrap_or("1").to_owned(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Asked again at its first run, a job tells the same runs without that one: nothing is left out, nothing comes twice.
    #[test]
    fn runs_follow_each_other((kind, definition) in definitions(), place in prop::sample::select(ZONES), now in 1_774_000_000_i64..1_793_700_000) {
        let (job, host) = (job(kind, &definition), zone(place));
        let asked = |now: i64| next_runs(&job, Timestamp::from_seconds(now), host.as_ref(), &Anchors::default()).runs.iter().map(|run| run.at.seconds()).collect::<Vec<_>>();
        let runs = asked(now);
        prop_assert!(runs.iter().all(|run| *run > now) && runs.is_sorted_by(|a, b| a < b), "{definition} {runs:?}");
        for (index, run) in runs.iter().enumerate() {
            let (rest, later) = (&runs[index + 1..], asked(*run));
            prop_assert_eq!(rest, &later[..rest.len().min(later.len())], "{} after {}", definition, run);
        }
        let text = serde_json::to_string(&job).expect("a job is JSON");
        prop_assert_eq!(serde_json::from_str::<Job>(&text).expect("and can be read"), job);
    }
}
