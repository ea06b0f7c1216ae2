//! What well-known programs say in their messages: cron, crontab, anacron, atd, sudo, su, sshd, PAM, systemd.

use super::classes::Slot;
use memchr::memmem;

/// What is found goes here.
pub(crate) type Give<'g, 'a> = &'g mut dyn FnMut(Slot, &'a [u8]);

/// Programs by what they write, and the services that their lines belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Program {
    Cron,
    Anacron,
    Atd,
    Sudo,
    Su,
    Sshd,
    Auth,
    Systemd,
    Other,
    Vsftpd,
    Clamav,
    Guacamole,
}

impl Program {
    pub const ALL: [(Self, &'static [&'static str]); 12] = [
        (Self::Cron, &["cron", "syslog"]),
        (Self::Anacron, &["cron", "syslog"]),
        (Self::Atd, &["cron", "syslog"]),
        (Self::Sudo, &["sudo", "auth", "syslog"]),
        (Self::Su, &["auth", "syslog"]),
        (Self::Sshd, &["sshd", "auth", "syslog"]),
        (Self::Auth, &["auth", "syslog"]),
        (Self::Systemd, &["systemd", "syslog"]),
        (Self::Other, &["syslog"]),
        (Self::Vsftpd, &["vsftpd", "syslog"]),
        (Self::Clamav, &["clamav", "syslog"]),
        (Self::Guacamole, &["guacamole", "syslog"]),
    ];

    /// By name; failing that, by the facility that the line says (4 and 10 auth, 9 cron).
    pub fn of(name: &[u8], facility: Option<u8>) -> Self {
        match name {
            b"cron" | b"crond" | b"CRON" | b"CROND" | b"crontab" => Self::Cron,
            b"anacron" => Self::Anacron,
            b"atd" | b"at" => Self::Atd,
            b"sudo" => Self::Sudo,
            b"su" => Self::Su,
            b"sshd" | b"sshd-session" => Self::Sshd,
            b"login" | b"pkexec" | b"polkitd" | b"passwd" | b"useradd" | b"userdel" | b"usermod" | b"groupadd" | b"groupdel" | b"chage" | b"systemd-logind" => {
                Self::Auth
            }
            b"systemd" => Self::Systemd,
            b"vsftpd" => Self::Vsftpd,
            b"clamd" | b"freshclam" | b"clamav" => Self::Clamav,
            b"guacd" | b"guacamole" => Self::Guacamole,
            _ if matches!(facility, Some(4 | 10)) => Self::Auth,
            _ if facility == Some(9) => Self::Cron,
            _ => Self::Other,
        }
    }

    /// The fields of a message.
    pub fn read<'a>(self, message: &'a [u8], give: Give<'_, 'a>) {
        if message.starts_with(b"pam_") || matches!(self, Self::Sshd | Self::Su | Self::Auth | Self::Cron) && memmem::find(message, b"session ").is_some() {
            pam(message, give);
            return;
        }
        match self {
            Self::Cron => cron(message, give),
            Self::Anacron => anacron(message, give),
            Self::Atd => atd(message, give),
            Self::Sudo => sudo(message, give),
            Self::Su => su(message, give),
            Self::Sshd => sshd(message, give),
            Self::Systemd => systemd(message, give),
            _ => {}
        }
    }
}

/// `(user) ACTION (argument)`.
fn cron<'a>(message: &'a [u8], give: Give<'_, 'a>) {
    let Some((user, rest)) = bracketed(message) else { return busybox(message, give) };
    let Some(open) = memmem::find(rest, b" (") else { return };
    let action = rest[..open].trim_ascii();
    let argument = &rest[open + 2..];
    let argument = argument.strip_suffix(b")").unwrap_or(argument);
    if !user.starts_with(b"*system*") && user != b"CRON" && user != b"crond" {
        give(Slot::User, user);
    }
    give(Slot::Action, action);
    match action {
        b"CMD" | b"CMDOUT" | b"CMDEND" => give(Slot::Command, argument.trim_ascii()),
        b"REPLACE" | b"DELETE" | b"LIST" | b"BEGIN EDIT" | b"END EDIT" => give(Slot::TargetUser, argument),
        b"RELOAD" => reload(user, argument, give),
        _ if argument.starts_with(b"/") => give(Slot::TargetFilename, argument),
        _ => {}
    }
}

/// Of a user's table only the folder under the spool is written; the spool is added by the caller.
fn reload<'a>(user: &'a [u8], argument: &'a [u8], give: Give<'_, 'a>) {
    give(if argument.starts_with(b"/") { Slot::TargetFilename } else { Slot::SpoolName }, argument);
    if !user.starts_with(b"*system*") {
        give(Slot::TargetUser, user);
    }
}

/// busybox: `USER root pid  123 cmd run-parts /etc/periodic/hourly`.
fn busybox<'a>(message: &'a [u8], give: Give<'_, 'a>) {
    let at = memmem::find(message, b"USER ").filter(|at| *at == 0 || message[at - 1] == b' ');
    let (Some(at), Some(command)) = (at, memmem::find(message, b" cmd ")) else { return };
    if at < command {
        give(Slot::User, first_word(&message[at + 5..]));
        give(Slot::Action, b"CMD");
        give(Slot::Command, message[command + 5..].trim_ascii());
    }
}

/// ``Job `cron.daily' started``.
fn anacron<'a>(message: &'a [u8], give: Give<'_, 'a>) {
    let Some(rest) = message.strip_prefix(b"Job `") else { return };
    let Some(end) = rest.iter().position(|b| *b == b'\'') else { return };
    give(Slot::Command, &rest[..end]);
    give(Slot::Action, first_word(rest[end + 1..].trim_ascii_start()));
}

/// `Starting job 12 (a0000c01ac5b2e) for user 'alice' (1000)`.
fn atd<'a>(message: &'a [u8], give: Give<'_, 'a>) {
    let Some(rest) = message.strip_prefix(b"Starting job ") else { return };
    give(Slot::Action, b"CMD");
    if let Some((_, user)) = split(rest, b" for user '") {
        give(Slot::User, &user[..user.iter().position(|b| *b == b'\'').unwrap_or(user.len())]);
    }
}

/// `alice : TTY=pts/0 ; PWD=/home/alice ; USER=root ; COMMAND=/usr/bin/id`.
fn sudo<'a>(message: &'a [u8], give: Give<'_, 'a>) {
    let Some((user, rest)) = split(message, b" : ") else { return };
    give(Slot::User, user.trim_ascii());
    let (rest, command) = split(rest, b"COMMAND=").map_or((rest, None), |(rest, command)| (rest, Some(command)));
    let mut reason = None;
    for part in rest.split(|b| *b == b';').map(<[u8]>::trim_ascii) {
        match part {
            [b'T', b'T', b'Y', b'=', tty @ ..] => give(Slot::Tty, tty),
            [b'P', b'W', b'D', b'=', folder @ ..] => give(Slot::CurrentDirectory, folder),
            [b'U', b'S', b'E', b'R', b'=', target @ ..] => give(Slot::TargetUser, target),
            [b'G', b'R', b'O', b'U', b'P', b'=', ..] | [b'E', b'N', b'V', b'=', ..] | [] => {}
            other => reason = reason.or(Some(other)),
        }
    }
    if let Some(command) = command {
        give(Slot::Command, command);
    }
    give(Slot::Action, reason.unwrap_or(b"COMMAND"));
}

/// `(to root) alice on pts/0`, `FAILED SU (to root) alice on pts/1`, `Successful su for root by alice`.
fn su<'a>(message: &'a [u8], give: Give<'_, 'a>) {
    if let Some((before, rest)) = split(message, b"(to ") {
        let Some((target, by)) = split(rest, b") ") else { return };
        give(Slot::TargetUser, target);
        give(Slot::User, first_word(by));
        give(Slot::Action, if before.starts_with(b"FAILED") { b"FAILED" } else { b"SU" });
    } else if let Some((target, by)) = split(message, b" su for ").and_then(|(_, rest)| split(rest, b" by ")) {
        give(Slot::TargetUser, target);
        give(Slot::User, first_word(by));
        give(Slot::Action, if message.starts_with(b"FAILED") { b"FAILED" } else { b"SU" });
    }
}

/// `Accepted publickey for alice from 192.0.2.7 port 50412 ssh2`, `Failed password for invalid user bob from …`.
fn sshd<'a>(message: &'a [u8], give: Give<'_, 'a>) {
    let action = first_word(message);
    if let (b"Accepted" | b"Failed", Some((before, rest))) = (action, split(message, b" for ")) {
        let user = rest.strip_prefix(b"invalid user ").unwrap_or(rest);
        give(Slot::Action, action);
        give(Slot::AuthMethod, before[action.len()..].trim_ascii());
        give(Slot::User, first_word(user));
    } else if let Some(user) = message.strip_prefix(b"Invalid user ") {
        give(Slot::Action, b"Invalid user");
        give(Slot::User, first_word(user));
    } else if let Some(user) = message.strip_prefix(b"Disconnected from user ") {
        return disconnected(user, give);
    }
    // The last one: a user's name may hold the words themselves.
    if let Some(at) = memmem::rfind(message, b" from ") {
        give(Slot::SourceIp, first_word(&message[at + 6..]));
        if let Some((_, port)) = split(&message[at..], b" port ") {
            give(Slot::SourcePort, first_word(port));
        }
    }
}

/// `alice 192.0.2.7 port 50412`.
fn disconnected<'a>(rest: &'a [u8], give: Give<'_, 'a>) {
    give(Slot::Action, b"Disconnected");
    let mut words = rest.split(|b| *b == b' ');
    for (slot, value) in [Slot::User, Slot::SourceIp].into_iter().zip(&mut words) {
        give(slot, value);
    }
    if let (Some(b"port"), Some(port)) = (words.next(), words.next()) {
        give(Slot::SourcePort, port);
    }
}

/// `pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)`.
fn pam<'a>(message: &'a [u8], give: Give<'_, 'a>) {
    for action in [&b"session opened"[..], b"session closed", b"authentication failure"] {
        if memmem::find(message, action).is_some() {
            give(Slot::Action, action);
        }
    }
    let user = split(message, b" for user ").or_else(|| split(message, b" user="));
    if let Some((_, user)) = user {
        let user = first_word(user);
        give(Slot::User, &user[..user.iter().position(|b| *b == b'(').unwrap_or(user.len())]);
    }
    if let Some((_, address)) = split(message, b" rhost=") {
        give(Slot::SourceIp, first_word(address));
    }
}

/// `Started apt-daily.timer - Daily apt download activities.`, `cron.service: Main process exited, …`.
fn systemd<'a>(message: &'a [u8], give: Give<'_, 'a>) {
    let first = first_word(message);
    if let Some(unit) = first.strip_suffix(b":").filter(|unit| is_unit(unit)) {
        give(Slot::Unit, unit);
        return;
    }
    if matches!(first, b"Started" | b"Starting" | b"Stopped" | b"Stopping" | b"Finished" | b"Reloading" | b"Reloaded" | b"Listening" | b"Failed") {
        give(Slot::Action, first);
        let rest = message[first.len()..].trim_ascii_start();
        let rest = rest.strip_prefix(b"to start ").unwrap_or(rest);
        let word = first_word(rest);
        let word = word.strip_suffix(b".").filter(|w| is_unit(w)).unwrap_or(word);
        if is_unit(word) {
            give(Slot::Unit, word);
        }
    }
}

fn is_unit(word: &[u8]) -> bool {
    const KINDS: [&[u8]; 11] = [b".service", b".timer", b".socket", b".target", b".mount", b".path", b".scope", b".slice", b".swap", b".device", b".automount"];
    KINDS.iter().any(|kind| word.len() > kind.len() && word.ends_with(kind))
}

/// What stands in the brackets at the beginning, and what follows.
fn bracketed(message: &[u8]) -> Option<(&[u8], &[u8])> {
    split(message.strip_prefix(b"(")?, b")")
}

fn split<'a>(text: &'a [u8], at: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let found = memmem::find(text, at)?;
    Some((&text[..found], &text[found + at.len()..]))
}

fn first_word(text: &[u8]) -> &[u8] {
    &text[..text.iter().position(u8::is_ascii_whitespace).unwrap_or(text.len())]
}
