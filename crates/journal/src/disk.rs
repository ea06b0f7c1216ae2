//! What the journal asks of a file system, small enough that a test can stand in for it and fail on purpose.

use std::{any::Any, io, io::IoSlice};

/// One flat folder.
pub trait Disk: Send + Sync + 'static {
    /// For messages.
    fn place(&self) -> String;
    /// `None`: somebody else holds it. Held until the value is dropped.
    fn lock(&self) -> io::Result<Option<Box<dyn Any + Send>>>;
    fn names(&self) -> io::Result<Vec<String>>;
    fn read(&self, name: &str) -> io::Result<Box<dyn DiskFile>>;
    fn write(&self, name: &str) -> io::Result<Box<dyn DiskFile>>;
    /// A new file for writing; fails if the name is taken.
    fn create(&self, name: &str) -> io::Result<Box<dyn DiskFile>>;
    fn remove(&self, name: &str) -> io::Result<()>;
    /// Makes created and removed names durable.
    fn sync(&self) -> io::Result<()>;
}

pub trait DiskFile: Send {
    fn length(&self) -> io::Result<u64>;
    fn read(&mut self, at: u64, into: &mut [u8]) -> io::Result<usize>;
    /// May write less than all.
    fn write(&mut self, at: u64, parts: &[IoSlice<'_>]) -> io::Result<usize>;
    fn cut(&mut self, length: u64) -> io::Result<()>;
    /// Makes contents and length durable.
    fn sync(&mut self) -> io::Result<()>;
}
