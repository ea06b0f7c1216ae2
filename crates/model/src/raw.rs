//! A value as it lies in its record: borrowed bytes and how to read them, rendered to text only when somebody asks.

use std::fmt::Write as _;

/// How the bytes of a [`Raw`] are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Kind {
    /// UTF-8 text (invalid bytes are shown as U+FFFD).
    Text,
    /// The inside of a JSON string, escapes untouched.
    JsonText,
    /// A JSON number or boolean, as written.
    JsonScalar,
    /// A JSON array or object, as written.
    JsonTree,
    Null,
    /// UTF-16LE text, of Windows' binary XML.
    Utf16,
    /// Little-endian integers of 1, 2, 4 or 8 bytes.
    Unsigned,
    Signed,
    /// Little-endian, shown as `0x1f`.
    Hex,
    /// IEEE 754 of 4 or 8 bytes.
    Float,
    /// 1 or 4 bytes.
    Bool,
    /// 16 bytes, shown as Windows does: `{54849625-5478-4994-a5ba-3e3b0328c30d}`.
    Guid,
    Sid,
    /// 100 ns ticks since 1601.
    FileTime,
    /// Windows' SYSTEMTIME, 16 bytes.
    SysTime,
    /// Shown as upper-case hex.
    Binary,
    /// An array of UTF-16LE strings, each ended by a NUL.
    Utf16List,
}

/// A borrowed value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raw<'a> {
    pub kind: Kind,
    pub bytes: &'a [u8],
}

impl<'a> Raw<'a> {
    pub const NULL: Raw<'static> = Raw { kind: Kind::Null, bytes: &[] };

    pub fn text(text: &'a str) -> Self {
        Self { kind: Kind::Text, bytes: text.as_bytes() }
    }

    /// Appends the value as text. Lists are rendered as JSON.
    pub fn render(&self, out: &mut String) {
        match self.kind {
            Kind::Text | Kind::JsonScalar | Kind::JsonTree => out.push_str(&String::from_utf8_lossy(self.bytes)),
            Kind::JsonText => unescape_json(self.bytes, out),
            Kind::Null => {}
            Kind::Utf16 => utf16(self.bytes, out),
            Kind::Unsigned => push(out, format_args!("{}", self.unsigned())),
            Kind::Signed => push(out, format_args!("{}", self.signed())),
            Kind::Hex => push(out, format_args!("{:#x}", self.unsigned())),
            Kind::Float => self.float(out),
            Kind::Bool => out.push_str(if self.unsigned() == 0 { "false" } else { "true" }),
            Kind::Guid => guid(self.bytes, out),
            Kind::Sid => sid(self.bytes, out),
            Kind::FileTime => file_time(self.unsigned(), out),
            Kind::SysTime => sys_time(self.bytes, out),
            Kind::Binary => self.bytes.iter().for_each(|b| push(out, format_args!("{b:02X}"))),
            Kind::Utf16List => utf16_list(self.bytes, out),
        }
    }

    pub fn to_text(&self) -> String {
        let mut out = String::new();
        self.render(&mut out);
        out
    }

    /// The bytes read as a little-endian unsigned integer (at most eight of them).
    pub fn unsigned(&self) -> u64 {
        self.bytes.iter().take(8).rev().fold(0, |n, b| n << 8 | u64::from(*b))
    }

    pub fn signed(&self) -> i64 {
        let unused = 64 - 8 * self.bytes.len().clamp(1, 8) as u32;
        (self.unsigned() << unused).cast_signed() >> unused
    }

    fn float(&self, out: &mut String) {
        match *self.bytes {
            [a, b, c, d] => push(out, format_args!("{}", f32::from_le_bytes([a, b, c, d]))),
            _ => {
                if let Ok(bytes) = self.bytes.try_into() {
                    push(out, format_args!("{}", f64::from_le_bytes(bytes)));
                }
            }
        }
    }
}

/// Undoes JSON's string escapes. A lone surrogate and a broken escape become U+FFFD.
pub fn unescape_json(mut bytes: &[u8], out: &mut String) {
    // Escapes stand for whole characters, so that whether it is UTF-8 can be asked of all at once.
    let mut plain = std::mem::take(out).into_bytes();
    plain.reserve(bytes.len());
    while let Some(at) = memchr::memchr(b'\\', bytes) {
        plain.extend_from_slice(&bytes[..at]);
        bytes = &bytes[at..];
        while let [b'\\', after @ ..] = bytes {
            let (c, used) = escape(after);
            plain.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            bytes = &after[used.min(after.len())..];
        }
    }
    plain.extend_from_slice(bytes);
    *out = String::from_utf8(plain).unwrap_or_else(|broken| String::from_utf8_lossy(broken.as_bytes()).into_owned());
}

fn escape(after: &[u8]) -> (char, usize) {
    match after.first() {
        Some(b'n') => ('\n', 1),
        Some(b'r') => ('\r', 1),
        Some(b't') => ('\t', 1),
        Some(b'b') => ('\u{8}', 1),
        Some(b'f') => ('\u{c}', 1),
        Some(b'u') => unicode_escape(after),
        Some(c @ (b'"' | b'\\' | b'/')) => (char::from(*c), 1),
        Some(_) => (char::REPLACEMENT_CHARACTER, 1),
        None => (char::REPLACEMENT_CHARACTER, 0),
    }
}

fn unicode_escape(after: &[u8]) -> (char, usize) {
    let unit = |at: usize| after.get(at..at + 4).and_then(|h| std::str::from_utf8(h).ok()).and_then(|h| u16::from_str_radix(h, 16).ok());
    let Some(first) = unit(1) else { return (char::REPLACEMENT_CHARACTER, 1) };
    let pair = (0xD800..0xDC00).contains(&first) && after.get(5..7) == Some(b"\\u");
    if let Some(second) = pair.then(|| unit(7)).flatten()
        && let Some(Ok(c)) = char::decode_utf16([first, second]).next()
    {
        return (c, 11);
    }
    (char::from_u32(u32::from(first)).unwrap_or(char::REPLACEMENT_CHARACTER), 5)
}

fn push(out: &mut String, args: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = out.write_fmt(args);
}

fn utf16(bytes: &[u8], out: &mut String) {
    let units = bytes.as_chunks::<2>().0.iter().map(|p| u16::from_le_bytes(*p));
    if units.clone().fold(0, |all, unit| all | unit) < 0x80 {
        return narrow(bytes, out);
    }
    out.extend(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
}

/// UTF-16 that is ASCII, a few characters at a time.
fn narrow(bytes: &[u8], out: &mut String) {
    for piece in bytes.as_chunks::<2>().0.chunks(64) {
        let mut narrow = [0; 64];
        narrow.iter_mut().zip(piece).for_each(|(to, unit)| *to = unit[0]);
        out.push_str(std::str::from_utf8(&narrow[..piece.len()]).unwrap_or_default());
    }
}

fn utf16_list(bytes: &[u8], out: &mut String) {
    let mut text = String::new();
    utf16(bytes, &mut text);
    let items: Vec<&str> = text.strip_suffix('\0').unwrap_or(&text).split('\0').collect();
    out.push_str(&serde_json::to_string(&items).unwrap_or_default());
}

fn guid(b: &[u8], out: &mut String) {
    let Ok(b) = <&[u8; 16]>::try_from(b) else { return };
    let first = u32::from_le_bytes([b[0], b[1], b[2], b[3]]);
    let (second, third) = (u16::from_le_bytes([b[4], b[5]]), u16::from_le_bytes([b[6], b[7]]));
    push(out, format_args!("{{{first:08x}-{second:04x}-{third:04x}-{:02x}{:02x}-", b[8], b[9]));
    b[10..].iter().for_each(|x| push(out, format_args!("{x:02x}")));
    out.push('}');
}

fn sid(b: &[u8], out: &mut String) {
    let [revision, count, authority @ ..] = b else { return };
    let Some((authority, subs)) = authority.split_at_checked(6) else { return };
    let authority = authority.iter().fold(0_u64, |n, x| n << 8 | u64::from(*x));
    push(out, format_args!("S-{revision}-{authority}"));
    for sub in subs.as_chunks::<4>().0.iter().take(usize::from(*count)) {
        push(out, format_args!("-{}", u32::from_le_bytes(*sub)));
    }
}

fn file_time(ticks: u64, out: &mut String) {
    if let Some(time) = crate::Timestamp::from_filetime(ticks) {
        push(out, format_args!("{time}"));
    }
}

fn sys_time(b: &[u8], out: &mut String) {
    let Ok(b) = <&[u8; 16]>::try_from(b) else { return };
    let part = |i: usize| u16::from_le_bytes([b[2 * i], b[2 * i + 1]]);
    push(out, format_args!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", part(0), part(1), part(3), part(4), part(5), part(6), part(7)));
}
