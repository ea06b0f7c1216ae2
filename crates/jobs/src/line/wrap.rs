//! Programs that run another one: `sudo`, `nohup`, `xargs`, `ssh`, `psexec`, `start`, `docker exec`.

use super::call::{Call, Program};
use super::finder::{Finder, Handler, handler};
use super::split::{Dialect, Word};

pub const PROGRAMS: &[(&str, Handler)] = &[
    ("sudo", inner),
    ("doas", inner),
    ("nohup", inner),
    ("env", inner),
    ("exec", inner),
    ("nice", inner),
    ("ionice", inner),
    ("timeout", inner),
    ("setsid", inner),
    ("command", inner),
    ("builtin", inner),
    ("stdbuf", inner),
    ("unshare", inner),
    ("nsenter", inner),
    ("xargs", inner),
    ("chroot", inner),
    ("runuser", inner),
    ("su", inner),
    ("pkexec", inner),
    ("script", inner),
    ("busybox", inner),
    ("flock", inner),
    ("watch", inner),
    ("docker", inner),
    ("podman", inner),
    ("nerdctl", inner),
    ("lxc", inner),
    ("ssh", remote),
    ("psexec", remote),
    ("psexec64", remote),
    ("paexec", remote),
    ("winrs", remote),
    ("runas", inner),
    ("forfiles", inner),
    ("start", inner),
    ("call", inner),
    ("conhost", inner),
    ("pcalua", inner),
    ("for", inner),
    ("if", inner),
    ("else", inner),
];

const MAX_WORDS: usize = 64;

/// Runs the first word that is a known program, or the first that is a whole command.
pub fn inner(finder: &mut Finder, call: &Call<'_>) -> String {
    for (index, word) in call.args.iter().enumerate().take(MAX_WORDS) {
        if word.text.trim().contains(char::is_whitespace) {
            let before = finder.found();
            let output = finder.script(&word.text, call.dialect);
            if finder.found() > before {
                return output;
            }
        } else if let Some(handle) = handler(&Program::name(&word.text)).filter(|_| leads(call.args, index)) {
            let name = Program::name(&word.text);
            let wrapped = Call { name: &name, args: &call.args[index + 1..], rest: call.after(index), ..*call };
            return finder.deeper(|finder| handle(finder, &wrapped));
        }
    }
    finder.unknown(call)
}

/// A short word such as `at` is a program only where all words before it are options.
fn leads(words: &[Word], index: usize) -> bool {
    let short = words[index].text.len() < 4;
    !short || words[..index].iter().all(|w| w.text.starts_with(['-', '/', '+']) || w.text.contains('=') || w.text.bytes().all(|b| b.is_ascii_digit()))
}

/// The same on another machine.
fn remote(finder: &mut Finder, call: &Call<'_>) -> String {
    let outer = finder.host.clone();
    finder.host = host(call).or_else(|| outer.clone());
    let output = inner(finder, call);
    finder.host = outer;
    output
}

fn host(call: &Call<'_>) -> Option<String> {
    if call.dialect == Dialect::Posix && call.name == "ssh" {
        let options = ["-p", "-i", "-l", "-o", "-F", "-L", "-R", "-D", "-J"];
        let mut words = call.texts();
        while let Some(word) = words.next() {
            if options.contains(&word) {
                words.next();
            } else if !word.starts_with('-') {
                return Some(word.rsplit('@').next().unwrap_or(word).to_owned());
            }
        }
    }
    let named = call.texts().find_map(|t| t.strip_prefix("\\\\").or_else(|| ["-r:", "/r:", "-remote:", "/remote:"].iter().find_map(|p| t.strip_prefix(p))));
    named.map(str::to_owned)
}
