//! One value of a rule as tests: rewritten by the modifiers, in the type that it is compared in.

use super::encode;
use super::logic::Logic;
use super::modifiers::{Kind, Plan, Rewrite};
use super::pattern;
use super::placeholder::{self, Placeholders};
use super::regexp;
use super::scalar::Scalar;
use super::windash;
use super::yaml::{At, Flaw, Kind as Yaml, Node, short};
use crate::ir::{Compare, How, Number, Test};
use crate::text::Piece;
use ipnet::IpNet;

/// The tests that a value stands for; any of them must hold.
pub(super) fn tests(logic: &mut Logic, node: &Node<'_>, plan: &Plan, placeholders: &Placeholders) -> Result<Vec<Test>, Flaw> {
    let at = node.at;
    let (Some(scalar), Some(written)) = (node.scalar(), node.text()) else {
        let message = format!("a value must be a text, a number, true, false or null, this is {}", node.word());
        let hint = "fields within fields are written with dots: `outer.inner: value`";
        return Err(Flaw::new("sigma/value", at, message).hint(if matches!(node.kind, Yaml::Map(_)) { hint } else { "one list is enough" }));
    };
    match &plan.kind {
        Kind::Text(how) => text_tests(scalar, written, *how, plan, at, placeholders),
        Kind::Regex(how, flags) => {
            let patterns =
                if plan.rewrites.is_empty() { vec![written.to_owned()] } else { placeholder::expand_text(written, at, placeholders, regex::escape)? };
            patterns.iter().map(|pattern| regexp::test(pattern, *how, flags, at)).collect()
        }
        Kind::Cidr => expanded(written, plan, at, placeholders)?.iter().map(|net| cidr(net, at)).collect(),
        Kind::Exists => exists(scalar, at).map(|test| vec![test]),
        Kind::FieldRef(how) => Ok(vec![field_ref(logic, written, *how, plan.cased, at)?]),
        Kind::Number(compare) => {
            let number = |text: &String| number(text, at).map(|value| Test::Number { compare: *compare, value });
            expanded(written, plan, at, placeholders)?.iter().map(number).collect()
        }
        Kind::Time(part, compare) => match number(written, at)? {
            Number::Integer(value) => Ok(vec![Test::TimePart { part: *part, compare: *compare, value }]),
            Number::Float(_) => Err(Flaw::new("sigma/value", at, "a part of a time is a whole number")),
        },
    }
}

fn text_tests(scalar: Scalar<'_>, written: &str, how: How, plan: &Plan, at: At, placeholders: &Placeholders) -> Result<Vec<Test>, Flaw> {
    let pieces = match scalar {
        Scalar::Null if how == How::Equals && plan.rewrites.is_empty() => return Ok(vec![Test::Null]),
        Scalar::Null => {
            let flaw = Flaw::new("sigma/value", at, "null can't be searched in a text");
            return Err(flaw.hint("write `field: null`, or quote the text `'null'`"));
        }
        Scalar::Float(value) if how == How::Equals && plan.rewrites.is_empty() => {
            return Ok(vec![Test::Number { compare: Compare::Equal, value: Number::Float(value) }]);
        }
        // To Sigma a value is a text. Records write an integer the same way, as a number or as a text, so that asking for its
        // digits finds both; a number with a fraction has several spellings, and is compared as a number.
        Scalar::Integer(value) => pattern::literal(value.to_string()),
        Scalar::Bool(value) => pattern::literal(value.to_string()),
        Scalar::Float(_) => pattern::literal(written.to_owned()),
        Scalar::Text(text) => pattern::pieces(text),
    };
    let mut values = vec![Value::Pieces(pieces)];
    for rewrite in &plan.rewrites {
        values = rewritten(values, *rewrite, at, placeholders)?;
    }
    // The Base64 of a value at an unknown offset is never all there is.
    let how = if how == How::Equals && plan.rewrites.contains(&Rewrite::Base64Offset) { How::Contains } else { how };
    values.into_iter().map(|value| Ok(pattern::test(value.pieces(at)?, how, plan.cased))).collect()
}

/// A value on its way through the rewrites.
enum Value {
    Pieces(Vec<Piece>),
    Bytes(Vec<u8>),
}

impl Value {
    fn pieces(self, at: At) -> Result<Vec<Piece>, Flaw> {
        match self {
            Self::Pieces(pieces) => Ok(pieces),
            Self::Bytes(bytes) => String::from_utf8(bytes).map(pattern::literal).map_err(|_| {
                let flaw = Flaw::new("sigma/encoding", at, "in UTF-16 this value is no text that a field could hold");
                flaw.hint("put `base64` or `base64offset` after the encoding")
            }),
        }
    }

    fn bytes(self, at: At) -> Result<Vec<u8>, Flaw> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            Self::Pieces(pieces) => pattern::plain(&pieces).map(String::into_bytes).ok_or_else(|| encoded_wildcard(at)),
        }
    }
}

fn encoded_wildcard(at: At) -> Flaw {
    Flaw::new("sigma/encoding", at, "a value with wildcards can't be encoded").hint("escape them (`\\*`), or encode the parts between them")
}

fn rewritten(values: Vec<Value>, rewrite: Rewrite, at: At, placeholders: &Placeholders) -> Result<Vec<Value>, Flaw> {
    let mut out = Vec::new();
    for value in values {
        match (rewrite, value) {
            (Rewrite::Expand, Value::Pieces(pieces)) => out.extend(placeholder::expand(&pieces, at, placeholders)?.into_iter().map(Value::Pieces)),
            (Rewrite::Windash, Value::Pieces(pieces)) => out.extend(windash::variants(&pieces, placeholder::most(&pieces)).into_iter().map(Value::Pieces)),
            (Rewrite::Wide(how), Value::Pieces(pieces)) => {
                let text = pattern::plain(&pieces).ok_or_else(|| encoded_wildcard(at))?;
                out.push(Value::Bytes(encode::wide(&text, how)));
            }
            (Rewrite::Base64, value) => out.push(text(encode::base64(&value.bytes(at)?))),
            (Rewrite::Base64Offset, value) => out.extend(encode::base64_offsets(&value.bytes(at)?).map(text)),
            // The plan has no such order.
            (_, value @ Value::Bytes(_)) => out.push(value),
        }
        if out.len() > placeholder::MAX_VALUES {
            return Err(Flaw::new("sigma/too-large", at, format!("the modifiers make more than {} values of this one", placeholder::MAX_VALUES)));
        }
    }
    Ok(out)
}

fn text(text: String) -> Value {
    Value::Pieces(pattern::literal(text))
}

/// The values that a text without wildcards stands for.
fn expanded(written: &str, plan: &Plan, at: At, placeholders: &Placeholders) -> Result<Vec<String>, Flaw> {
    if plan.rewrites.is_empty() { Ok(vec![written.to_owned()]) } else { placeholder::expand_text(written, at, placeholders, str::to_owned) }
}

fn cidr(text: &str, at: At) -> Result<Test, Flaw> {
    let net = text.parse::<IpNet>().ok().or_else(|| text.parse::<std::net::IpAddr>().ok().map(IpNet::from));
    let flaw = || Flaw::new("sigma/cidr", at, format!("`{}` is no network", short(text))).hint("write `10.0.0.0/8`, `fe80::/10` or one address");
    net.map(|net| Test::Cidr(net.trunc())).ok_or_else(flaw)
}

fn exists(scalar: Scalar<'_>, at: At) -> Result<Test, Flaw> {
    match scalar {
        Scalar::Bool(there) => Ok(Test::Exists(there)),
        Scalar::Text("yes") => Ok(Test::Exists(true)),
        Scalar::Text("no") => Ok(Test::Exists(false)),
        _ => Err(Flaw::new("sigma/value", at, "`exists` takes true or false")),
    }
}

fn field_ref(logic: &mut Logic, written: &str, how: How, cased: bool, at: At) -> Result<Test, Flaw> {
    if written.trim().is_empty() {
        return Err(Flaw::new("sigma/value", at, "`fieldref` takes the name of a field"));
    }
    Ok(Test::FieldRef { other: logic.field(written), how, cased })
}

fn number(text: &str, at: At) -> Result<Number, Flaw> {
    match Scalar::number(text.trim()) {
        Some(Scalar::Integer(value)) => Ok(Number::Integer(value)),
        Some(Scalar::Float(value)) => Ok(Number::Float(value)),
        _ => Err(Flaw::new("sigma/value", at, format!("`{}` is no number", short(text)))),
    }
}
