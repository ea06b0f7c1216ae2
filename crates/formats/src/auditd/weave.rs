//! Closed serials into events: a part for each deed and one for each record.

use super::classes::{Bound, Classes, Deed, Slot};
use super::deeds::{self, FileDeed, Placed};
use super::fields::{self, Field};
use super::folders::Folders;
use super::join::{JoinKey, Open};
use super::keys::{Entry, Key};
use super::names;
use super::path;
use super::processes::Processes;
use super::serial::{self, Kind, Serial};
use super::whole::SerialWhole;
use super::{Out, argv};
use bumpalo::Bump;
use std::sync::Arc;
use watchbell_model::{Decoded, Part, PathId, Raw, Slots};

/// Slots kept for the next event.
const SPARE: usize = 64;

/// Makes events of serials; remembers folders over the stream.
pub(crate) struct Weaver {
    classes: Arc<Classes>,
    learnt: Learnt,
    spare: Vec<Slots<'static>>,
}

/// What earlier records of the stream told.
#[derive(Default)]
struct Learnt {
    folders: Folders,
    processes: Processes,
}

/// One serial on its way.
struct Event<'s, 'a> {
    classes: &'s Classes,
    arena: &'a Bump,
    parts: Vec<Part<'s, 'a>>,
    host: Option<&'a [u8]>,
}

fn text(bytes: &[u8]) -> Raw<'_> {
    Raw { kind: watchbell_model::Kind::Text, bytes }
}

impl Weaver {
    pub fn new(classes: Arc<Classes>) -> Self {
        Self { classes, learnt: Learnt::default(), spare: Vec::new() }
    }

    /// Forgets what is known of hosts.
    pub fn forget(&mut self) {
        self.learnt = Learnt::default();
    }

    /// Gives out a closed serial as one event, and its other records as skipped.
    pub fn give<'a>(&mut self, key: JoinKey, open: &Open, host: Option<&str>, out: &mut Out<'_, 'a>) {
        let (block, arena) = (out.block, out.arena);
        let kept: &'a [u8] = arena.alloc_slice_copy(open.kept());
        let texts: Vec<&'a [u8]> = open.lines(block, kept).collect();
        let host_bytes = host.map(|host| &*arena.alloc_slice_copy(host.as_bytes()));
        let mut event = Event { classes: &self.classes, arena, parts: Vec::with_capacity(texts.len() + 2), host: host_bytes };
        let serial = event.records(&texts, &mut self.spare);
        let placed = deeds::place(&serial, key.node, &mut self.learnt.folders, arena);
        event.deeds(&serial, &placed, key, &texts, &mut self.learnt, &mut self.spare);
        let mut parts = event.parts;
        let whole = SerialWhole { key, host, lines: &texts, serial: &serial, placed: &placed };
        let mut decoded = Decoded { parts: &mut parts, lines: Some(open.span()), record: None, arena, whole: &whole };
        out.sink.event(&mut decoded);
        for part in decoded.parts.iter_mut() {
            self.spare.push(std::mem::take(&mut part.slots).reuse(0));
        }
        self.spare.truncate(SPARE);
        if texts.len() > 1 {
            out.sink.skipped(texts.len() as u64 - 1);
        }
    }
}

impl<'s, 'a> Event<'s, 'a> {
    fn part(&mut self, bound: &'s Bound, spare: &mut Vec<Slots<'static>>) -> &mut Slots<'a> {
        let slots = spare.pop().unwrap_or_default().reuse(bound.paths);
        self.parts.push(Part { class: &bound.class, slots });
        let last = self.parts.len() - 1;
        &mut self.parts[last].slots
    }

    /// A part for each record; what the serial needs of them is gathered on the way.
    fn records(&mut self, lines: &[&'a [u8]], spare: &mut Vec<Slots<'static>>) -> Serial<'a> {
        let mut serial = Serial::default();
        let (mut executed, mut first) = (false, true);
        for line in lines {
            let Some(header) = super::header::read(line) else { continue };
            let kind = Kind::of(header.kind);
            executed |= kind == Kind::Execve;
            let (classes, arena, host) = (self.classes, self.arena, self.host);
            let bound = classes.record(header.kind);
            let slots = self.part(bound, spare);
            let read = serial::read(line, &classes.keys, |_, field, entry| {
                push_field(kind, field, entry, slots, arena);
                if kind == Kind::Execve {
                    serial.pieces.add(field, arena);
                }
            });
            let Some((_, known)) = read else { continue };
            if let Some(path) = bound.kind {
                slots.push(path, text(header.kind));
            }
            if let Some(path) = bound.keywords {
                slots.push(path, text(line));
            }
            if let (Some(path), Some(host)) = (classes.computer, host) {
                slots.push(path, text(host));
            }
            if let Some(path) = classes.stamp.filter(|_| first) {
                slots.push(path, text(header.stamp(line)));
            }
            first = false;
            if let (Some(path), Some(login)) = (classes.login, serial::login(&known)) {
                slots.push(path, text(login));
            }
            serial.take(kind, header.kind, &known, arena);
            if kind == Kind::Call {
                name_call(&serial, classes.syscall_name, slots);
            }
        }
        serial.settle(executed, self.arena);
        serial
    }

    fn deeds(&mut self, serial: &Serial<'a>, placed: &[Placed<'a>], key: JoinKey, lines: &[&'a [u8]], learnt: &mut Learnt, spare: &mut Vec<Slots<'static>>) {
        let parent = self.parent(serial, key.node, &mut learnt.processes);
        let started = serial.argv.is_some().then_some(FileDeed { deed: Deed::Started, target: None, source: None, replaced: false });
        for deed in started.into_iter().chain(deeds::deeds(serial, placed)) {
            let done = Done { serial, placed, deed, parent, folders: &learnt.folders };
            self.deed(&done, lines, spare);
        }
    }

    /// What the parent runs, if a rule asks; notes what this process does.
    fn parent(&self, serial: &Serial<'a>, node: u32, processes: &mut Processes) -> Parent<'a> {
        if !self.classes.wants(Slot::ParentImage) && !self.classes.wants(Slot::ParentCommandLine) {
            return Parent::default();
        }
        let number = |key| serial.value(key).and_then(fields::number).and_then(|n| u32::try_from(n).ok());
        if let (Some(pid), Some(image)) = (number(Key::Pid), serial.text(Key::Exe, self.arena)) {
            if serial.argv.is_some() && serial.success() != Some(false) {
                processes.started(node, pid, image, serial.command_line(self.arena).unwrap_or_default());
            } else {
                processes.seen(node, pid, image);
            }
        }
        let Some(parent) = number(Key::Ppid).and_then(|pid| processes.get(node, pid)) else { return Parent::default() };
        let kept = |text: &[u8]| (!text.is_empty()).then(|| &*self.arena.alloc_slice_copy(text));
        Parent { image: kept(&parent.image), command_line: kept(&parent.command_line) }
    }

    fn deed(&mut self, done: &Done<'_, 'a>, lines: &[&'a [u8]], spare: &mut Vec<Slots<'static>>) {
        let (classes, arena, host) = (self.classes, self.arena, self.host);
        let bound = classes.deed(done.deed.deed);
        let slots = self.part(bound, spare);
        let mut put = Put { classes, slots, arena };
        put.process(done);
        put.some(Slot::Computer, host);
        match done.deed.deed {
            Deed::Started => {}
            Deed::Connected => put.peer(done.serial),
            _ => put.file(done),
        }
        if let Some(path) = bound.keywords {
            for line in lines {
                put.slots.push(path, text(line));
            }
        }
    }
}

/// What the parent process runs.
#[derive(Clone, Copy, Default)]
struct Parent<'a> {
    image: Option<&'a [u8]>,
    command_line: Option<&'a [u8]>,
}

/// A deed, and all that its fields are taken from.
struct Done<'d, 'a> {
    serial: &'d Serial<'a>,
    placed: &'d [Placed<'a>],
    deed: FileDeed,
    parent: Parent<'a>,
    folders: &'d Folders,
}

/// A field of a record into its part.
fn push_field<'a>(kind: Kind, field: Field<'a>, entry: Option<&Entry>, slots: &mut Slots<'a>, arena: &'a Bump) {
    let Some((entry, path)) = entry.and_then(|entry| Some((entry, entry.path?))) else { return };
    if entry.known == Some(Key::Title) {
        let title = fields::untrusted(field.value, arena);
        slots.push(path, text(argv::command_line(&argv::of_title(title), arena)));
    } else if entry.known == Some(Key::Watch) {
        fields::untrusted(field.value, arena).split(|b| *b == 1).for_each(|key| slots.push(path, text(key)));
    } else if entry.untrusted || kind == Kind::Execve && argv::place(field.key).is_some() {
        slots.push(path, text(fields::untrusted(field.value, arena)));
    } else {
        slots.push(path, text(fields::unquoted(field.value)));
    }
}

/// The name of a call that auditd did not name.
fn name_call<'a>(serial: &Serial<'a>, path: Option<PathId>, slots: &mut Slots<'a>) {
    if let (Some(path), Some(name)) = (path, serial.syscall())
        && !slots.has(path)
    {
        slots.push(path, text(name.as_bytes()));
    }
}

/// Fills the slots of a deed that somebody asks for.
struct Put<'c, 'p, 'a> {
    classes: &'c Classes,
    slots: &'p mut Slots<'a>,
    arena: &'a Bump,
}

impl<'a> Put<'_, '_, 'a> {
    fn some(&mut self, slot: Slot, value: Option<&'a [u8]>) {
        if let (Some(value), true) = (value, self.classes.wants(slot)) {
            self.slots.push(PathId(slot as u32), text(value));
        }
    }

    fn process(&mut self, done: &Done<'_, 'a>) {
        let (serial, arena) = (done.serial, self.arena);
        self.some(Slot::Image, image(done, arena));
        self.some(Slot::Comm, serial.text(Key::Comm, arena));
        if self.classes.wants(Slot::CommandLine) {
            self.some(Slot::CommandLine, serial.command_line(arena));
        }
        self.some(Slot::CurrentDirectory, serial.cwd);
        let plain = [
            (Slot::ProcessId, Key::Pid),
            (Slot::ParentProcessId, Key::Ppid),
            (Slot::Auid, Key::Auid),
            (Slot::Uid, Key::Uid),
            (Slot::Euid, Key::Euid),
            (Slot::Gid, Key::Gid),
            (Slot::Ses, Key::Ses),
            (Slot::Tty, Key::Tty),
            (Slot::Success, Key::Success),
            (Slot::Exit, Key::Exit),
        ];
        for (slot, key) in plain {
            self.some(slot, serial.value(key));
        }
        self.some(Slot::User, serial.user());
        self.some(Slot::LoginUser, serial.login());
        self.some(Slot::Syscall, serial.syscall().map(str::as_bytes));
        self.some(Slot::ParentImage, done.parent.image);
        self.some(Slot::ParentCommandLine, done.parent.command_line);
        if let Some(keys) = serial.text(Key::Watch, arena) {
            keys.split(|b| *b == 1).for_each(|key| self.some(Slot::Watch, Some(key)));
        }
    }

    fn peer(&mut self, serial: &Serial<'a>) {
        self.some(Slot::DestinationIp, serial.peer.map(|peer| peer.address));
        self.some(Slot::DestinationPort, serial.peer.map(|peer| peer.port));
    }

    fn file(&mut self, done: &Done<'_, 'a>) {
        let (serial, arena) = (done.serial, self.arena);
        let target = done.deed.target.map(|at| &done.placed[at]);
        let names: Vec<&'a [u8]> = target.into_iter().flat_map(Placed::names).collect();
        for name in &names {
            self.some(Slot::TargetFilename, Some(name));
            self.some(Slot::ParentFolder, name.starts_with(b"/").then(|| path::parent(name)));
        }
        if names.is_empty() {
            self.nameless(done);
        }
        if let Some(target) = target {
            self.path(target);
        }
        done.deed.source.into_iter().flat_map(|at| done.placed[at].names()).for_each(|name| self.some(Slot::SourceFilename, Some(name)));
        let flags = deeds::open_flags(serial).filter(|_| self.classes.wants(Slot::OpenFlags));
        self.some(Slot::OpenFlags, flags.map(|flags| arena.alloc_str(&names::open_flags(flags, serial.arch())).as_bytes()));
        let makes = matches!(done.deed.deed, Deed::Appeared | Deed::Renamed | Deed::Changed);
        self.some(Slot::Replaced, makes.then_some(if done.deed.replaced { &b"true"[..] } else { b"false" }));
    }

    fn path(&mut self, target: &Placed<'a>) {
        let path = &target.path;
        self.some(Slot::Name, (!path.name.is_empty()).then_some(path.name));
        self.some(Slot::NameType, (!path.nametype.is_empty()).then_some(path.nametype));
        for (slot, value) in [(Slot::Inode, path.inode), (Slot::Ouid, path.owner), (Slot::Mode, path.mode)] {
            self.some(slot, Some(value).filter(|value| !value.is_empty()));
        }
    }

    /// No record has the name (it was denied, or reached by a link to it): there is the folder, and what the command
    /// line names in it. Of what was done the folder itself, with a slash, stands for the name.
    fn nameless(&mut self, done: &Done<'_, 'a>) {
        let Some(folder) = done.placed.iter().rfind(|p| p.path.nametype == b"PARENT") else { return };
        let inside = self.named(done.serial, folder.path.name);
        for name in deeds::folder_names(folder, done.folders, self.arena) {
            self.some(Slot::ParentFolder, Some(name));
            let stands_for = (done.deed.deed != Deed::Denied).then_some(&b""[..]);
            let target = inside.or(stands_for).map(|inside| path::join(name, inside, self.arena));
            self.some(Slot::TargetFilename, target);
        }
    }

    /// The file that the title names in a folder, which has a slash at its end if the program wrote it.
    fn named(&self, serial: &Serial<'a>, folder: &[u8]) -> Option<&'a [u8]> {
        let line = serial.title(self.arena).filter(|_| folder.ends_with(b"/"))?;
        let name = deeds::named_in(line, folder)?;
        // A title is cut at 128 bytes.
        let cut = serial.title_is_cut() && line.strip_suffix(b"'").unwrap_or(line).ends_with(name);
        (!cut).then_some(name)
    }
}

/// The program. Of a start that failed, the one that was to be started.
fn image<'a>(done: &Done<'_, 'a>, arena: &'a Bump) -> Option<&'a [u8]> {
    let exe = done.serial.text(Key::Exe, arena);
    if done.deed.deed != Deed::Started || exe.is_some() && done.serial.success() != Some(false) {
        return exe;
    }
    done.placed.first().and_then(|p| p.full).or(exe)
}
