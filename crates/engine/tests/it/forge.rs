//! Makes events that a condition holds for, out of its own predicates.

use regex_syntax::hir::{Class, Hir, HirKind};
use std::collections::BTreeMap;
use watchbell_rules::{Compare, Condition, Form, How, Number, Piece, Predicate, Ruleset, Test, TextPattern, TimePart};

/// A small generator of numbers; the same seed gives the same numbers.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % sides.max(1)
    }
}

/// Values by field name; `None` is null.
pub type Made = BTreeMap<String, Option<String>>;

/// What a field's value must be like.
#[derive(Default, Clone, Debug)]
struct Wish {
    whole: Option<String>,
    start: String,
    middle: String,
    end: String,
    null: bool,
    absent: bool,
}

/// An event that the condition may hold for; whether it does, the twin says.
pub fn event(rules: &Ruleset, condition: &Condition, dice: &mut Dice) -> Made {
    let mut wishes = BTreeMap::new();
    wish(rules, condition, true, &mut wishes, dice);
    let value = |wish: Wish| if wish.null { None } else { Some(wish.whole.unwrap_or_else(|| wish.start + &wish.middle + &wish.end)) };
    wishes.into_iter().filter(|(_, wish)| !wish.absent).map(|(field, wish)| (field, value(wish))).collect()
}

fn wish(rules: &Ruleset, condition: &Condition, holds: bool, wishes: &mut BTreeMap<String, Wish>, dice: &mut Dice) {
    match (condition, holds) {
        (Condition::Not(not), _) => wish(rules, not, !holds, wishes, dice),
        (Condition::All(parts), true) | (Condition::Any(parts), false) => parts.iter().for_each(|part| wish(rules, part, holds, wishes, dice)),
        (Condition::All(parts), false) | (Condition::Any(parts), true) => {
            if !parts.is_empty() {
                wish(rules, &parts[dice.roll(parts.len())], holds, wishes, dice);
            }
        }
        (Condition::Is(id), true) => grant(rules, &rules.predicates[id.0 as usize], wishes, dice),
        (Condition::Is(id), false) => deny(rules, &rules.predicates[id.0 as usize], wishes),
    }
}

fn deny(rules: &Ruleset, predicate: &Predicate, wishes: &mut BTreeMap<String, Wish>) {
    let field = rules.fields.name(predicate.field);
    if matches!(predicate.test, Test::Null | Test::Exists(false)) {
        let wish = wishes.entry(field.to_owned()).or_default();
        if wish.whole.is_none() && wish.middle.is_empty() {
            wish.middle.push_str("there");
        }
    }
}

fn grant(rules: &Ruleset, predicate: &Predicate, wishes: &mut BTreeMap<String, Wish>, dice: &mut Dice) {
    let wish = wishes.entry(rules.fields.name(predicate.field).to_owned()).or_default();
    match &predicate.test {
        Test::Text(pattern) => grant_text(pattern, wish, dice),
        Test::Regex { pattern } => wish.middle.push_str(&regex_sample(pattern, dice)),
        Test::Cidr(net) => wish.whole = Some(net.addr().to_string()),
        Test::Number { compare, value } => wish.whole = Some(near(*compare, *value)),
        Test::Null => wish.null = true,
        Test::Exists(there) => wish.absent = !there,
        Test::FieldRef { other, how, .. } => {
            let other = rules.fields.name(*other).to_owned();
            let text = wishes.get(&other).and_then(|w| w.whole.clone()).unwrap_or_else(|| "same".to_owned());
            wishes.entry(other).or_default().whole = Some(text.clone());
            let around = if *how == How::Contains { ["<", ">"] } else { ["", ""] };
            wishes.entry(rules.fields.name(predicate.field).to_owned()).or_default().whole = Some(text_between(around, &text));
        }
        Test::TimePart { part, compare, value } => wish.whole = Some(time(*part, *compare, *value)),
    }
}

fn text_between([before, after]: [&str; 2], text: &str) -> String {
    format!("{before}{text}{after}")
}

fn grant_text(pattern: &TextPattern, wish: &mut Wish, dice: &mut Dice) {
    let cased = |text: &str, dice: &mut Dice| if pattern.cased || dice.roll(2) == 0 { text.to_owned() } else { text.to_uppercase() };
    match pattern.form() {
        Form::Anything => wish.middle.push('x'),
        Form::Equals(text) => wish.whole = Some(cased(text, dice)),
        Form::StartsWith(text) => wish.start = cased(text, dice),
        Form::EndsWith(text) => wish.end = cased(text, dice),
        Form::Contains(text) => {
            let text = cased(text, dice);
            wish.middle.push_str(["", " ", "x\\"][dice.roll(3)]);
            wish.middle.push_str(&text);
        }
        Form::Other => {
            let text: String = pattern.pieces.iter().map(|piece| filled(piece, dice)).collect();
            match (pattern.pieces.first(), pattern.pieces.last()) {
                (Some(Piece::Many), Some(Piece::Many)) => wish.middle.push_str(&text),
                (Some(Piece::Many), _) => wish.end = text,
                (_, Some(Piece::Many)) => wish.start = text,
                _ => wish.whole = Some(text),
            }
        }
    }
}

fn filled(piece: &Piece, dice: &mut Dice) -> String {
    match piece {
        Piece::Literal(text) => text.clone(),
        Piece::Many => ["", "z", "é z"][dice.roll(3)].to_owned(),
        Piece::One => ["q", "7", "ü"][dice.roll(3)].to_owned(),
    }
}

fn near(compare: Compare, value: Number) -> String {
    let step = |by: i64| match value {
        Number::Integer(n) => n.saturating_add(by).to_string(),
        Number::Float(x) => (x + by as f64).to_string(),
    };
    match compare {
        Compare::Less => step(-1),
        Compare::Greater => step(1),
        _ => step(0),
    }
}

fn time(part: TimePart, compare: Compare, value: i64) -> String {
    let value = match compare {
        Compare::Less => value - 1,
        Compare::Greater => value + 1,
        _ => value,
    };
    match part {
        TimePart::Minute => format!("2024-05-06T07:{value:02}:00Z"),
        TimePart::Hour => format!("2024-05-06T{value:02}:00:00Z"),
        TimePart::Day => format!("2024-05-{value:02}T07:00:00Z"),
        TimePart::Week => format!("2024-01-{:02}T07:00:00Z", (value - 1) * 7 + 1),
        TimePart::Month => format!("2024-{value:02}-06T07:00:00Z"),
        TimePart::Year => format!("{value:04}-05-06T07:00:00Z"),
    }
}

fn regex_sample(pattern: &str, dice: &mut Dice) -> String {
    let mut out = String::new();
    if let Ok(hir) = regex_syntax::parse(pattern) {
        sample(&hir, &mut out, dice);
    }
    out
}

fn sample(hir: &Hir, out: &mut String, dice: &mut Dice) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(class) => out.extend(one_of(class, dice)),
        HirKind::Repetition(repetition) => (0..repetition.min.max(u32::from(repetition.max != Some(0)))).for_each(|_| sample(&repetition.sub, out, dice)),
        HirKind::Capture(capture) => sample(&capture.sub, out, dice),
        HirKind::Concat(parts) => parts.iter().for_each(|part| sample(part, out, dice)),
        HirKind::Alternation(parts) => sample(&parts[dice.roll(parts.len())], out, dice),
    }
}

/// Something of a class, plain letters and digits rather than others.
fn one_of(class: &Class, dice: &mut Dice) -> Option<char> {
    let ranges: Vec<(char, char)> = match class {
        Class::Unicode(class) => class.iter().map(|r| (r.start(), r.end())).collect(),
        Class::Bytes(class) => class.iter().map(|r| (char::from(r.start()), char::from(r.end()))).collect(),
    };
    let has = |c: char| ranges.iter().any(|(start, end)| (*start..=*end).contains(&c));
    let plain: Vec<char> = ('a'..='z').chain('A'..='Z').chain('0'..='9').chain("\\/ .-_$'\"".chars()).filter(|c| has(*c)).collect();
    if plain.is_empty() { ranges.first().map(|r| r.0) } else { Some(plain[dice.roll(plain.len())]) }
}

/// One change that should break something: a value cut, turned, emptied or taken away.
pub fn mutated(made: &Made, dice: &mut Dice) -> Made {
    let mut mutated = made.clone();
    let Some(field) = made.keys().nth(dice.roll(made.len())) else { return mutated };
    match (dice.roll(5), made[field].clone()) {
        (0, _) => drop(mutated.remove(field)),
        (1, Some(text)) => drop(mutated.insert(field.clone(), Some(text.chars().skip(1).collect()))),
        (2, Some(text)) => drop(mutated.insert(field.clone(), Some(text.chars().take(text.chars().count().saturating_sub(1)).collect()))),
        (3, Some(text)) => {
            let at = dice.roll(text.chars().count());
            let text = text.chars().enumerate().map(|(n, c)| if n == at { 'ÿ' } else { c }).collect();
            mutated.insert(field.clone(), Some(text));
        }
        _ => drop(mutated.insert(field.clone(), None)),
    }
    mutated
}
