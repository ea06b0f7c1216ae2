//! What a plain YAML value is: nothing, a truth, a number or a text, by YAML 1.2's core schema.

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scalar<'a> {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(&'a str),
}

impl<'a> Scalar<'a> {
    /// A value written without quotes. With a leading zero it is a text (`00000429`), as is an integer too large.
    pub fn plain(text: &'a str) -> Self {
        match text {
            "" | "~" | "null" | "Null" | "NULL" => Self::Null,
            "true" | "True" | "TRUE" => Self::Bool(true),
            "false" | "False" | "FALSE" => Self::Bool(false),
            _ => Self::number(text).unwrap_or(Self::Text(text)),
        }
    }

    pub fn number(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
            return None;
        }
        if let Some(hex) = digits.strip_prefix("0x") {
            return i64::from_str_radix(hex, 16).ok().filter(|_| !hex.starts_with(['+', '-'])).map(Self::Integer);
        }
        if let Some(octal) = digits.strip_prefix("0o") {
            return i64::from_str_radix(octal, 8).ok().filter(|_| !octal.starts_with(['+', '-'])).map(Self::Integer);
        }
        if digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.") {
            return None;
        }
        if digits.bytes().all(|b| b.is_ascii_digit()) {
            return text.parse().ok().map(Self::Integer);
        }
        let float = digits.bytes().all(|b| b.is_ascii_digit() || b".eE+-".contains(&b));
        text.parse::<f64>().ok().filter(|x| float && x.is_finite()).map(Self::Float)
    }
}

#[cfg(test)]
mod tests {
    use super::Scalar::{self, Bool, Float, Integer, Null, Text};

    #[test]
    fn plain_values() {
        for (text, meant) in [
            ("", Null),
            ("~", Null),
            ("TRUE", Bool(true)),
            ("yes", Text("yes")),
            ("0", Integer(0)),
            ("-17", Integer(-17)),
            ("+5", Integer(5)),
            ("0x1F", Integer(31)),
            ("0x", Text("0x")),
            ("0o17", Integer(15)),
            ("00000429", Text("00000429")),
            ("1_000", Text("1_000")),
            ("1.5", Float(1.5)),
            ("1e3", Float(1000.0)),
            ("0.25", Float(0.25)),
            (".", Text(".")),
            ("1.2.3", Text("1.2.3")),
            ("18446744073709551616", Text("18446744073709551616")),
            ("nan", Text("nan")),
            ("-", Text("-")),
        ] {
            assert_eq!(Scalar::plain(text), meant, "{text}");
        }
    }
}
