//! `watchbell rules …`: one file a verb.

mod check;
mod explain;
mod explain_cost;

use crate::cli::{RulesArgs, RulesCommand};
use crate::exit::Exit;
use anyhow::Result;

pub fn run(args: &RulesArgs) -> Result<Exit> {
    match &args.command {
        RulesCommand::Check(args) => check::run(args),
        RulesCommand::Explain(args) => explain::run(args),
        RulesCommand::ExplainCost(args) => explain_cost::run(args),
    }
}
