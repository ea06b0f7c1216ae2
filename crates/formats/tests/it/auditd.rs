//! auditd: what one serial is, by its records.

use crate::auditd_support::{lines, read, read_as, read_cut};
use watchbell_formats::Stream;

const FIELDS: &str = "TargetFilename SourceFilename ParentFolder OpenFlags Replaced success";

/// Records of one serial, the head of each left out.
fn serial(records: &[&str]) -> String {
    serial_at("1700000000.123:7", records)
}

fn serial_at(stamp: &str, records: &[&str]) -> String {
    let line = |record: &&str| {
        let (kind, body) = record.split_once(' ').unwrap_or((record, ""));
        format!("type={kind} msg=audit({stamp}): {body}\n")
    };
    records.iter().map(line).collect()
}

const WHO: &str = "ppid=5 pid=6 auid=1001 uid=0 gid=0 euid=0 tty=pts0 ses=3 comm=\"sh\" exe=\"/usr/bin/sh\" key=\"cron\"";

fn call(number: u32, result: &str, arguments: &str, items: u32) -> String {
    format!("SYSCALL arch=c000003e syscall={number} {result} {arguments} items={items} {WHO}")
}

fn check(name: &str, records: &[&str], expected: &[(&str, &str)]) {
    let told = read(serial(records).as_bytes(), FIELDS);
    let views: Vec<(String, String)> = told.events[0]
        .views
        .iter()
        .filter(|view| !view.starts_with("linux/auditd"))
        .map(|view| view.split_once(' ').map_or((view.clone(), String::new()), |(source, fields)| (source.to_owned(), fields.to_owned())))
        .map(|(source, fields)| (source.trim_start_matches("linux/").to_owned(), fields))
        .collect();
    let expected: Vec<(String, String)> = expected.iter().map(|(source, fields)| ((*source).to_owned(), (*fields).to_owned())).collect();
    assert_eq!(views, expected, "{name}");
    assert_eq!(told.records(), records.len() as u64, "{name}");
}

#[test]
fn connections_and_who_logged_in() {
    let told = |records: &[&str]| read(serial(records).as_bytes(), "DestinationIp DestinationPort LoginUser success exit type addr").events.remove(0).views;
    let connect = call(42, "success=no exit=-115", "a0=5 a1=55 a2=10 a3=0", 0);
    let views = told(&[&connect, "SOCKADDR saddr=02001FA3C00002070000000000000000"]);
    let connection = "linux/network_connection DestinationIp=192.0.2.7 DestinationPort=8099 LoginUser=1001 success=no exit=-115";
    assert!(views.iter().any(|view| view == connection), "{views:?}");
    let local = told(&[&connect, "SOCKADDR saddr=01002F6465762F6C6F6700"]);
    let bound = told(&[&call(49, OK, "a0=5 a1=55 a2=10 a3=0", 0), "SOCKADDR saddr=02001FA3C00002070000000000000000"]);
    assert!(!local.iter().chain(&bound).any(|view| view.starts_with("linux/network_connection")), "{local:?} {bound:?}");
    let start = "USER_START pid=6 uid=0 auid=1001 ses=3 msg='op=PAM:session_open acct=\"alice\" addr=192.0.2.7 res=success'\x1DUID=\"root\" AUID=\"alice\"";
    let views = told(&[start]);
    assert!(views[0].contains("LoginUser=alice") && views[0].contains("addr=192.0.2.7"), "{views:?}");
    let unset = "USER_ACCT pid=6 uid=0 auid=4294967295 ses=4294967295 msg='acct=\"root\" res=success'\x1DAUID=\"unset\"";
    assert!(!told(&[unset])[0].contains("LoginUser"), "{views:?}");
}

const OK: &str = "success=yes exit=3";
const CWD: &str = r#"CWD cwd="/root""#;

#[test]
fn a_file_made() {
    let open = call(257, OK, "a0=ffffff9c a1=55 a2=241 a3=1b6", 2);
    let parent = r#"PATH item=0 name="/etc/cron.d/" inode=9 dev=fe:00 mode=040755 ouid=0 nametype=PARENT"#;
    let made = r#"PATH item=1 name="/etc/cron.d/x" inode=10 dev=fe:00 mode=0100644 ouid=0 nametype=CREATE"#;
    let event = "TargetFilename=/etc/cron.d/x ParentFolder=/etc/cron.d OpenFlags=O_WRONLY|O_CREAT|O_TRUNC Replaced=false success=yes";
    check("openat", &[&open, CWD, parent, made], &[("file_event", event)]);
    check("in any order", &[made, parent, CWD, &open], &[("file_event", event)]);
    let lost = "TargetFilename=/etc/cron.d/x ParentFolder=/etc/cron.d Replaced=false";
    check("the call is lost", &[CWD, parent, made], &[("file_event", lost)]);
    let relative = r#"PATH item=1 name="../etc//cron.d/./x" inode=10 dev=fe:00 mode=0100644 nametype=CREATE"#;
    check("relative", &[&open, CWD, relative], &[("file_event", event)]);
    let round = r#"PATH item=1 name="/proc/self/root/etc/cron.d/x" inode=10 dev=fe:00 mode=0100644 nametype=CREATE"#;
    check("a detour", &[&open, CWD, round], &[("file_event", event)]);
    let hex = "PATH item=1 name=2F6574632F63726F6E2E642F61206220 inode=10 dev=fe:00 mode=0100644 nametype=CREATE";
    check("hex", &[&open, CWD, hex], &[("file_event", &event.replace("cron.d/x", "cron.d/a b "))]);
    let mkdir = call(83, "success=yes exit=0", "a0=1 a1=1ff", 2);
    let folder = r#"PATH item=1 name="/etc/cron.d" inode=11 dev=fe:00 mode=040755 nametype=CREATE"#;
    check("mkdir", &[&mkdir, CWD, folder], &[("file_event", "TargetFilename=/etc/cron.d ParentFolder=/etc Replaced=false success=yes")]);
}

#[test]
fn a_file_changed_or_not() {
    let normal = r#"PATH item=0 name="/etc/crontab" inode=10 dev=fe:00 mode=0100644 ouid=0 nametype=NORMAL"#;
    let open = |flags: &str| call(257, OK, &format!("a0=ffffff9c a1=55 a2={flags} a3=0"), 1);
    let changed = |flags: &str| format!("TargetFilename=/etc/crontab ParentFolder=/etc OpenFlags={flags} Replaced=false success=yes");
    let cases = [
        ("append", "441", Some("O_WRONLY|O_CREAT|O_APPEND")),
        ("write", "1", Some("O_WRONLY")),
        ("both", "2", Some("O_RDWR")),
        ("emptied", "200", Some("O_RDONLY|O_TRUNC")),
        ("read", "80000", None),
        ("touch", "941", None),
        ("a path only", "200001", None),
    ];
    for (name, flags, names) in cases {
        let fields = changed(names.unwrap_or_default());
        let expected: Vec<(&str, &str)> = names.iter().map(|_| ("file_change", fields.as_str())).collect();
        check(name, &[&open(flags), CWD, normal], &expected);
    }
    let truncate = call(76, "success=yes exit=0", "a0=1 a1=0", 1);
    check("truncate", &[&truncate, CWD, normal], &[("file_change", "TargetFilename=/etc/crontab ParentFolder=/etc Replaced=false success=yes")]);
    let chmod = call(90, "success=yes exit=0", "a0=1 a1=1a4", 1);
    check("chmod", &[&chmod, CWD, normal], &[]);
    let stat = call(4, "success=yes exit=0", "a0=1 a1=2", 1);
    check("stat", &[&stat, CWD, normal], &[]);
    let openat2 = call(437, OK, "a0=ffffff9c a1=55 a2=7ff a3=18", 1);
    let flags = "OPENAT2 oflag=02001 mode=0 resolve=0x0";
    check("openat2", &[&openat2, flags, CWD, normal], &[("file_change", &changed("O_WRONLY|O_APPEND"))]);
    check("openat2 without its flags", &[&openat2, CWD, normal], &[]);
}

#[test]
fn a_file_renamed_and_deleted() {
    let rename = call(82, "success=yes exit=0", "a0=1 a1=2", 4);
    let path = |item: u32, name: &str, inode: u32, kind: &str| format!("PATH item={item} name=\"{name}\" inode={inode} dev=fe:00 mode=0100600 nametype={kind}");
    let spool = r#"CWD cwd="/var/spool/cron""#;
    let (old, new, over) = (path(2, "crontabs/tmp.1", 5, "DELETE"), path(4, "crontabs/root", 5, "CREATE"), path(3, "crontabs/root", 4, "DELETE"));
    let fields = |replaced: bool| {
        format!(
            "TargetFilename=/var/spool/cron/crontabs/root SourceFilename=/var/spool/cron/crontabs/tmp.1 ParentFolder=/var/spool/cron/crontabs Replaced={replaced} success=yes"
        )
    };
    check("new", &[&rename, spool, &old, &new], &[("file_rename", &fields(false)), ("file_event", &fields(false))]);
    check("over another", &[&rename, spool, &old, &over, &new], &[("file_rename", &fields(true)), ("file_change", &fields(true))]);
    let unlink = call(87, "success=yes exit=0", "a0=1", 2);
    let gone = path(1, "/etc/cron.d/x", 5, "DELETE");
    check("unlink", &[&unlink, CWD, &gone], &[("file_delete", "TargetFilename=/etc/cron.d/x ParentFolder=/etc/cron.d success=yes")]);
    let failed = call(87, "success=no exit=-2", "a0=1", 2);
    check("a failed unlink", &[&failed, CWD, &gone], &[]);
}

#[test]
fn a_try_that_was_denied() {
    let parent = r#"PATH item=0 name="/etc/cron.d/" inode=9 dev=fe:00 mode=040755 nametype=PARENT"#;
    let open = |exit: i32, flags: &str| call(257, &format!("success=no exit={exit}"), &format!("a0=ffffff9c a1=55 a2={flags} a3=1b6"), 1);
    // sh, -c, echo x > /etc/cron.d/y
    let title = "PROCTITLE proctitle=7368002D63006563686F2078203E202F6574632F63726F6E2E642F79";
    let folder = "ParentFolder=/etc/cron.d OpenFlags=O_WRONLY|O_CREAT|O_TRUNC success=no";
    check("the folder alone", &[&open(-13, "241"), CWD, parent], &[("file_denied", folder)]);
    check("named by the title", &[&open(-13, "241"), CWD, parent, title], &[("file_denied", &format!("TargetFilename=/etc/cron.d/y {folder}"))]);
    // tee /etc/cron.d/y /etc/cron.d/z
    let two = "PROCTITLE proctitle=746565002F6574632F63726F6E2E642F79002F6574632F63726F6E2E642F7A";
    check("two are named", &[&open(-13, "241"), CWD, parent, two], &[("file_denied", folder)]);
    let here = r#"PATH item=0 name="/etc/cron.d" inode=9 dev=fe:00 mode=040755 nametype=PARENT"#;
    check("a bare name", &[&open(-13, "241"), r#"CWD cwd="/etc/cron.d""#, here, title], &[("file_denied", folder)]);
    check("not found", &[&open(-2, "241"), CWD, parent], &[]);
    check("for reading", &[&open(-13, "0"), CWD, parent], &[]);
    let normal = r#"PATH item=0 name="/etc/crontab" inode=10 dev=fe:00 mode=0100644 nametype=NORMAL"#;
    let there = "TargetFilename=/etc/crontab ParentFolder=/etc OpenFlags=O_WRONLY|O_APPEND success=no";
    check("a file that is there", &[&open(-1, "401"), CWD, normal], &[("file_denied", there)]);
    check("touch of a file that is there", &[&open(-13, "941"), CWD, normal], &[]);
    let touched = "ParentFolder=/etc/cron.d OpenFlags=O_WRONLY|O_CREAT|O_NOCTTY|O_NONBLOCK success=no";
    check("touch of one that is not", &[&open(-13, "941"), CWD, parent], &[("file_denied", touched)]);
    let rename = call(82, "success=no exit=-13", "a0=1 a1=2", 2);
    check("rename", &[&rename, CWD, parent], &[("file_denied", "ParentFolder=/etc/cron.d success=no")]);
    let unlink = call(87, "success=no exit=-13", "a0=1", 1);
    check("unlink", &[&unlink, CWD, parent], &[]);
}

#[test]
fn a_folder_known_by_its_inode() {
    let parent = |name: &str| format!("PATH item=0 name=\"{name}\" inode=9 dev=fe:00 mode=040755 nametype=PARENT");
    let made = |name: &str| format!("PATH item=1 name=\"{name}\" inode=10 dev=fe:00 mode=0100644 nametype=CREATE");
    let open = |fd: &str| call(257, OK, &format!("a0={fd} a1=55 a2=c1 a3=1b6"), 2);
    let first = serial_at("1700000000.100:1", &[&open("ffffff9c"), CWD, &parent("/etc/cron.d/"), &made("/etc/cron.d/a"), "PROCTITLE proctitle=\"tar\""]);
    let targets = |log: &str| {
        let told = read(log.as_bytes(), "TargetFilename");
        told.views("linux/file_event").iter().map(|view| (*view).to_owned()).collect::<Vec<_>>()
    };
    let descriptor = serial_at("1700000000.200:2", &[&open("5"), CWD, &parent("/root"), &made("evil")]);
    assert_eq!(targets(&descriptor), ["TargetFilename=evil"], "nothing tells the folder");
    assert_eq!(targets(&format!("{first}{descriptor}"))[1], "TargetFilename=/etc/cron.d/evil");
    let link = serial_at("1700000000.300:3", &[&open("ffffff9c"), CWD, &parent("/tmp/l/"), &made("/tmp/l/evil")]);
    assert_eq!(targets(&format!("{first}{link}"))[1], "TargetFilename=/tmp/l/evil|/etc/cron.d/evil");
}

#[test]
fn a_file_reached_by_a_link_to_it() {
    let parent = |name: &str, inode: u32| format!("PATH item=0 name={name} inode={inode} dev=fe:00 mode=040755 nametype=PARENT");
    let made = |name: &str| format!("PATH item=2 name={name} inode=10 dev=fe:00 mode=0100644 nametype=CREATE");
    let open = call(257, OK, "a0=ffffff9c a1=55 a2=c1 a3=1b6", 3);
    let usual = |n: u32| serial_at(&format!("1700000000.100:{n}"), &[&open, CWD, &parent("\"/etc/cron.d/\"", 9), &made("\"/etc/cron.d/a\"")]);
    let linked = serial_at("1700000000.300:3", &[&open, CWD, &parent("\"/tmp/\"", 8), &parent("(null)", 9), &made("(null)")]);
    let told = read((usual(1) + &linked).as_bytes(), "TargetFilename ParentFolder");
    assert_eq!(told.views("linux/file_event")[1], "TargetFilename=/etc/cron.d/ ParentFolder=/etc/cron.d");
    // The kernel shows the link's folder with the inode of the folder that it leads to; that must not stick.
    let misled = serial_at("1700000000.300:5", &[&open, CWD, &parent("\"/tmp/\"", 9), &made("\"/tmp/l\"")]);
    let told = read((usual(1) + &usual(2) + &misled + &usual(4)).as_bytes(), "TargetFilename");
    assert_eq!(told.views("linux/file_event")[2..], ["TargetFilename=/tmp/l|/etc/cron.d/l", "TargetFilename=/etc/cron.d/a"]);
    let told = read((linked.clone() + &misled).as_bytes(), "TargetFilename");
    assert_eq!(told.views("linux/file_event"), ["TargetFilename=/tmp/l"], "what is not known is not made up");
}

#[test]
fn two_folders_known_by_descriptors() {
    let known = |n: u32, folder: &str, inode: u32| {
        let parent = format!("PATH item=0 name=\"{folder}/\" inode={inode} dev=fe:00 mode=040755 nametype=PARENT");
        serial_at(&format!("1700000000.100:{n}"), &[&call(87, "success=yes exit=0", "a0=1", 1), CWD, &parent])
    };
    // Which of the two PARENT records is of the old name depends on the kernel.
    let rename = serial_at(
        "1700000000.200:9",
        &[
            &call(264, "success=yes exit=0", "a0=4 a1=7f90 a2=3 a3=7f91", 4),
            CWD,
            r#"PATH item=0 name="/root" inode=497 dev=fe:00 mode=040755 nametype=PARENT"#,
            r#"PATH item=1 name="/root" inode=499 dev=fe:00 mode=040755 nametype=PARENT"#,
            r#"PATH item=2 name="old" inode=4096004 dev=fe:00 mode=0100644 nametype=DELETE"#,
            r#"PATH item=3 name="new" inode=4096004 dev=fe:00 mode=0100644 nametype=CREATE"#,
        ],
    );
    let told = read((known(1, "/etc/cron.d", 497) + &known(2, "/etc/cron.daily", 499) + &rename).as_bytes(), "TargetFilename SourceFilename");
    let expected = "TargetFilename=/etc/cron.daily/new|/etc/cron.d/new SourceFilename=/etc/cron.daily/old|/etc/cron.d/old";
    assert_eq!(told.views("linux/file_rename"), [expected]);
}

#[test]
fn a_parent_known_by_its_number() {
    let start = |stamp: &str, pid: u32, ppid: u32, exe: &str| {
        let call = call(59, "success=yes exit=0", "a0=1", 0).replace("ppid=5 pid=6", &format!("ppid={ppid} pid={pid}")).replace("/usr/bin/sh", exe);
        serial_at(stamp, &[&call, &format!("EXECVE argc=2 a0=\"{exe}\" a1=\"-x\""), "PROCTITLE proctitle=\"x\""])
    };
    let log = start("10.0:1", 6, 5, "/usr/sbin/apache2") + &start("10.1:2", 7, 6, "/bin/sh");
    let told = read(log.as_bytes(), "Image ParentImage ParentCommandLine");
    let expected = ["Image=/usr/sbin/apache2", "Image=/bin/sh ParentImage=/usr/sbin/apache2 ParentCommandLine=/usr/sbin/apache2 -x"];
    assert_eq!(told.views("linux/process_creation"), expected);
}

#[test]
fn a_program_started() {
    let fields = "Image CommandLine CurrentDirectory User LoginUser ProcessId ParentProcessId key syscall tty auid";
    let log = serial(&[
        &format!("{} {}", call(59, "success=yes exit=0", "a0=1", 2).replace("key=\"cron\"", "key=61016202"), "\u{1d}AUID=\"alice\" UID=\"root\""),
        r#"EXECVE argc=5 a0="sh" a1="-c" a3_len=20 a3[0]=6563686F2078 a3[1]=203E202F746D702F79 a4="it's""#,
        "EXECVE a2=2D6E",
        r#"CWD cwd="/home/alice""#,
        "PROCTITLE proctitle=7368",
    ]);
    let told = read(log.as_bytes(), fields);
    let started = "Image=/usr/bin/sh CommandLine=sh -c -n 'echo x > /tmp/y' \"it's\" CurrentDirectory=/home/alice User=root LoginUser=alice \
                   ProcessId=6 ParentProcessId=5 key=b\u{2}|a syscall=execve tty=pts0 auid=1001";
    assert_eq!(told.views("linux/process_creation"), [started]);
}

#[test]
fn records_as_single_events() {
    let fields = "type a0 a1 a2 name nametype key SYSCALL syscall exe proctitle acct res Computer";
    let log = serial(&[
        r#"USER_AUTH pid=1 msg='op=PAM acct="root" exe="/usr/bin/su" res=failed'"#,
        &call(59, "success=yes exit=0", "a0=1f a1=2", 1),
        r#"EXECVE argc=2 a0="ls" a1=2D6C20 "#,
        "PATH item=0 name=2F746D702F6120 nametype=NORMAL",
        "PROCTITLE proctitle=6C73002D6C20",
    ]);
    let told = read(log.as_bytes(), fields);
    let expected = [
        "type=USER_AUTH exe=/usr/bin/su acct=root res=failed",
        "type=SYSCALL a0=1f a1=2 key=cron SYSCALL=execve syscall=59 exe=/usr/bin/sh",
        "type=EXECVE a0=ls a1=-l ",
        "type=PATH name=/tmp/a  nametype=NORMAL",
        "type=PROCTITLE proctitle=ls '-l '",
    ];
    assert_eq!(told.views("linux/auditd"), expected);
}

#[test]
fn words_that_auditd_adds() {
    let fields = "key auid AUID ouid OUID res UID SYSCALL";
    for mark in ["\u{1d}", "#035"] {
        let log = serial(&[
            &format!("SYSCALL arch=c000003e syscall=87 auid=1001 key=(null){mark}ARCH=x86_64 SYSCALL=unlink AUID=\"alice\""),
            &format!("PATH item=0 name=\"x\" ouid=0{mark}OUID=\"root\""),
            &format!("USER_END auid=0 msg='op=x res=success'{mark}UID=\"root\" AUID=\"root\""),
            &format!("LOGIN auid=0 key=\"a\"{mark}AUID=\"root\""),
        ]);
        let told = read(log.as_bytes(), fields);
        let expected =
            ["key=(null) auid=1001 AUID=alice SYSCALL=unlink", "ouid=0 OUID=root", "auid=0 AUID=root res=success UID=root", "key=a auid=0 AUID=root"];
        assert_eq!(told.views("linux/auditd"), expected, "{mark:?}");
    }
}

#[test]
fn when_a_serial_is_closed() {
    let records = |stamp: &str, items: u32| serial_at(stamp, &[&call(87, "success=yes exit=0", "a0=1", items), CWD]);
    let title = |stamp: &str| serial_at(stamp, &["PROCTITLE proctitle=\"x\""]);
    let cwd = |stamp: &str| serial_at(stamp, &[CWD]);
    let cases = [
        ("a title after everything", records("10.0:1", 0) + &title("10.0:1") + &cwd("10.0:1"), 1, 2, 1),
        ("a title before a path", records("10.0:1", 1) + &title("10.0:1") + &cwd("10.0:1"), 1, 3, 0),
        ("a title first", title("10.0:1") + &records("10.0:1", 0) + &cwd("10.0:1"), 1, 3, 0),
        ("its end mark", records("10.0:1", 3) + &serial_at("10.0:1", &["EOE"]) + &cwd("10.0:1"), 1, 2, 1),
        ("an end mark after a title", records("10.0:1", 0) + &title("10.0:1") + &serial_at("10.0:1", &["EOE"]), 1, 3, 0),
        ("two seconds", records("10.0:1", 3) + &cwd("12.0:2") + &cwd("10.0:1"), 2, 2, 0),
        ("more than two seconds", records("10.0:1", 3) + &cwd("12.1:2") + &cwd("10.0:1"), 2, 1, 1),
        ("one serial of kernel and daemon", cwd("10.0:1") + &serial_at("10.0:1", &["DAEMON_START op=start"]), 2, 0, 0),
        ("garbage between", cwd("10.0:1") + "garbage\n" + &cwd("10.0:1"), 1, 1, 1),
    ];
    for (name, log, events, skipped, troubles) in cases {
        let told = read(log.as_bytes(), FIELDS);
        assert_eq!((told.events.len(), told.skipped, told.quarantined.len()), (events, skipped, troubles), "{name}: {:?}", told.quarantined);
        assert_eq!(told.records(), lines(log.as_bytes()), "{name}");
    }
}

#[test]
fn memory_is_bounded() {
    let open: String = (0..20_000).map(|n| serial_at(&format!("10.0:{n}"), &[CWD])).collect();
    let told = read(open.as_bytes(), FIELDS);
    assert_eq!((told.events.len(), told.records()), (20_000, 20_000));
    let long: String = (0..3_000).map(|_| serial_at("10.0:1", &[CWD])).collect();
    let told = read(long.as_bytes(), FIELDS);
    assert_eq!((told.events.len(), told.skipped, told.quarantined.len()), (1, 2_047, 952));
    assert!(told.quarantined.iter().all(|q| q.1 == "long_serial"));
    let hosts = (0..5_000).map(|n| format!("node=h{n} type=CWD msg=audit(10.0:1): cwd=\"/\"")).collect::<Vec<_>>().join("\n");
    assert_eq!(read(hosts.as_bytes(), FIELDS).placeless().windows(2).filter(|two| two[0].id == two[1].id).count(), 0);
}

#[test]
fn where_an_event_stands() {
    let log = "type=CWD msg=audit(10.5:1): cwd=\"/a\"\n\ntype=CWD msg=audit(10.5:2): cwd=\"/b\"\nxx\ntype=PATH msg=audit(10.5:1): item=0 name=\"b\" nametype=CREATE\n";
    let told = read_as("auditd", log.as_bytes(), FIELDS, usize::MAX, Stream::default());
    assert_eq!(told.events.iter().map(|event| event.lines).collect::<Vec<_>>(), [(1, 5), (3, 3)]);
    assert_eq!(told.quarantined, [(4, "bad_record", 1)]);
    assert_eq!(
        told.events[0].document,
        r#"{"CurrentDirectory":"/a","paths":[{"name":"/a/b","nametype":"CREATE"}],"records":[{"type":"CWD","cwd":"/a"},{"type":"PATH","item":"0","name":"b","nametype":"CREATE"}]}"#
    );
}

#[test]
fn the_words_of_ausearch_are_refused_and_the_reason_says_what_to_do() {
    let log = "----\ntype=PROCTITLE msg=audit(11/24/26 04:15:44.347:2898) : proctitle=sh -c x \n\
               type=CWD msg=audit(24.11.2026 04:15:44.347:2898) : cwd=/srv/a b \n\
               node=web1 type=SYSCALL msg=audit(11/24/26 04:15:44.347:2898) : arch=x86_64 syscall=openat success=no exit=EACCES(Permission denied) \n";
    let told = crate::support::read(log.as_bytes(), &["cwd"]);
    assert_eq!((told.format, told.events.len(), told.skipped), ("auditd-interpreted", 0, 1));
    assert_eq!(told.quarantined.iter().map(|q| (q.line, q.reason)).collect::<Vec<_>>(), [2, 3, 4].map(|line| (Some(line), "interpreted_audit")));
    assert!(watchbell_formats::hint("interpreted_audit").is_some_and(|hint| hint.contains("--format raw")));
    let raw = "type=CWD msg=audit(1700000000.123:7): cwd=\"/srv/a b\"\n";
    assert_eq!(crate::support::read(raw.as_bytes(), &["cwd"]).format, "auditd");
}

#[test]
fn whose_an_event_is() {
    let log = "node=web1 type=CWD msg=audit(1700000000.123:7): cwd=\"/a\"\nnode=web2 type=CWD msg=audit(1700000000.123:7): cwd=\"/a\"\n\
               type=DAEMON_START msg=audit(1700000000.123:7): op=start\n";
    let told = read_cut(log.as_bytes(), "Computer", usize::MAX, Stream { host: Some("db".into()), ..Stream::default() });
    let seen: Vec<(&str, &str)> = told.events.iter().map(|event| (event.head.as_str(), event.id.as_str())).collect();
    // These ids are for ever.
    let expected = [
        ("2023-11-14T22:13:20.123Z web1", "32a95054950e98c1d3d06873df9f13c8"),
        ("2023-11-14T22:13:20.123Z web2", "59364f0965b3017c4b30a8462b3297c0"),
        ("2023-11-14T22:13:20.123Z db", "d9e531ed7bb6f975727d05b4e43b0110"),
    ];
    assert_eq!(seen, expected);
}

#[test]
fn other_spellings_of_the_head() {
    let body = "item=0 name=\"/etc/cron.d/x\" nametype=CREATE";
    let cases = [
        ("as the kernel logs it", format!("Nov 24 04:15:44 vm kernel: [ 12.5] audit: type=1302 audit(10.5:1): {body}\n"), "vm"),
        ("by the dispatcher", format!("<13>Nov 24 04:15:44 vm audispd: node=web type=PATH msg=audit(10.5:1): {body}\n"), "web"),
        ("in RFC 5424", format!("<13>1 2026-11-24T04:15:44Z vm audispd 12 - - type=PATH msg=audit(10.5:1): {body}\n"), "vm"),
        ("by the journal, without a serial", format!("Nov 24 04:15:44 vm audit[77]: PATH {body}\n"), "vm"),
        ("bare", format!("type=PATH msg=audit(10.5:1): {body}\n"), "?"),
    ];
    for (name, log, host) in cases {
        let told = read(log.as_bytes(), "TargetFilename Computer");
        assert_eq!(told.views("linux/file_event")[0].split(' ').next(), Some("TargetFilename=/etc/cron.d/x"), "{name}");
        assert_eq!(told.events[0].head.rsplit(' ').next(), Some(host), "{name}");
    }
}

#[test]
fn a_serial_without_its_number() {
    let head = "Nov 24 04:15:44 vm audit[77]: ";
    let run = [
        &call(257, OK, "a0=ffffff9c a1=55 a2=241 a3=1b6", 2),
        CWD,
        r#"PATH item=1 name="/etc/cron.d/x" nametype=CREATE"#,
        "PROCTITLE proctitle=\"sh\"",
        "SERVICE_START pid=1",
    ];
    let log = run.map(|record| format!("{head}{record}")).join("\n");
    let told = read(log.as_bytes(), "TargetFilename comm");
    assert_eq!(told.views("linux/file_event"), ["TargetFilename=/etc/cron.d/x comm=sh"]);
    assert_eq!((told.events.len(), told.skipped), (2, 3));
}
