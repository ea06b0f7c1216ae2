//! `watchbell job …`: scheduled jobs decoded, what runs next, and how risky that is. One file a verb.

pub mod args;
mod cloud;
mod decode;
mod deeds;
mod kept;
mod list;
mod next;
mod page;
mod present;
mod reading;
mod recognise;
mod show;
mod view;

pub use page::safe;

use crate::exit::Exit;
use anyhow::Result;
use args::{JobArgs, JobCommand};

pub fn run(args: &JobArgs) -> Result<Exit> {
    match &args.command {
        JobCommand::Decode(args) => decode::run(args),
        JobCommand::List(args) => list::run(args),
        JobCommand::Show(args) => show::run(args),
        JobCommand::Next(args) => next::run(args),
    }
}
