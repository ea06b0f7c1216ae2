//! The header block of a tar member, and the extensions that say what does not fit in it.

/// Everything in a tar comes in blocks of this many bytes.
pub(crate) const BLOCK: usize = 512;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    File,
    Folder,
    /// A file with holes, stored as a map and pieces.
    Sparse,
    /// The next member's name (GNU).
    LongName,
    /// Settings for the next member (POSIX).
    Pax,
    /// Settings for all members, a link's long name, a volume label, a folder's listing.
    Skipped,
    /// Links, devices, fifos, and what nobody knows.
    Other,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) name: String,
    pub(crate) size: u64,
    /// Unix seconds.
    pub(crate) modified: Option<i64>,
    pub(crate) kind: Type,
    /// Links and devices may tell a size, but have no data.
    empty: bool,
}

/// Whether a file that begins so is a tar: its first block's checksum is right.
pub(crate) fn is_header(head: &[u8]) -> bool {
    head.first_chunk::<BLOCK>().is_some_and(|block| block[0] != 0 && checksum_right(block))
}

impl Header {
    /// None where the block is no header.
    pub(crate) fn parse(block: &[u8; BLOCK]) -> Option<Self> {
        if !checksum_right(block) {
            return None;
        }
        let mut name = text(&block[..100]);
        let prefix = text(&block[345..500]);
        if &block[257..263] == b"ustar\0" && !prefix.is_empty() {
            name = format!("{prefix}/{name}");
        }
        let kind = match block[156] {
            b'0' | b'7' | 0 if name.ends_with('/') => Type::Folder,
            b'0' | b'7' | 0 => Type::File,
            b'5' => Type::Folder,
            b'S' => Type::Sparse,
            b'L' => Type::LongName,
            b'x' | b'X' => Type::Pax,
            b'g' | b'K' | b'V' | b'D' => Type::Skipped,
            _ => Type::Other,
        };
        let modified = number(&block[136..148]).and_then(|seconds| i64::try_from(seconds).ok());
        let empty = matches!(block[156], b'1'..=b'6');
        Some(Self { name, size: number(&block[124..136])?, modified, kind, empty })
    }

    /// Bytes of data that follow, without padding.
    pub(crate) fn stored(&self) -> u64 {
        if self.empty { 0 } else { self.size }
    }

    /// Applies the records `LENGTH KEY=VALUE\n` of a POSIX extension.
    pub(crate) fn apply_pax(&mut self, mut records: &[u8]) {
        while let Some((key, value, rest)) = pax_record(records) {
            match key {
                "path" => self.name = value,
                "size" => self.size = value.parse().unwrap_or(self.size),
                "mtime" => self.modified = value.split('.').next().and_then(|seconds| seconds.parse().ok()),
                "GNU.sparse.name" => (self.name, self.kind) = (value, Type::Sparse),
                _ if key.starts_with("GNU.sparse.") => self.kind = Type::Sparse,
                _ => {}
            }
            records = rest;
        }
    }
}

/// Text up to a NUL.
pub(crate) fn text(field: &[u8]) -> String {
    let end = field.iter().position(|&byte| byte == 0).unwrap_or(field.len());
    String::from_utf8_lossy(&field[..end]).into_owned()
}

fn pax_record(records: &[u8]) -> Option<(&str, String, &[u8])> {
    let space = records.iter().position(|&byte| byte == b' ')?;
    let length: usize = std::str::from_utf8(&records[..space]).ok()?.parse().ok()?;
    let record = records.get(space + 1..length)?.strip_suffix(b"\n")?;
    let equals = record.iter().position(|&byte| byte == b'=')?;
    let key = std::str::from_utf8(&record[..equals]).ok()?;
    Some((key, text(&record[equals + 1..]), &records[length..]))
}

fn checksum_right(block: &[u8; BLOCK]) -> bool {
    let sum = |bytes: &[u8]| bytes.iter().map(|&byte| u64::from(byte)).sum::<u64>();
    let blank = 8 * u64::from(b' ');
    octal(&block[148..156]) == Some(sum(&block[..148]) + blank + sum(&block[156..]))
}

/// Octal digits, or GNU's big-endian binary with the top bit set.
fn number(field: &[u8]) -> Option<u64> {
    if field[0] != 0x80 {
        return octal(field);
    }
    let (high, low) = field.split_at(field.len() - 8);
    (high[1..].iter().all(|&byte| byte == 0)).then(|| low.iter().fold(0, |n, &byte| n << 8 | u64::from(byte)))
}

fn octal(field: &[u8]) -> Option<u64> {
    let digits = text(field);
    let digits = digits.trim_matches(' ');
    if digits.is_empty() { Some(0) } else { u64::from_str_radix(digits, 8).ok() }
}
