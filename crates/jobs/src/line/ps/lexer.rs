//! PowerShell's tokens, as far as statements, arguments and expressions need them.

/// A token, and whether it stands right behind the one before.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    pub kind: Kind,
    pub glued: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    Word(String),
    /// A quoted text; `true` where variables in it count.
    Text(String, bool),
    Variable(String),
    /// `@name`.
    Splat(String),
    /// `[name]`.
    Type(String),
    Sign(Sign),
    /// `;` or a line's end.
    End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    Open,
    Close,
    List,
    Map,
    BlockOpen,
    BlockClose,
    Comma,
    Pipe,
    Equals,
    Append,
    Plus,
    Dot,
    Static,
    Ampersand,
    Redirect,
}

const MAX_TOKENS: usize = 50_000;

/// All tokens of a script, up to a bound.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut lexer = Lexer { text, at: 0, tokens: Vec::new() };
    let mut glued = false;
    while lexer.at < text.len() && lexer.tokens.len() < MAX_TOKENS {
        let before = lexer.at;
        let count = lexer.tokens.len();
        let blank = lexer.step(glued);
        glued = !blank && lexer.tokens.len() > count;
        if lexer.at == before {
            lexer.bump();
        }
    }
    lexer.tokens
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    tokens: Vec<Token>,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let char = self.peek()?;
        self.at += char.len_utf8();
        Some(char)
    }

    fn push(&mut self, kind: Kind, glued: bool) {
        self.tokens.push(Token { kind, glued });
    }

    /// Takes one token, or blanks (then the answer is true).
    fn step(&mut self, glued: bool) -> bool {
        let Some(char) = self.peek() else { return true };
        if self.skipped(char) {
            return true;
        }
        if let Some((sign, length)) = self.sign(glued) {
            self.at += length;
            self.push(Kind::Sign(sign), glued);
            return false;
        }
        match char {
            '\n' | ';' => {
                self.bump();
                self.push(Kind::End, false);
            }
            '@' if self.rest()[1..].starts_with(['\'', '"', '\u{2018}', '\u{201c}']) => self.here_text(glued),
            '@' => self.splat(glued),
            '$' => self.variable(glued),
            '[' => self.type_name(glued),
            _ if quote(char).is_some() => {
                let (text, expands) = self.quoted();
                self.push(Kind::Text(text, expands), glued);
            }
            _ => self.word(glued),
        }
        false
    }

    fn skipped(&mut self, char: char) -> bool {
        if char == '#' {
            self.at += self.rest().find('\n').unwrap_or(self.rest().len());
        } else if self.rest().starts_with("<#") {
            self.at += self.rest().find("#>").map_or(self.rest().len(), |n| n + 2);
        } else if self.rest().starts_with("`\n") || self.rest().starts_with("`\r\n") {
            self.at += 2;
            if self.peek() == Some('\n') {
                self.at += 1;
            }
        } else if char.is_whitespace() && char != '\n' {
            self.bump();
        } else {
            return false;
        }
        true
    }

    fn sign(&self, glued: bool) -> Option<(Sign, usize)> {
        let rest = self.rest();
        let after_value = glued
            && matches!(
                self.tokens.last().map(|t| &t.kind),
                Some(Kind::Variable(_) | Kind::Text(..) | Kind::Type(_) | Kind::Sign(Sign::Close | Sign::BlockClose))
            );
        let redirect = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '*');
        if redirect.starts_with('>') && rest.len() - redirect.len() <= 1 {
            let length = redirect.bytes().take_while(|b| matches!(b, b'>' | b'&')).count();
            return Some((Sign::Redirect, rest.len() - redirect.len() + length));
        }
        Some(match rest.as_bytes() {
            [b'$', b'(', ..] => (Sign::Open, 2),
            [b'@', b'(', ..] => (Sign::List, 2),
            [b'@', b'{', ..] => (Sign::Map, 2),
            [b'+', b'=', ..] => (Sign::Append, 2),
            [b'&', b'&', ..] | [b'|', b'|', ..] => return None,
            [b':', b':', ..] if glued => (Sign::Static, 2),
            [b'(', ..] => (Sign::Open, 1),
            [b')', ..] => (Sign::Close, 1),
            [b'{', ..] => (Sign::BlockOpen, 1),
            [b'}', ..] => (Sign::BlockClose, 1),
            [b',', ..] => (Sign::Comma, 1),
            [b'|', ..] => (Sign::Pipe, 1),
            [b'=', ..] => (Sign::Equals, 1),
            [b'+', ..] => (Sign::Plus, 1),
            [b'&', ..] => (Sign::Ampersand, 1),
            [b'.', ..] if after_value => (Sign::Dot, 1),
            _ => return None,
        })
    }

    /// A quoted text, with doubled quotes and backticks undone.
    fn quoted(&mut self) -> (String, bool) {
        let expands = self.bump().and_then(quote) == Some('"');
        let own = if expands { '"' } else { '\'' };
        let mut text = String::new();
        while let Some(char) = self.bump() {
            if quote(char) == Some(own) {
                if self.peek().and_then(quote) != Some(own) {
                    break;
                }
                self.bump();
            } else if char == '`' && expands {
                text.extend(self.bump().map(escaped));
                continue;
            }
            text.push(char);
        }
        (text, expands)
    }

    fn here_text(&mut self, glued: bool) {
        let expands = self.rest()[1..].chars().next().and_then(quote) == Some('"');
        let body = &self.rest()[self.rest().find('\n').map_or(2.min(self.rest().len()), |n| n + 1)..];
        let closer = if expands { "\"@" } else { "'@" };
        let end = body.find(closer).unwrap_or(body.len());
        self.push(Kind::Text(body[..end].trim_end_matches(['\r', '\n']).to_owned(), expands), glued);
        self.at = self.text.len() - body.len() + (end + 2).min(body.len());
    }

    fn name(&mut self) -> String {
        let rest = self.rest();
        let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | ':' | '?'))).unwrap_or(rest.len());
        let end = rest[..end].find("::").unwrap_or(end);
        self.at += end;
        rest[..end].trim_end_matches(':').to_ascii_lowercase()
    }

    fn splat(&mut self, glued: bool) {
        self.bump();
        let name = self.name();
        self.push(Kind::Splat(name), glued);
    }

    fn variable(&mut self, glued: bool) {
        self.bump();
        let name = if self.peek() == Some('{') {
            let rest = &self.rest()[1..];
            let end = rest.find('}').unwrap_or(rest.len());
            self.at += (end + 2).min(self.rest().len());
            rest[..end].to_ascii_lowercase()
        } else {
            self.name()
        };
        self.push(Kind::Variable(name), glued);
    }

    fn type_name(&mut self, glued: bool) {
        let rest = &self.rest()[1..];
        let end = rest.find([']', '\n']).unwrap_or(rest.len());
        self.push(Kind::Type(rest[..end].to_ascii_lowercase()), glued);
        self.at += (end + 2).min(self.rest().len());
    }

    fn word(&mut self, glued: bool) {
        let mut word = String::new();
        if self.rest().starts_with("&&") || self.rest().starts_with("||") {
            self.at += 2;
            return self.push(Kind::End, false);
        }
        while let Some(char) = self.peek() {
            if char == '`' {
                self.bump();
                word.extend(self.bump());
            } else if quote(char).is_some() && !word.is_empty() && !word.ends_with(':') {
                word.push_str(&self.quoted().0);
            } else if ends_word(char, &word) {
                break;
            } else {
                word.push(char);
                self.bump();
            }
        }
        self.push(Kind::Word(word), glued);
    }
}

fn ends_word(char: char, word: &str) -> bool {
    let name = !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    char.is_whitespace()
        || matches!(char, '(' | ')' | '{' | '}' | ';' | ',' | '|' | '&')
        || quote(char).is_some()
        || (char == '=' && name)
        || (char == '>' && !word.is_empty())
}

/// The plain form of a quote, the typographic ones included.
fn quote(char: char) -> Option<char> {
    match char {
        '\'' | '\u{2018}' | '\u{2019}' => Some('\''),
        '"' | '\u{201c}' | '\u{201d}' => Some('"'),
        _ => None,
    }
}

fn escaped(char: char) -> char {
    match char {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        other => other,
    }
}
