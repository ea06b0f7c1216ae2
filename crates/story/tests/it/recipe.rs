//! A small recipe for the scenes.

use watchbell_story::{Chapter, GapKind, Kind, Lane, Recipe, Role};

type Row = (&'static str, Role, Chapter, Lane, &'static [&'static str]);

const ROWS: [Row; 21] = [
    ("process", Role::Process, Chapter::Before, Lane::Process, &["{{ image }} started: {{ command }}", "{{ image }} started"]),
    ("process_end", Role::ProcessEnd, Chapter::Before, Lane::Process, &["{{ image }} ended"]),
    ("logon", Role::Logon, Chapter::Entry, Lane::Logon, &["{{ user }} logged on from {{ address }}", "{{ user }} logged on"]),
    ("sshd", Role::Logon, Chapter::Entry, Lane::Logon, &["sshd accepted {{ user }} from {{ address }}"]),
    (
        "share",
        Role::Share,
        Chapter::Entry,
        Lane::Network,
        &["{{ user }} used the pipe {{ pipe }} from {{ address }}", "{{ user }} used {{ file }} from {{ address }}"],
    ),
    ("network", Role::Network, Chapter::Fetched, Lane::Network, &["{{ image }} reached {{ address }}"]),
    ("file", Role::File, Chapter::Fetched, Lane::File, &["{{ image }} wrote {{ file }}"]),
    (
        "job",
        Role::Job,
        Chapter::SetUp,
        Lane::Job,
        &["{{ user }} set up {{ job.name }}: {{ job.command }}", "{{ user }} wrote {{ file }}", "{{ user }} changed {{ job_name }}"],
    ),
    ("job_deleted", Role::Job, Chapter::After, Lane::Job, &["{{ user }} removed {{ file }}"]),
    ("run", Role::Run, Chapter::After, Lane::Job, &["{{ job_name }} ran", "cron ran {{ action }} as {{ user }}"]),
    ("switch", Role::Switch, Chapter::Before, Lane::Logon, &["{{ user }} used sudo: {{ command }}", "{{ user }} used sudo"]),
    ("sudo_line", Role::Switch, Chapter::Before, Lane::Logon, &["{{ user }} used sudo: {{ command }}"]),
    (
        "cloud",
        Role::Cloud,
        Chapter::SetUp,
        Lane::Cloud,
        &["{{ user }} from {{ address }}: {{ operation }} on {{ resource }}", "{{ user }}: {{ operation }} on {{ resource }}"],
    ),
    ("cloud_rights_changed", Role::Cloud, Chapter::Before, Lane::Cloud, &["{{ user }} from {{ address }} changed rights"]),
    ("sign_in", Role::Logon, Chapter::Entry, Lane::Cloud, &["{{ user }} signed in from {{ address }}"]),
    ("cleared", Role::Blind, Chapter::Unseen, Lane::Logon, &["{{ user }} cleared the log {{ channel }}"]),
    ("audit_off", Role::Blind, Chapter::Unseen, Lane::Logon, &["{{ user }} switched auditing off"]),
    ("boot", Role::Boot, Chapter::Unseen, Lane::Process, &[]),
    ("unsaid", Role::Job, Chapter::SetUp, Lane::Job, &[]),
    ("logoff", Role::Logoff, Chapter::After, Lane::Logon, &["{{ user }} logged off"]),
    ("clock", Role::Clock, Chapter::Unseen, Lane::Logon, &["the clock was set"]),
];

pub fn recipe() -> Recipe {
    Recipe { kinds: ROWS.iter().map(kind).collect() }
}

pub fn place(id: &str) -> u16 {
    ROWS.iter().position(|row| row.0 == id).unwrap_or_else(|| panic!("no kind {id}")) as u16
}

fn kind((id, role, chapter, lane, says): &Row) -> Kind {
    let gap = match *id {
        "cleared" => Some(GapKind::LogCleared),
        "audit_off" => Some(GapKind::AuditingOff),
        "clock" => Some(GapKind::ClockStep),
        _ => None,
    };
    let before = if matches!(role, Role::Logon | Role::Logoff | Role::Process | Role::ProcessEnd | Role::Boot) { 12 * 3600 } else { 3600 };
    Kind { id: (*id).to_owned(), chapter: *chapter, lane: *lane, role: *role, says: says.iter().map(|s| (*s).to_owned()).collect(), gap, before, after: 600 }
}
