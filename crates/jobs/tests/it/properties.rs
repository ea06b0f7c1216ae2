//! What holds for any input: nothing panics, and a line's disguise does not change its job.

use proptest::prelude::*;
use watchbell_jobs::{CronTable, at_job, azure, command_line, command_line_as, cron_job, crontab, may_schedule, powershell, task_xml, timer_unit};

/// Pieces of which hostile lines are made.
const PIECES: &[&str] = &[
    "schtasks",
    "/create",
    " /tn ",
    " /tr ",
    "\"",
    "'",
    "^",
    "\\\"",
    "\\",
    "&",
    "|",
    "(",
    ")",
    "{",
    "}",
    "@{",
    "@(",
    "$(",
    "`",
    "$x",
    "%a%",
    "!a!",
    "=",
    "+",
    ",",
    ";",
    "\n",
    "<<",
    "<<<EOF\n",
    ">",
    ">>",
    "/etc/cron.d/x",
    "cmd /c ",
    "powershell -c ",
    "bash -c ",
    "echo ",
    "crontab -",
    "at now",
    "iex ",
    "Register-ScheduledTask ",
    "-Action ",
    "[char]115",
    "::",
    ".",
    "set a=%a%%a%",
    "base64 -d",
    "sudo ",
    "é",
    "\u{0}",
    "\u{2013}",
    "* * * * * ",
    "systemd-run --on-calendar ",
    "kubectl create cronjob ",
    "for x in y; do ",
    "if ",
    "else ",
    "wmic process call create ",
    "-enc dwBoAG8AYQBtAGkA",
    "Schedule.Service",
    ".Path = '",
    "tee -a ",
    "sed -i ",
];

fn hostile() -> impl Strategy<Value = String> {
    prop::collection::vec(prop_oneof![4 => prop::sample::select(PIECES).prop_map(str::to_owned), 1 => ".{0,8}"], 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics(text in hostile()) {
        let jobs = command_line(&text);
        prop_assert!(jobs.len() <= 64);
        for job in &jobs {
            prop_assert!(job.fields().count() > 1);
        }
        command_line_as(&text, Some("schtasks.exe"));
        powershell(&text);
        let _ = (task_xml(&text), timer_unit("x.timer", &text, Some(&text)), at_job("a0000f01ba1b2c", &text), azure("Microsoft.Automation/automationAccounts/webhooks/write", &text, &text.clone().into()));
        for table in [CronTable::User, CronTable::System, CronTable::Anacron] {
            crontab(&text, table);
        }
    }

    #[test]
    fn the_cheap_look_misses_nothing(text in hostile()) {
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let found = !command_line(&text).is_empty();
        prop_assert!(!found || may_schedule(text.as_bytes()), "{text:?}");
        prop_assert!(!found || text.len() < 2 || may_schedule(&wide) || !text.as_bytes()[..2].is_ascii(), "wide {text:?}");
    }

    #[test]
    fn any_object_is_looked_at(kind in "CronJob|Job|Pod", schedule in ".{0,12}", command in ".{0,12}") {
        let _ = cron_job(&serde_json::json!({"kind": kind, "spec": {"schedule": schedule, "jobTemplate": {"spec": {"template": {"spec": {"containers": [{"command": [command]}]}}}}}}));
    }

    #[test]
    fn a_disguise_does_not_change_the_job(name in "[A-Za-z][A-Za-z0-9_]{0,12}", host in "[a-z][a-z0-9]{0,8}", run in "[a-z]{1,8}\\.exe( /[w-z]{1,3}){0,2}", disguise in 0usize..9, seed in any::<u64>()) {
        let plain = format!("schtasks /create /s {host} /tn {name} /tr \"{run}\" /sc minute /mo 5 /f");
        let disguised = disguised(&plain, disguise, seed);
        prop_assert_eq!(command_line(&plain), command_line(&disguised), "{}", disguised);
        prop_assert!(may_schedule(disguised.as_bytes()), "{}", disguised);
    }
}

fn disguised(plain: &str, how: usize, seed: u64) -> String {
    match how {
        0 => format!("cmd.exe /c {plain}"),
        1 => format!("\"C:\\Windows\\System32\\cmd.exe\" /d /c \"{plain}\""),
        2 => recased(plain, seed),
        3 => plain.replace(" /s ", " -s ").replace("/create", "-create").replace(" /tn", " -tn").replace("/tr", "-tr"),
        4 => format!("cmd /c {}", broken(plain, '^', seed)),
        5 => format!("cmd /c {}", plain.replacen("schtasks", "sch\"ta\"sks", 1)),
        6 => format!("cmd /c echo x & {plain} & echo y"),
        7 => format!("powershell -nop -c \"{}\"", plain.replace('"', "'")),
        _ => format!("powershell.exe -w hidden -EncodedCommand {}", utf16_base64(plain)),
    }
}

/// Some letters of the switches and the program in the other case.
fn recased(text: &str, seed: u64) -> String {
    let (program, rest) = text.split_at("schtasks /create".len());
    let other = |(n, c): (usize, char)| if seed >> (n % 64) & 1 == 1 { c.to_ascii_uppercase() } else { c };
    format!("{}{}", program.chars().enumerate().map(other).collect::<String>(), rest.replace(" /tn", " /TN").replace(" /tr", " /Tr").replace("/sc", "/SC"))
}

/// Carets between the letters of the program's name.
fn broken(text: &str, with: char, seed: u64) -> String {
    let (program, rest) = text.split_at("schtasks".len());
    let broken: String = program.chars().enumerate().flat_map(|(n, c)| [(seed >> n & 1 == 1).then_some(with), Some(c)]).flatten().collect();
    format!("{broken}{rest}")
}

fn utf16_base64(text: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>())
}

#[test]
fn bombs_end_soon() {
    let deep = [
        "(",
        "{",
        "@(",
        "@{",
        "$(",
        "[",
        "if (",
        "\"",
        "cmd /c ",
        "powershell -c ",
        "bash -c '",
        "schtasks -",
        "sudo ",
        "iex ",
        "<<E\n",
        "`",
        "$a=$a+$a;",
        "$a=@($a,$a);",
        "set a=%a%%a%&%a% ",
        "echo x > /etc/cron.d/x; ",
    ];
    for piece in deep {
        let bomb = piece.repeat(60_000 / piece.len());
        command_line(&bomb);
        command_line(&format!("cmd /c {bomb}"));
        command_line(&format!("bash -c '{bomb}"));
        powershell(&format!("$a='aaaaaaaaaaaaaaaa';{bomb}"));
    }
}
