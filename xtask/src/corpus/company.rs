//! No false company: unrelated events of the same host and hour must change nothing in what a story joins exactly or strongly.

mod audit;
mod benign;
mod case;
mod dice;
mod moment;
mod syslog;
mod windows;

use crate::tree::{option, target};
use benign::Benign;
use case::Case;
use dice::Dice;
use std::path::Path;

const SHUFFLES: u64 = 100;

/// Runs the shuffles over the cases in turn; a shuffle is told by its number alone, so `--shuffle N` repeats one.
pub fn check(folder: &Path, binary: &Path, words: &[String]) -> Result<(), String> {
    let number = |name: &str| option(words, name).map(|word| word.parse::<u64>().map_err(|_| format!("{name} takes a number"))).transpose();
    let shuffles = match number("--shuffle")? {
        Some(one) => one..one + 1,
        None => 0..number("--shuffles")?.unwrap_or(SHUFFLES),
    };
    println!("\n== company");
    let work = target().join("xtask/company");
    let _ = std::fs::remove_dir_all(&work);
    let cases = Case::all(&folder.join("stories"), binary, &work)?;
    let benign = Benign::gather(&folder.join("benign"))?;
    let count = shuffles.end - shuffles.start;
    let (mut violations, mut bad, mut added, mut watched) = (0, 0, 0, 0);
    for shuffle in shuffles {
        let case = &cases[usize::try_from(shuffle).unwrap_or(0) % cases.len()];
        let mut dice = Dice::new(shuffle);
        let company = benign.company(case, &mut dice);
        added += company.events;
        let found = case.violations(binary, &work.join(format!("shuffle-{shuffle}")), &company, &mut dice)?;
        watched += case.joined();
        violations += found.len();
        bad += usize::from(!found.is_empty());
        for violation in found {
            println!("  shuffle {shuffle}, {}: {violation}", case.name);
        }
    }
    println!(
        "shuffles {count}, cases {}, events added {added}, entries watched {watched}, shuffles that changed a story {bad}, violations {violations}",
        cases.len()
    );
    if violations == 0 {
        Ok(())
    } else {
        Err(format!("{violations} joins that unrelated events changed (--shuffle N repeats one; its logs stay in {})", work.display()))
    }
}
