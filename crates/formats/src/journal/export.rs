//! The journal's export format: `NAME=value` lines, an empty line after each entry, binary values with their length.

/// What lies at the beginning of some bytes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// An entry of so many bytes, the empty line after it counted.
    Whole(usize),
    /// It goes on past the end; so many bytes are whole fields.
    Cut(usize),
}

/// A field as written: name and value.
pub(crate) type Pair<'a> = (&'a [u8], &'a [u8]);

/// One step over a field.
enum Step<'a> {
    Field(Pair<'a>, usize),
    End(usize),
    Cut,
}

/// A binary value that says it is longer is taken for damage.
const LONGEST: u64 = 64 << 20;

/// Finds the end of the entry that begins here.
pub(crate) fn measure(bytes: &[u8]) -> Entry {
    let mut at = 0;
    loop {
        match step(&bytes[at..]) {
            Step::Field(_, used) => at += used,
            Step::End(used) => return Entry::Whole(at + used),
            Step::Cut => return Entry::Cut(at),
        }
    }
}

/// The fields of one entry, the last of which may be cut.
pub(crate) fn pairs(entry: &[u8]) -> impl Iterator<Item = Pair<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || match step(&entry[at..]) {
        Step::Field(pair, used) => {
            at += used;
            Some(pair)
        }
        Step::End(_) => None,
        Step::Cut => {
            let rest = &entry[at..];
            at = entry.len();
            split(rest)
        }
    })
}

fn step(bytes: &[u8]) -> Step<'_> {
    let Some(end) = memchr::memchr(b'\n', bytes) else { return Step::Cut };
    let line = &bytes[..end];
    if line.is_empty() || line == b"\r" {
        return Step::End(end + 1);
    }
    if let Some(pair) = split(line) {
        return Step::Field(pair, end + 1);
    }
    let Some(length) = bytes.get(end + 1..end + 9).and_then(|b| <[u8; 8]>::try_from(b).ok()) else { return Step::Cut };
    let length = u64::from_le_bytes(length);
    if length > LONGEST {
        return Step::Field((line, b""), end + 1);
    }
    let (start, stop) = (end + 9, end + 9 + length as usize);
    match bytes.get(stop) {
        Some(b'\n') => Step::Field((line, &bytes[start..stop]), stop + 1),
        // Not what it said: the line is taken as a field of no value.
        Some(_) => Step::Field((line, b""), end + 1),
        None => Step::Cut,
    }
}

fn split(line: &[u8]) -> Option<Pair<'_>> {
    let at = memchr::memchr(b'=', line)?;
    Some((&line[..at], &line[at + 1..]))
}
