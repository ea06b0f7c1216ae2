//! Exit statuses, decided in one place: 0 nothing found, 1 something found, 2 bad content, 3 bad usage or no input.

use crate::terminal::complain;
use std::io::ErrorKind;
use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Clean = 0,
    Found = 1,
    Content = 2,
    Usage = 3,
}

impl Exit {
    /// Clean or found.
    pub fn found(something: bool) -> Self {
        if something { Self::Found } else { Self::Clean }
    }
}

/// A reader that has gone (`| head`) is no error.
pub fn of(done: anyhow::Result<Exit>) -> ExitCode {
    let exit = done.unwrap_or_else(|error| {
        let gone = error.chain().filter_map(|e| e.downcast_ref::<std::io::Error>()).any(|e| e.kind() == ErrorKind::BrokenPipe);
        if gone {
            return Exit::Clean;
        }
        complain(&format!("error: {error:#}"));
        Exit::Usage
    });
    ExitCode::from(exit as u8)
}

/// Help and version are no error; everything else that the parser refuses is bad usage.
pub fn of_usage(error: &clap::Error) -> ExitCode {
    // A closed pipe while help is printed is nobody's trouble.
    let _ = error.print();
    ExitCode::from(if error.use_stderr() { Exit::Usage } else { Exit::Clean } as u8)
}
