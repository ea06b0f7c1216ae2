//! `watchbell job …`: scheduled jobs decoded, what runs next, and how risky that is. One file a verb.

pub mod args;
mod cloud;
mod decode;
mod page;
mod present;
mod recognise;
mod view;

use crate::exit::Exit;
use anyhow::Result;
use args::{JobArgs, JobCommand};

pub fn run(args: &JobArgs) -> Result<Exit> {
    match &args.command {
        JobCommand::Decode(args) => decode::run(args),
    }
}
