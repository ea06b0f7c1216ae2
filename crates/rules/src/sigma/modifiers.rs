//! The modifiers of one field, put in order: how values are rewritten, and how they are compared.

use super::encode::Wide;
use super::yaml::{At, Flaw, short};
use crate::ir::{Compare, How, TimePart};
use rsigma_parser::Modifier;

/// What the modifiers of a field ask for.
#[derive(Clone, Debug, Default)]
pub(super) struct Plan {
    /// In the order in which they are written.
    pub rewrites: Vec<Rewrite>,
    pub kind: Kind,
    pub cased: bool,
    /// Every value must hold, not any.
    pub all: bool,
    pub negated: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rewrite {
    Expand,
    Windash,
    Wide(Wide),
    Base64,
    Base64Offset,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text(How),
    /// With its flags, as a text of letters.
    Regex(How, String),
    Cidr,
    Exists,
    FieldRef(How),
    Number(Compare),
    Time(TimePart, Compare),
}

impl Default for Kind {
    fn default() -> Self {
        Self::Text(How::Equals)
    }
}

/// Every modifier's name, for hints.
const NAMES: [&str; 35] = [
    "contains",
    "startswith",
    "endswith",
    "all",
    "re",
    "i",
    "m",
    "s",
    "cidr",
    "base64",
    "base64offset",
    "wide",
    "utf16",
    "utf16le",
    "utf16be",
    "windash",
    "expand",
    "fieldref",
    "exists",
    "gt",
    "gte",
    "lt",
    "lte",
    "minute",
    "hour",
    "day",
    "week",
    "month",
    "year",
    "cased",
    "neq",
    "ignorecase",
    "multiline",
    "dotall",
    "not",
];

/// Reads `contains|all`.
pub(super) fn plan(modifiers: &str, at: At) -> Result<Plan, Flaw> {
    let mut plan = Plan::default();
    let mut seen = Seen::default();
    for name in modifiers.split('|') {
        let modifier = name.parse().map_err(|()| unknown(name, at))?;
        seen.add(modifier, name, at)?;
        rewrite(&mut plan, modifier);
    }
    plan.kind = seen.kind(at)?;
    check(&plan, &seen, at)?;
    Ok(plan)
}

/// What was read so far of those that say how to compare.
#[derive(Default)]
struct Seen<'a> {
    how: Option<(How, &'a str)>,
    operator: Option<(Modifier, &'a str)>,
    compare: Option<(Compare, &'a str)>,
    flags: String,
}

impl<'a> Seen<'a> {
    fn add(&mut self, modifier: Modifier, name: &'a str, at: At) -> Result<(), Flaw> {
        match modifier {
            Modifier::Contains => once(&mut self.how, How::Contains, name, at),
            Modifier::StartsWith => once(&mut self.how, How::StartsWith, name, at),
            Modifier::EndsWith => once(&mut self.how, How::EndsWith, name, at),
            Modifier::Gt => once(&mut self.compare, Compare::Greater, name, at),
            Modifier::Gte => once(&mut self.compare, Compare::GreaterOrEqual, name, at),
            Modifier::Lt => once(&mut self.compare, Compare::Less, name, at),
            Modifier::Lte => once(&mut self.compare, Compare::LessOrEqual, name, at),
            Modifier::IgnoreCase => self.flag('i'),
            Modifier::Multiline => self.flag('m'),
            Modifier::DotAll => self.flag('s'),
            Modifier::Re | Modifier::Cidr | Modifier::Exists | Modifier::FieldRef => once(&mut self.operator, modifier, name, at),
            _ if time_part(modifier).is_some() => once(&mut self.operator, modifier, name, at),
            _ => Ok(()),
        }
    }

    #[allow(clippy::unnecessary_wraps, reason = "one of the arms of `add`")]
    fn flag(&mut self, flag: char) -> Result<(), Flaw> {
        if !self.flags.contains(flag) {
            self.flags.push(flag);
        }
        Ok(())
    }

    fn kind(&self, at: At) -> Result<Kind, Flaw> {
        let how = self.how.map_or(How::Equals, |(how, _)| how);
        let kind = match (self.operator, self.compare) {
            (None, None) => Kind::Text(how),
            (None, Some((compare, _))) => Kind::Number(compare),
            (Some((Modifier::Re, _)), None) => Kind::Regex(how, self.flags.clone()),
            (Some((Modifier::Cidr, _)), None) => Kind::Cidr,
            (Some((Modifier::Exists, _)), None) => Kind::Exists,
            (Some((Modifier::FieldRef, _)), None) => Kind::FieldRef(how),
            (Some((modifier, name)), compare) => match time_part(modifier) {
                Some(part) => Kind::Time(part, compare.map_or(Compare::Equal, |(compare, _)| compare)),
                None => return Err(conflict(name, compare.map_or("", |(_, name)| name), at)),
            },
        };
        if let (Some((_, name)), Kind::Cidr | Kind::Exists | Kind::Number(_) | Kind::Time(..)) = (self.how, &kind) {
            let other = self.operator.map(|(_, name)| name).or(self.compare.map(|(_, name)| name));
            return Err(conflict(name, other.unwrap_or_default(), at));
        }
        Ok(kind)
    }
}

fn once<'a, T>(place: &mut Option<(T, &'a str)>, value: T, name: &'a str, at: At) -> Result<(), Flaw> {
    match place.replace((value, name)) {
        None => Ok(()),
        Some((_, before)) => Err(conflict(before, name, at)),
    }
}

fn conflict(one: &str, other: &str, at: At) -> Flaw {
    Flaw::new("sigma/modifiers", at, format!("`{one}` and `{other}` do not go together")).hint("use one of them; a second selection can ask for the other")
}

fn time_part(modifier: Modifier) -> Option<TimePart> {
    Some(match modifier {
        Modifier::Minute => TimePart::Minute,
        Modifier::Hour => TimePart::Hour,
        Modifier::Day => TimePart::Day,
        Modifier::Week => TimePart::Week,
        Modifier::Month => TimePart::Month,
        Modifier::Year => TimePart::Year,
        _ => return None,
    })
}

fn rewrite(plan: &mut Plan, modifier: Modifier) {
    match modifier {
        Modifier::All => plan.all = true,
        Modifier::Cased => plan.cased = true,
        Modifier::Neq => plan.negated = true,
        Modifier::Expand => plan.rewrites.push(Rewrite::Expand),
        Modifier::WindAsh => plan.rewrites.push(Rewrite::Windash),
        Modifier::Wide => plan.rewrites.push(Rewrite::Wide(Wide::LittleEndian)),
        Modifier::Utf16be => plan.rewrites.push(Rewrite::Wide(Wide::BigEndian)),
        Modifier::Utf16 => plan.rewrites.push(Rewrite::Wide(Wide::Marked)),
        Modifier::Base64 => plan.rewrites.push(Rewrite::Base64),
        Modifier::Base64Offset => plan.rewrites.push(Rewrite::Base64Offset),
        _ => {}
    }
}

fn check(plan: &Plan, seen: &Seen<'_>, at: At) -> Result<(), Flaw> {
    let text = matches!(plan.kind, Kind::Text(_));
    let flaw = |message: &str, hint: &str| Err(Flaw::new("sigma/modifiers", at, message).hint(hint));
    if !seen.flags.is_empty() && !matches!(plan.kind, Kind::Regex(..)) {
        return flaw("the flags `i`, `m` and `s` mean nothing without `re`", "letters are compared without regard to case anyway; `cased` changes that");
    }
    if !text && plan.rewrites.iter().any(|rewrite| *rewrite != Rewrite::Expand) {
        return flaw("encodings and `windash` go with texts only", "remove them, or compare as text");
    }
    if plan.rewrites.iter().filter(|r| is_base64(**r)).count() > 1 {
        return flaw("`base64` more than once", "use `base64` or `base64offset`, once");
    }
    let wide = plan.rewrites.iter().filter(|r| matches!(r, Rewrite::Wide(_))).count();
    let early = |r: &Rewrite| matches!(r, Rewrite::Expand | Rewrite::Windash);
    if plan.rewrites.iter().skip_while(|r| early(r)).any(early) {
        return flaw("`expand` and `windash` come before the encodings", "write `windash|wide|base64offset|contains`");
    }
    let base64_before_wide = plan.rewrites.iter().skip_while(|r| !is_base64(**r)).any(|r| matches!(r, Rewrite::Wide(_)));
    if wide > 1 || base64_before_wide {
        return flaw("one UTF-16 encoding, and before `base64`", "write `wide|base64offset|contains`");
    }
    Ok(())
}

fn is_base64(rewrite: Rewrite) -> bool {
    matches!(rewrite, Rewrite::Base64 | Rewrite::Base64Offset)
}

fn unknown(name: &str, at: At) -> Flaw {
    if name == "not" {
        let flaw = Flaw::new("sigma/unknown-modifier", at, "`not` is no modifier");
        return flaw.hint("put what is not wanted into a selection of its own and write `and not` in the condition, or use `neq`");
    }
    let flaw = Flaw::new("sigma/unknown-modifier", at, format!("`{}` is no modifier", short(name)));
    match NAMES.iter().filter(|_| name.len() < 30).map(|known| (strsim::damerau_levenshtein(name, known), *known)).min() {
        Some((distance, known)) if distance <= 2 && known.len() > 2 => flaw.hint(format!("do you mean `{known}`?")),
        _ => flaw.hint("a `|` in a field's name can't be written; the modifiers are contains, startswith, endswith, all, re, cidr, windash, base64offset…"),
    }
}
