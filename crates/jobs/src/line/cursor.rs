//! Steps through a script's text: quotes, escapes and substitutions of both kinds of shell.

use super::split::Word;
use crate::words::append;

/// A place in a text.
pub struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    pub fn position(&self) -> usize {
        self.at
    }

    pub fn jump(&mut self, to: usize) {
        self.at = to.min(self.text.len()).max(self.at);
    }

    pub fn advance(&mut self, bytes: usize) {
        self.jump(self.at + bytes);
    }

    pub fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub fn peek_second(&self) -> Option<char> {
        self.rest().chars().nth(1)
    }

    pub fn bump(&mut self) {
        self.at += self.peek().map_or(0, char::len_utf8);
    }

    pub fn take(&mut self, char: char) -> bool {
        let there = self.peek() == Some(char);
        if there {
            self.bump();
        }
        there
    }

    /// Steps over blanks and joined lines, not over line ends.
    pub fn skip_blanks(&mut self) {
        while let Some(char) = self.peek() {
            let joined = char == '\\' && self.rest()[1..].starts_with(['\n', '\r']);
            if joined {
                self.advance(if self.rest()[1..].starts_with("\r\n") { 3 } else { 2 });
            } else if char.is_whitespace() && char != '\n' {
                self.bump();
            } else {
                break;
            }
        }
    }

    pub fn skip_line(&mut self) {
        self.at = self.find_line_end().unwrap_or(self.text.len());
    }

    pub fn find_line_end(&self) -> Option<usize> {
        self.rest().find('\n').map(|n| self.at + n)
    }

    /// The lines from `start` up to one that is `delimiter`, and where that one ends.
    pub fn until_line(&self, start: usize, delimiter: &str) -> (String, usize) {
        let mut text = String::new();
        let mut at = start.min(self.text.len());
        for line in self.text[at..].split_inclusive('\n') {
            at += line.len();
            if line.trim() == delimiter {
                break;
            }
            text.push_str(line);
        }
        (text, at)
    }

    /// A redirection that begins here: its operator, the descriptor, and how long it is.
    pub fn redirection(&self, first: char) -> Option<(&'static str, u32, usize)> {
        let rest = self.rest();
        let digits = if first == '&' { 1 } else { rest.bytes().take_while(u8::is_ascii_digit).count() };
        let after = &rest[digits..];
        let operator = ["<<<", "<<", ">>", "<(", ">|", ">", "<"].into_iter().find(|o| after.starts_with(o))?;
        let descriptor = if first == '&' { Some(1) } else { rest[..digits].parse().ok() };
        let toward = u32::from(operator.starts_with('>'));
        let ampersand = usize::from(operator == ">" && after[1..].starts_with('&') && after[2..].starts_with(|c: char| c.is_ascii_digit() || c == '-'));
        let plain = if ampersand == 1 { ">&" } else { operator };
        Some((if plain == ">|" { ">" } else { plain }, descriptor.unwrap_or(toward), digits + operator.len() + ampersand))
    }

    /// What stands up to the parenthesis that closes one already taken, and steps over it.
    pub fn balanced(&mut self) -> &'a str {
        let start = self.at;
        let mut depth = 1usize;
        let mut quote = None;
        while let Some(char) = self.peek() {
            match (quote, char) {
                (None, '(') => depth += 1,
                (None, ')') => depth -= 1,
                (None, '\'' | '"') => quote = Some(char),
                (Some(q), c) if q == c => quote = None,
                (None | Some('"'), '\\') => self.bump(),
                _ => {}
            }
            self.bump();
            if depth == 0 {
                return &self.text[start..self.at - 1];
            }
        }
        &self.text[start..self.at]
    }

    /// A piece of a word as cmd.exe and the C runtime see it.
    pub fn cmd_piece(&mut self, word: &mut Word) {
        match self.peek() {
            Some('^') => {
                self.bump();
                self.push(word);
            }
            Some('"') => {
                self.bump();
                word.quoted = true;
                self.cmd_quoted(word);
            }
            Some('\\') if self.escapes_quote() => self.push(word),
            _ => self.push(word),
        }
    }

    fn cmd_quoted(&mut self, word: &mut Word) {
        while let Some(char) = self.peek() {
            if char == '"' {
                self.bump();
                if self.peek() != Some('"') {
                    return;
                }
            }
            if char == '\\' {
                self.escapes_quote();
            }
            self.push(word);
        }
    }

    /// At backslashes: steps over those that only escape, and tells whether a literal quote is next.
    fn escapes_quote(&mut self) -> bool {
        if !self.rest().starts_with("\\\"") {
            return false;
        }
        let before = self.text[..self.at].bytes().rev().take_while(|b| *b == b'\\').count();
        if before % 2 == 0 {
            self.bump();
        }
        before % 2 == 0
    }

    /// A piece of a word as a Unix shell sees it.
    pub fn posix_piece(&mut self, word: &mut Word) {
        let rest = self.rest();
        if rest.starts_with("$(") || rest.starts_with('`') {
            return self.substitution(word);
        }
        match self.peek() {
            Some('\\') => {
                self.bump();
                self.push(word);
            }
            Some('\'') => {
                self.bump();
                word.quoted = true;
                self.verbatim(word);
            }
            Some('$') if rest.starts_with("$'") => {
                self.advance(2);
                word.quoted = true;
                self.ansi(word);
            }
            Some('"') => {
                self.bump();
                word.quoted = true;
                self.posix_quoted(word);
            }
            _ => self.push(word),
        }
    }

    fn verbatim(&mut self, word: &mut Word) {
        let end = self.rest().find('\'').unwrap_or(self.rest().len());
        word.text.push_str(&self.rest()[..end]);
        self.advance(end + 1);
    }

    fn ansi(&mut self, word: &mut Word) {
        while let Some(char) = self.peek() {
            self.bump();
            match char {
                '\'' => return,
                '\\' => {
                    let (decoded, length) = escape(self.rest());
                    word.text.push(decoded);
                    self.advance(length);
                }
                _ => word.text.push(char),
            }
        }
    }

    fn posix_quoted(&mut self, word: &mut Word) {
        while let Some(char) = self.peek() {
            match char {
                '"' => return self.bump(),
                '$' if self.rest().starts_with("$(") => self.substitution(word),
                '`' => self.substitution(word),
                '\\' if self.rest()[1..].starts_with(['"', '\\', '$', '`']) => {
                    self.bump();
                    self.push(word);
                }
                _ => self.push(word),
            }
        }
    }

    fn substitution(&mut self, word: &mut Word) {
        let script = if self.take('`') {
            let end = self.rest().find('`').unwrap_or(self.rest().len());
            let script = &self.rest()[..end];
            self.advance(end + 1);
            script
        } else {
            self.advance(2);
            self.balanced()
        };
        append(&mut word.text, &["$(", script, ")"]);
        word.scripts.push(script.to_owned());
    }

    fn push(&mut self, word: &mut Word) {
        if let Some(char) = self.peek() {
            word.text.push(char);
            self.bump();
        }
    }
}

/// What follows a backslash, in the manner of C: the character meant, and how many bytes it took.
pub fn escape(after: &str) -> (char, usize) {
    let number = |skip: usize, digits: usize, radix: u32| {
        let length = after[skip..].bytes().take(digits).take_while(|b| char::from(*b).is_digit(radix)).count();
        let value = u32::from_str_radix(&after[skip..skip + length], radix).ok().and_then(char::from_u32);
        value.map(|c| (c, skip + length))
    };
    let plain = after.chars().next().unwrap_or('\\');
    let found = match plain {
        'n' => Some(('\n', 1)),
        't' => Some(('\t', 1)),
        'r' => Some(('\r', 1)),
        'x' => number(1, 2, 16),
        '0'..='7' => number(0, 3, 8),
        _ => None,
    };
    found.unwrap_or((plain, if after.is_empty() { 0 } else { plain.len_utf8() }))
}
