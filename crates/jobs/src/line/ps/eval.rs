//! Runs a script's statements far enough to know what its commands get.

use super::super::finder::Finder;
use super::bound::{Bound, is_switch};
use super::cmdlets;
use super::lexer::{Kind, Sign, Token, tokens};
use super::task;
use super::value::Value;
use crate::line::split::Word;
use std::collections::{HashMap, HashSet};

/// How deep expressions and blocks may stand in each other, over all scripts of a line.
const MAX_DEPTH: usize = 48;
/// Steps for one script, text put together included (in bytes).
const FUEL: usize = 1 << 20;

pub struct Shell<'f> {
    pub finder: &'f mut Finder,
    pub tokens: Vec<Token>,
    pub at: usize,
    pub variables: HashMap<String, Value>,
    ran: HashSet<usize>,
    fuel: usize,
}

impl<'f> Shell<'f> {
    pub fn new(finder: &'f mut Finder, text: &str) -> Self {
        Self { finder, tokens: tokens(text), at: 0, variables: HashMap::new(), ran: HashSet::new(), fuel: FUEL }
    }

    pub fn run(&mut self) {
        while self.at < self.tokens.len() && self.burn(1) {
            self.statements();
            self.at += 1;
        }
    }

    /// Spends fuel; false where none is left.
    pub fn burn(&mut self, steps: usize) -> bool {
        self.fuel = self.fuel.saturating_sub(steps);
        self.fuel > 0
    }

    /// Statements up to what closes them, which is left standing.
    pub fn statements(&mut self) -> Value {
        let mut last = Value::Unknown;
        while self.peek().is_some() && !self.closes() && self.burn(1) {
            if matches!(self.peek(), Some(Kind::End | Kind::Sign(Sign::Comma | Sign::Pipe))) {
                self.at += 1;
                continue;
            }
            let before = self.at;
            last = self.nested(Self::statement);
            if self.at == before {
                self.at += 1;
            }
        }
        last
    }

    /// Goes one level deeper, unless that is too deep.
    pub fn nested(&mut self, run: impl FnOnce(&mut Self) -> Value) -> Value {
        if self.finder.nesting >= MAX_DEPTH {
            self.at += 1;
            return Value::Unknown;
        }
        self.finder.nesting += 1;
        let value = run(self);
        self.finder.nesting -= 1;
        value
    }

    /// Runs a block once.
    pub fn block(&mut self, start: usize) -> Value {
        if !self.ran.insert(start) {
            return Value::Unknown;
        }
        let back = std::mem::replace(&mut self.at, start);
        let value = self.nested(Self::statements);
        self.at = back;
        value
    }

    pub fn peek(&self) -> Option<&Kind> {
        self.tokens.get(self.at).map(|t| &t.kind)
    }

    pub fn peek_sign(&self, sign: Sign) -> bool {
        self.peek() == Some(&Kind::Sign(sign))
    }

    pub fn take(&mut self, sign: Sign) -> bool {
        let there = self.peek_sign(sign);
        self.at += usize::from(there);
        there
    }

    pub fn glued(&self) -> bool {
        self.tokens.get(self.at).is_some_and(|t| t.glued)
    }

    fn closes(&self) -> bool {
        self.peek_sign(Sign::Close) || self.peek_sign(Sign::BlockClose)
    }

    fn statement(&mut self) -> Value {
        match self.assigned() {
            Some((name, path, append)) => {
                let value = self.pipeline();
                self.assign(&name, &path, value, append);
                Value::Unknown
            }
            None => self.pipeline(),
        }
    }

    /// `$name =`, `[type]$name =`, `$name.part.part =`: steps over it.
    fn assigned(&mut self) -> Option<(String, Vec<String>, bool)> {
        let mut at = self.at + usize::from(self.peek_sign(Sign::Ampersand));
        while matches!(self.tokens.get(at).map(|t| &t.kind), Some(Kind::Type(_))) {
            at += 1;
        }
        let Some(Kind::Variable(name)) = self.tokens.get(at).map(|t| &t.kind) else { return None };
        let mut path = Vec::new();
        while let (Some(Kind::Sign(Sign::Dot)), Some(Kind::Word(part))) = (self.tokens.get(at + 1).map(|t| &t.kind), self.tokens.get(at + 2).map(|t| &t.kind)) {
            path.extend(part.split('.').map(str::to_ascii_lowercase));
            at += 2;
        }
        let append = match self.tokens.get(at + 1).map(|t| &t.kind) {
            Some(Kind::Sign(Sign::Equals)) => false,
            Some(Kind::Sign(Sign::Append)) => true,
            _ => return None,
        };
        let name = name.clone();
        self.at = at + 2;
        Some((name, path, append))
    }

    fn assign(&mut self, name: &str, path: &[String], value: Value, append: bool) {
        if let Value::Block(start) = value {
            self.block(start);
        }
        let known = self.variables.remove(name);
        let value = match (known, path.last()) {
            (Some(Value::Task(mut job)), Some(part)) => {
                task::property(&mut job, part, &value);
                Value::Task(job)
            }
            (Some(Value::Map(mut entries)), Some(part)) => {
                entries.push((part.clone(), value));
                Value::Map(entries)
            }
            (Some(known), None) if append => self.plus(known, value),
            (known, Some(_)) => known.unwrap_or_default(),
            (_, None) => value,
        };
        if value.is_bounded() {
            self.variables.insert(name.to_owned(), value);
        }
    }

    pub fn pipeline(&mut self) -> Value {
        let mut value = self.element(Value::Unknown);
        while self.peek_sign(Sign::Pipe) && self.burn(1) {
            self.at += 1;
            while self.peek() == Some(&Kind::End) {
                self.at += 1;
            }
            value = self.element(value);
        }
        value
    }

    /// A command or an expression.
    fn element(&mut self, input: Value) -> Value {
        let called = self.take(Sign::Ampersand);
        match self.peek().cloned() {
            Some(Kind::Word(word)) if called || is_command(&word) => {
                self.at += 1;
                let name = if word == "." { self.nested(Self::primary).text().unwrap_or_default() } else { word };
                self.command(name, input)
            }
            Some(_) if called => match self.nested(Self::primary) {
                Value::Block(start) => {
                    self.block(start);
                    self.command(String::new(), input)
                }
                other => self.command(other.text().unwrap_or_default(), input),
            },
            _ => self.nested(Self::expression),
        }
    }

    fn command(&mut self, name: String, input: Value) -> Value {
        let mut bound = Bound { name, input, ..Bound::default() };
        while let Some(kind) = self.peek().cloned() {
            if matches!(kind, Kind::End | Kind::Sign(Sign::Pipe | Sign::Close | Sign::BlockClose | Sign::Ampersand)) || !self.burn(1) {
                break;
            }
            let before = self.at;
            self.argument(kind, &mut bound);
            self.at += usize::from(self.at == before);
        }
        cmdlets::run(self, bound)
    }

    fn argument(&mut self, kind: Kind, bound: &mut Bound) {
        match kind {
            Kind::Word(word) if is_parameter(&word) => {
                self.at += 1;
                self.parameter(&word, bound);
            }
            Kind::Splat(name) => {
                self.at += 1;
                bound.splat(&self.variables.get(&name).cloned().unwrap_or_default());
            }
            Kind::Sign(Sign::Redirect) => {
                self.at += 1;
                self.nested(Self::primary);
            }
            _ => {
                let quoted = matches!(kind, Kind::Text(..));
                let value = self.nested(Self::listed);
                push_words(bound, &value, quoted);
                bound.free.push(value);
            }
        }
    }

    fn parameter(&mut self, word: &str, bound: &mut Bound) {
        bound.words.push(Word { text: word.to_owned(), ..Word::default() });
        let bare = word.trim_start_matches(['-', '\u{2013}', '\u{2014}', '\u{2015}']);
        let (name, glued) = bare.split_once(':').map_or((bare, None), |(n, v)| (n, Some(v)));
        let name = name.to_ascii_lowercase();
        if let Some(text) = glued.filter(|t| !t.is_empty()) {
            return bound.parameters.push((name, Value::Text(text.to_owned())));
        }
        let alone = glued.is_none() && (is_switch(&name) || self.ends_argument());
        let value = if alone { Value::Text("true".to_owned()) } else { self.nested(Self::listed) };
        if !alone {
            push_words(bound, &value, true);
        }
        bound.parameters.push((name, value));
    }

    fn ends_argument(&self) -> bool {
        match self.peek() {
            None | Some(Kind::End | Kind::Splat(_) | Kind::Sign(Sign::Pipe | Sign::Close | Sign::BlockClose | Sign::Ampersand | Sign::Redirect)) => true,
            Some(Kind::Word(word)) => is_parameter(word),
            Some(_) => false,
        }
    }

    /// One value, or several with commas between.
    pub fn listed(&mut self) -> Value {
        let first = self.primary();
        if !self.peek_sign(Sign::Comma) {
            return first;
        }
        let mut items = vec![first];
        while self.take(Sign::Comma) && self.burn(1) {
            while self.peek() == Some(&Kind::End) {
                self.at += 1;
            }
            items.push(self.primary());
        }
        Value::List(items)
    }
}

fn push_words(bound: &mut Bound, value: &Value, quoted: bool) {
    bound.words.extend(value.texts().into_iter().map(|text| Word { text, quoted, ..Word::default() }));
}

fn is_command(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphabetic() || matches!(c, '.' | '\\' | '%' | '?' | '/' | '_' | '~'))
        || (word.starts_with(|c: char| c.is_ascii_digit()) && word.contains(".exe"))
}

fn is_parameter(word: &str) -> bool {
    let bare = word.trim_start_matches(['-', '\u{2013}', '\u{2014}', '\u{2015}']);
    bare.len() < word.len() && bare.starts_with(|c: char| c.is_ascii_alphabetic())
}
