//! The benchmark's figures as text: rates, ratios, memory, and rules that differ.

use super::data::Input;
use super::matches::Comparison;
use super::watch::Rounds;

/// Rates of one kind of input, then what they say of each other. The contenders stand in the order of `Bench::speed`.
pub fn speed(kind: &str, input: &Input, all: &[Rounds]) {
    println!("\n{kind}: {} records, {} bytes; medians of {} rounds", input.records, input.bytes, all[0].rounds.len());
    println!("{:<42} {:>11} {:>8} {:>9} {:>9} {:>9} {:>9} {:>9}", "", "events/s", "MB/s", "seconds", "from", "to", "CPU s", "peak MiB");
    for contender in all {
        let (median, last) = (contender.median(), contender.rounds.len() - 1);
        println!(
            "{:<42} {:>11.0} {:>8.0} {:>9.3} {:>9.3} {:>9.3} {:>9.3} {:>9.0}",
            contender.name,
            input.records as f64 / median.seconds,
            input.bytes as f64 / 1e6 / median.seconds,
            median.seconds,
            contender.rounds[0].seconds,
            contender.rounds[last].seconds,
            contender.processor(),
            contender.peak_mib()
        );
    }
    let [limit, two, one, pack, ..] = all else { return };
    ratio("all Windows rules, of the limit", limit, two, 0.45);
    ratio("flagship pack, of the limit", limit, pack, 0.7);
    ratio("two threads, of one", one, two, 1.9);
    if let Some(peer) = all.get(4) {
        ratio("all Windows rules, of rsigma", peer, two, 8.0);
    }
}

pub fn stories(all: &[Rounds]) {
    start(all);
    if let [without, with] = all {
        println!("with stories, of the time without: {:.2} (wanted at most 1.5)", with.median().seconds / without.median().seconds);
    }
}

pub fn start(all: &[Rounds]) {
    println!();
    for contender in all {
        println!("{}: {:.3} s, {:.0} MiB", contender.name, contender.median().seconds, contender.peak_mib());
    }
}

pub fn memory(all: &[Rounds]) {
    println!();
    for contender in all {
        println!("peak memory on {}, all Windows rules, 2 threads: {:.0} MiB in {:.2} s", contender.name, contender.peak_mib(), contender.median().seconds);
    }
}

pub fn matches(kind: &str, names: &str, found: &Comparison) {
    println!("\n{kind}, {names}: {} matches, rsigma {}; of {} rules that match, {} differ", found.ours, found.theirs, found.rules, found.differ.len());
    for (id, title, ours, theirs) in &found.differ {
        println!("  {ours:>7} {theirs:>7}  {id}  {title}");
    }
}

/// How much faster the second is than the first.
fn ratio(what: &str, base: &Rounds, of: &Rounds, wanted: f64) {
    let ratio = base.median().seconds / of.median().seconds;
    println!("{what}: {ratio:.2} (wanted {wanted}); by processor time {:.2}", base.processor() / of.processor());
}
