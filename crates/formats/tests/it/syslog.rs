//! syslog: heads in every spelling, years worked out, and what programs say.

use crate::auditd_support::{lines, read, read_as, read_cut};
use watchbell_formats::Stream;

#[test]
fn heads() {
    let fields = "Hostname Program ProcessId Message Facility Severity";
    let cases = [
        ("Mar  6 04:07:28 vm cron[18810]: (CRON) INFO (pidfile fd = 3)", "Hostname=vm Program=cron ProcessId=18810 Message=(CRON) INFO (pidfile fd = 3)"),
        ("<78>Mar 16 04:07:28.123 vm /usr/sbin/cron[1]: x", "Hostname=vm Program=cron ProcessId=1 Message=x Facility=cron Severity=info"),
        ("Jun 14 15:16:01 vm sshd(pam_unix)[19939]: authentication failure", "Hostname=vm Program=sshd ProcessId=19939 Message=authentication failure"),
        ("Nov 18 08:30:20 kernel: [997.390602] sda2: rw=0", "Program=kernel Message=[997.390602] sda2: rw=0"),
        ("Mar  6 04:07:28 vm no tag at all", "Hostname=vm Message=no tag at all"),
        ("2026-11-24T04:15:44.371810+00:00 vm crontab[9]: (root) LIST (root)", "Hostname=vm Program=crontab ProcessId=9 Message=(root) LIST (root)"),
        ("Wed 2019-10-02 02:13:51 UTC vm systemd[1]: Started x.", "Hostname=vm Program=systemd ProcessId=1 Message=Started x."),
        (
            "<34>1 2003-10-11T22:14:15.003Z vm su 12 ID47 [a@1 b=\"c \\\"]\\\" d\"][e] \u{feff}'su root' failed",
            "Hostname=vm Program=su ProcessId=12 Message='su root' failed Facility=auth Severity=crit",
        ),
        ("<34>1 - - - - - -", "Message= Facility=auth Severity=crit"),
        ("88 <34>1 2003-10-11T22:14:15Z vm app - - - hello", "Hostname=vm Program=app Message=hello Facility=auth Severity=crit"),
    ];
    for (line, expected) in cases {
        let told = read_as("syslog", line.as_bytes(), fields, usize::MAX, Stream::default());
        let view = told.events.first().and_then(|event| event.views.first()).map(|view| view.split_once(' ').map_or("", |(_, fields)| fields));
        assert_eq!(view, Some(expected), "{line}");
    }
}

#[test]
fn what_programs_say() {
    let fields = "User Action Command TargetUser TargetFilename Unit SourceIp SourcePort AuthMethod CurrentDirectory";
    let cases = [
        ("CRON[1]: (root) CMD (   cd / && run-parts (x))", "cron User=root Action=CMD Command=cd / && run-parts (x)"),
        ("crontab[1]: (alice) REPLACE (bob)", "cron User=alice Action=REPLACE TargetUser=bob"),
        ("crontab[1]: (alice) BEGIN EDIT (alice)", "cron User=alice Action=BEGIN EDIT TargetUser=alice"),
        ("cron[1]: (*system*x) RELOAD (/etc/cron.d/x)", "cron Action=RELOAD TargetFilename=/etc/cron.d/x"),
        ("cron[1]: (bob) RELOAD (crontabs/bob)", "cron User=bob Action=RELOAD TargetUser=bob TargetFilename=/var/spool/cron/crontabs/bob"),
        ("crond[1]: (CRON) STARTUP (1.5.7)", "cron Action=STARTUP"),
        ("crond[1]: USER root pid 17 cmd run-parts /etc/periodic/15min", "cron User=root Action=CMD Command=run-parts /etc/periodic/15min"),
        ("CRON[1]: pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)", "cron User=root Action=session opened"),
        ("anacron[1]: Job `cron.daily' started", "cron Action=started Command=cron.daily"),
        (
            "sudo:    bob : TTY=pts/0 ; PWD=/home/bob ; USER=root ; COMMAND=/bin/sh -c id ; x",
            "sudo User=bob Action=COMMAND Command=/bin/sh -c id ; x TargetUser=root CurrentDirectory=/home/bob",
        ),
        (
            "sudo: bob : user NOT in sudoers ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/id",
            "sudo User=bob Action=user NOT in sudoers Command=/bin/id TargetUser=root CurrentDirectory=/",
        ),
        ("su[9]: (to root) bob on pts/0", "auth User=bob Action=SU TargetUser=root"),
        ("su[9]: FAILED SU (to root) bob on pts/0", "auth User=bob Action=FAILED TargetUser=root"),
        (
            "sshd[9]: Accepted publickey for bob from 192.0.2.60 port 60594 ssh2: RSA SHA256:x",
            "sshd User=bob Action=Accepted SourceIp=192.0.2.60 SourcePort=60594 AuthMethod=publickey",
        ),
        ("sshd[9]: Disconnected from user bob 192.0.2.60 port 60594", "sshd User=bob Action=Disconnected SourceIp=192.0.2.60 SourcePort=60594"),
        (
            "sshd[9]: Failed password for invalid user eve from 2001:db8::1 port 9 ssh2",
            "sshd User=eve Action=Failed SourceIp=2001:db8::1 SourcePort=9 AuthMethod=password",
        ),
        (
            "sshd[9]: message repeated 2 times: [ Failed password for eve from 192.0.2.1 port 9 ssh2]",
            "sshd User=eve Action=Failed SourceIp=192.0.2.1 SourcePort=9 AuthMethod=password",
        ),
        ("systemd[1]: Started apt-daily.timer - Daily apt download activities.", "systemd Action=Started Unit=apt-daily.timer"),
        ("systemd[1]: cron.service: Deactivated successfully.", "systemd Unit=cron.service"),
        ("other[1]: (root) CMD (x)", "syslog"),
    ];
    for (message, expected) in cases {
        let line = format!("Mar  6 04:07:28 vm {message}");
        let told = read_as("syslog", line.as_bytes(), fields, usize::MAX, Stream::default());
        assert_eq!(told.events[0].views, [format!("linux/{expected}")], "{message}");
    }
}

#[test]
fn years() {
    let written = |modified: &str| modified.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_second);
    let stream = |modified| Stream { modified, ..Stream::default() };
    let line = |date: &str| format!("{date} 10:00:00 vm a: b\n");
    let cases = [
        ("a log of its own year", ["Feb  1", "Mar  6"].map(line).concat(), stream(written("2022-03-07T00:00:00Z")), "2022 2022"),
        ("over new year", ["Dec 31", "Jan  1"].map(line).concat(), stream(written("2022-01-02T00:00:00Z")), "2021 2022"),
        ("the end of the year before", ["Nov  1", "Dec  6"].map(line).concat(), stream(written("2022-01-02T00:00:00Z")), "2021 2021"),
        (
            "a late line at new year",
            ["Dec 31", "Jan  1", "Dec 31", "Jan  1"].map(line).concat(),
            stream(written("2022-01-02T00:00:00Z")),
            "2021 2022 2021 2022",
        ),
        ("the 29th of February", line("Feb 29"), stream(written("2022-06-02T00:00:00Z")), "2020"),
        (
            "a neighbour with a date",
            line("Dec 31") + "2019-01-01T10:00:00Z vm a: b\n" + &line("Jan  2"),
            stream(written("2022-01-02T00:00:00Z")),
            "2018 2019 2019",
        ),
        ("told by the journal", "-- Logs begin at Wed 2019-10-02 02:13:51 UTC, end at x --\n".to_owned() + &line("Oct  2"), stream(None), "2019"),
        ("nothing tells", line("Oct  2"), stream(None), "?"),
        ("the user tells", line("Oct  2"), Stream { year: Some(1999), ..Stream::default() }, "1999"),
    ];
    for (name, log, stream, expected) in cases {
        let told = read_cut(log.as_bytes(), "Message", usize::MAX, stream);
        let years: Vec<&str> = told.events.iter().map(|event| event.head.split('-').next().unwrap_or_default().split(' ').next().unwrap_or_default()).collect();
        assert_eq!(years.join(" "), expected, "{name}");
        assert_eq!(told.records(), lines(log.as_bytes()), "{name}");
    }
    let told = read_cut(line("Oct  2").as_bytes(), "", usize::MAX, stream(written("2022-11-02T00:00:00Z")));
    assert_eq!(told.events[0].head, "2022-10-02T10:00:00Z guessed vm");
}

#[test]
fn what_is_no_syslog() {
    let log = "Mar  6 04:07:28 vm a: b\nno head\n-- Reboot --\n\tindented\n";
    let told = read(log.as_bytes(), "Message");
    assert_eq!((told.format, told.events.len(), told.skipped), ("syslog", 1, 1));
    assert_eq!(told.quarantined, [(2, "unknown_format", 1), (4, "unknown_format", 1)]);
    let told = read(b"one\n\ntwo\n", "Message");
    assert_eq!((told.format, told.quarantined.len()), ("text", 2));
}

#[test]
fn keywords_are_the_message() {
    let told = read(b"Mar  6 04:07:28 vm crontab[1]: (root) REPLACE (root)\n", "KEYWORDS Message");
    assert_eq!(told.views("linux/cron"), ["Message=(root) REPLACE (root)"]);
}

#[test]
fn sysmon_for_linux() {
    let event = "<Event><System><Provider Name=\"Linux-Sysmon\"/><EventID>1</EventID><Channel>Linux-Sysmon/Operational</Channel><Computer>vm</Computer></System>\
                 <EventData><Data Name=\"Image\">/bin/ls</Data></EventData></Event>";
    let log = format!("Mar  6 04:07:28 vm sysmon: {event}\nMar  6 04:07:29 vm sysmon: <Event><\n");
    let told = read(log.as_bytes(), "Image Computer");
    assert_eq!(told.views("linux/process_creation"), ["Image=/bin/ls Computer=vm"]);
    assert_eq!(told.records(), 2);
    let entry = format!("__CURSOR=1\nSYSLOG_IDENTIFIER=sysmon\nMESSAGE={event}\n\n");
    assert_eq!(read(entry.as_bytes(), "Image Computer").events[0].views, told.events[0].views);
}
