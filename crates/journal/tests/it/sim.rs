//! A file system in memory that fails on command and forgets, at a crash, what was not synced.

use std::{
    any::Any,
    collections::{BTreeMap, VecDeque},
    io::{self, IoSlice},
    sync::{Arc, Condvar, Mutex, MutexGuard},
};
use watchbell_journal::{Disk, DiskFile};

const SECTOR: usize = 512;

/// What becomes of one operation that changes something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Good,
    /// A write stores only a part, without an error.
    Short,
    /// Fails; a write stores a part before it does, a sync loses what it should have stored.
    Fails,
    /// Power goes while it runs.
    Crash,
}

#[derive(Clone)]
pub struct Sim(Arc<(Mutex<World>, Condvar)>);

#[derive(Default)]
pub struct World {
    files: Vec<Inode>,
    names: Names,
    locked: bool,
    /// Processes of an earlier life can do nothing more.
    pub life: u64,
    random: u64,
    pub fates: VecDeque<Fate>,
    /// Bytes that all files may have together.
    pub room: Option<usize>,
    pub read_only: bool,
    pub read_fails: bool,
    pub syncs: usize,
    frozen: bool,
    blocked: bool,
}

/// What programs see, and what a crash leaves.
#[derive(Default)]
struct Names {
    now: BTreeMap<String, usize>,
    durable: BTreeMap<String, usize>,
    pending: Vec<(String, Option<usize>)>,
}

#[derive(Default)]
struct Inode {
    now: Vec<u8>,
    durable: Vec<u8>,
    pending: Vec<Change>,
}

enum Change {
    Write(usize, Vec<u8>),
    Cut(usize),
}

/// The disk as one process has it.
#[derive(Clone)]
struct Process {
    sim: Sim,
    life: u64,
}

struct Handle {
    process: Process,
    inode: usize,
}

struct Lock(Process);

impl Sim {
    pub fn new(seed: u64) -> Self {
        let world = World { random: seed | 1, ..World::default() };
        Self(Arc::new((Mutex::new(world), Condvar::new())))
    }

    /// For a process that begins now.
    pub fn disk(&self) -> Arc<dyn Disk> {
        Arc::new(Process { sim: self.clone(), life: self.world().life })
    }

    pub fn world(&self) -> MutexGuard<'_, World> {
        self.0.0.lock().expect("no test panics while it holds the world")
    }

    /// Power goes: what was not synced is there in part.
    pub fn crash(&self) {
        self.world().crash();
    }

    /// The process is killed: the system keeps what was written.
    pub fn kill(&self) {
        let mut world = self.world();
        world.life += 1;
        world.locked = false;
    }

    /// Holds the writer at what `first` makes it begin, until `run` is done.
    pub fn frozen(&self, first: impl FnOnce(), run: impl FnOnce()) {
        self.world().frozen = true;
        first();
        drop(self.0.1.wait_while(self.world(), |world| !world.blocked).expect("the world"));
        run();
        let mut world = self.world();
        (world.frozen, world.blocked) = (false, false);
        drop(world);
        self.0.1.notify_all();
    }

    /// Bytes of a file, to be changed behind everybody's back.
    pub fn rot(&self, name: &str, change: impl FnOnce(&mut Vec<u8>)) {
        let mut world = self.world();
        let inode = world.names.now[name];
        change(&mut world.files[inode].now);
        let file = &mut world.files[inode];
        file.durable.clone_from(&file.now);
    }

    pub fn contents(&self, name: &str) -> Vec<u8> {
        let world = self.world();
        world.files[world.names.now[name]].now.clone()
    }

    pub fn segments(&self) -> Vec<String> {
        self.world().names.now.keys().cloned().collect()
    }
}

impl World {
    fn chance(&mut self, of: u64) -> bool {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random.is_multiple_of(of)
    }

    fn crash(&mut self) {
        // All, nothing, or any part of what was not synced is there.
        let part = [1, 2, 1_000_000_007][(self.random % 3) as usize];
        for at in 0..self.files.len() {
            self.lose(at, part);
            self.files[at].now = self.files[at].durable.clone();
        }
        for (name, inode) in std::mem::take(&mut self.names.pending) {
            if self.chance(part) {
                self.names.durable_change(name, inode);
            }
        }
        self.names.now = self.names.durable.clone();
        self.life += 1;
        self.locked = false;
        self.fates.clear();
    }

    /// Some sectors of what is pending become durable, the others never do.
    fn lose(&mut self, inode: usize, part: u64) {
        for change in std::mem::take(&mut self.files[inode].pending) {
            match change {
                Change::Cut(length) if self.chance(part) => self.files[inode].durable.truncate(length),
                Change::Cut(_) => {}
                Change::Write(at, bytes) => {
                    for (number, sector) in bytes.chunks(SECTOR).enumerate() {
                        if self.chance(part) {
                            put(&mut self.files[inode].durable, at + number * SECTOR, sector);
                        }
                    }
                }
            }
        }
    }

    fn fate(&mut self) -> io::Result<Fate> {
        if self.read_only {
            return Err(io::ErrorKind::ReadOnlyFilesystem.into());
        }
        Ok(self.fates.pop_front().unwrap_or(Fate::Good))
    }

    /// For operations that do all or nothing.
    fn whole(&mut self, act: impl FnOnce(&mut Self) -> io::Result<()>) -> io::Result<()> {
        match self.fate()? {
            Fate::Good | Fate::Short => act(self),
            Fate::Fails => Err(io::Error::from_raw_os_error(5)),
            Fate::Crash => {
                if self.chance(2) {
                    act(self)?;
                }
                self.crash();
                Err(io::Error::other("the power is gone"))
            }
        }
    }

    fn room(&self) -> usize {
        let used: usize = self.names.now.values().map(|inode| self.files[*inode].now.len()).sum();
        self.room.map_or(usize::MAX, |room| room.saturating_sub(used))
    }

    fn write(&mut self, inode: usize, at: usize, bytes: &[u8]) -> io::Result<usize> {
        let fate = self.fate()?;
        let part = bytes.len() * (self.random % 8) as usize / 8;
        let most = if fate == Fate::Good { bytes.len() } else { part };
        let grows = (at + most).saturating_sub(self.files[inode].now.len());
        let count = most - grows.saturating_sub(self.room()).min(most);
        put(&mut self.files[inode].now, at, &bytes[..count]);
        self.files[inode].pending.push(Change::Write(at, bytes[..count].to_vec()));
        self.chance(2);
        match fate {
            Fate::Fails => Err(io::ErrorKind::StorageFull.into()),
            Fate::Crash => {
                self.crash();
                Err(io::Error::other("the power is gone"))
            }
            Fate::Good | Fate::Short if count == 0 => Err(io::ErrorKind::StorageFull.into()),
            Fate::Good | Fate::Short => Ok(count),
        }
    }

    fn sync(&mut self, inode: usize) -> io::Result<()> {
        self.syncs += 1;
        if self.fates.front() == Some(&Fate::Fails) {
            self.lose(inode, 2); // and the system believes that it is written
        }
        self.whole(|world| {
            for change in std::mem::take(&mut world.files[inode].pending) {
                match change {
                    Change::Cut(length) => world.files[inode].durable.truncate(length),
                    Change::Write(at, bytes) => put(&mut world.files[inode].durable, at, &bytes),
                }
            }
            Ok(())
        })
    }
}

impl Names {
    fn change(&mut self, name: &str, inode: Option<usize>) {
        match inode {
            Some(inode) => self.now.insert(name.to_owned(), inode),
            None => self.now.remove(name),
        };
        self.pending.push((name.to_owned(), inode));
    }

    fn durable_change(&mut self, name: String, inode: Option<usize>) {
        match inode {
            Some(inode) => self.durable.insert(name, inode),
            None => self.durable.remove(&name),
        };
    }
}

fn put(into: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    if bytes.is_empty() {
        return;
    }
    into.resize(into.len().max(at + bytes.len()), 0);
    into[at..at + bytes.len()].copy_from_slice(bytes);
}

impl Process {
    fn world(&self) -> io::Result<MutexGuard<'_, World>> {
        let world = self.sim.world();
        if world.life == self.life { Ok(world) } else { Err(io::Error::other("the process is gone")) }
    }

    /// As `world`, once the disk is not held.
    fn unfrozen(&self) -> io::Result<MutexGuard<'_, World>> {
        let mut world = self.sim.world();
        world.blocked = world.frozen;
        self.sim.0.1.notify_all();
        drop(self.sim.0.1.wait_while(world, |world| world.frozen).expect("the world"));
        self.world()
    }
}

impl Disk for Process {
    fn place(&self) -> String {
        "the simulated disk".into()
    }

    fn lock(&self) -> io::Result<Option<Box<dyn Any + Send>>> {
        let taken = std::mem::replace(&mut self.world()?.locked, true);
        Ok(if taken { None } else { Some(Box::new(Lock(self.clone()))) })
    }

    fn names(&self) -> io::Result<Vec<String>> {
        Ok(self.world()?.names.now.keys().cloned().collect())
    }

    fn read(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        let inode = *self.world()?.names.now.get(name).ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(Handle { process: self.clone(), inode }))
    }

    fn write(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        self.read(name)
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        let mut world = self.unfrozen()?;
        if world.names.now.contains_key(name) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        world.whole(|world| {
            world.files.push(Inode::default());
            world.names.change(name, Some(world.files.len() - 1));
            Ok(())
        })?;
        Ok(Box::new(Handle { process: self.clone(), inode: world.files.len() - 1 }))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let mut world = self.world()?;
        if !world.names.now.contains_key(name) {
            return Err(io::ErrorKind::NotFound.into());
        }
        world.whole(|world| {
            world.names.change(name, None);
            Ok(())
        })
    }

    fn sync(&self) -> io::Result<()> {
        self.world()?.whole(|world| {
            for (name, inode) in std::mem::take(&mut world.names.pending) {
                world.names.durable_change(name, inode);
            }
            Ok(())
        })
    }
}

impl DiskFile for Handle {
    fn length(&self) -> io::Result<u64> {
        Ok(self.process.world()?.files[self.inode].now.len() as u64)
    }

    fn read(&mut self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        let world = self.process.world()?;
        if world.read_fails {
            return Err(io::Error::from_raw_os_error(5));
        }
        let bytes = world.files[self.inode].now.get(at as usize..).unwrap_or_default();
        let count = bytes.len().min(into.len());
        into[..count].copy_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn write(&mut self, at: u64, parts: &[IoSlice<'_>]) -> io::Result<usize> {
        let bytes: Vec<u8> = parts.iter().flat_map(|part| part.iter().copied()).collect();
        self.process.unfrozen()?.write(self.inode, at as usize, &bytes)
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        let inode = self.inode;
        self.process.world()?.whole(|world| {
            world.files[inode].now.truncate(length as usize);
            world.files[inode].pending.push(Change::Cut(length as usize));
            Ok(())
        })
    }

    fn sync(&mut self) -> io::Result<()> {
        self.process.world()?.sync(self.inode)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if let Ok(mut world) = self.0.world() {
            world.locked = false;
        }
    }
}
