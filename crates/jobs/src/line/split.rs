//! A script's text as its commands: words unquoted, pipes, groups, redirections and here-documents kept apart.

use super::call::Program;
use super::cursor::Cursor;

/// Whose rules of quoting hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    Cmd,
    Posix,
}

/// A command, or a group of them in parentheses or braces.
#[derive(Debug, Default)]
pub struct Stage {
    pub words: Vec<Word>,
    pub group: Vec<Stage>,
    /// Its input is the output of the stage before.
    pub piped: bool,
    pub writes: Vec<Write>,
    /// The text of a here-document or here-string.
    pub here: Option<String>,
    pub reads: Option<String>,
    /// Where its text ends.
    pub end: usize,
}

#[derive(Clone, Debug, Default)]
pub struct Word {
    pub text: String,
    /// Where it begins and ends in the script.
    pub start: usize,
    pub end: usize,
    pub quoted: bool,
    /// Command substitutions inside.
    pub scripts: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct Write {
    pub path: String,
    pub append: bool,
}

const MAX_GROUPS: usize = 16;
const MAX_STAGES: usize = 2000;
const MAX_WRITES: usize = 8;

/// Splits a script into stages.
pub fn split(text: &str, dialect: Dialect) -> Vec<Stage> {
    let mut splitter = Splitter { at: Cursor::new(text), dialect, groups: 0, left: MAX_STAGES, bodies: Vec::new() };
    splitter.stages(None)
}

struct Splitter<'a> {
    at: Cursor<'a>,
    dialect: Dialect,
    groups: usize,
    left: usize,
    /// Here-documents: where the line before each ends, and where the document does.
    bodies: Vec<(usize, usize)>,
}

impl Splitter<'_> {
    fn stages(&mut self, closer: Option<char>) -> Vec<Stage> {
        let mut stages = Vec::new();
        let mut piped = false;
        while self.left > 0 {
            self.at.skip_blanks();
            let Some(char) = self.at.peek() else { break };
            if self.separator(char, &mut piped) {
                continue;
            }
            if matches!(char, ')' | '}') && (closer == Some(char) || char == ')') {
                self.at.bump();
                if closer == Some(char) {
                    break;
                }
                continue;
            }
            self.left -= 1;
            let mut stage = self.stage();
            stage.piped = std::mem::take(&mut piped);
            stages.push(stage);
        }
        stages
    }

    /// Steps over `;`, `&`, `|` and line ends; notes whether it was a pipe.
    fn separator(&mut self, char: char, piped: &mut bool) -> bool {
        match char {
            '\n' => self.line_end(),
            '\r' => self.at.bump(),
            ';' if self.dialect == Dialect::Posix => self.at.bump(),
            '&' => self.at.bump(),
            '|' => {
                self.at.bump();
                let double = self.at.take('|');
                self.at.take('&');
                *piped = !double;
                return true;
            }
            '#' if self.dialect == Dialect::Posix => self.at.skip_line(),
            _ => return false,
        }
        *piped &= char == '\n';
        true
    }

    fn line_end(&mut self) {
        let here = self.at.position();
        self.at.bump();
        while let Some(found) = self.bodies.iter().position(|(line, _)| *line == here) {
            let (_, end) = self.bodies.swap_remove(found);
            self.at.jump(end);
        }
    }

    fn stage(&mut self) -> Stage {
        let mut stage = Stage::default();
        if let Some(closer) = self.opens_group() {
            self.groups += 1;
            stage.group = self.stages(Some(closer));
            self.groups -= 1;
        }
        while let Some(char) = self.next_of_stage(&stage) {
            let before = self.at.position();
            if !self.redirection(char, &mut stage) {
                let word = self.word(stage.words.is_empty());
                stage.words.push(word);
            }
            if self.at.position() == before {
                self.at.bump();
            }
        }
        stage.end = self.at.position();
        stage
    }

    fn opens_group(&mut self) -> Option<char> {
        if self.groups >= MAX_GROUPS {
            return None;
        }
        if self.at.take('(') {
            return Some(')');
        }
        let brace = self.dialect == Dialect::Posix && self.at.peek() == Some('{') && self.at.peek_second().is_some_and(char::is_whitespace);
        brace.then(|| self.at.bump()).map(|()| '}')
    }

    /// The first character of the next word, unless the stage ends before it.
    fn next_of_stage(&mut self, stage: &Stage) -> Option<char> {
        self.at.skip_blanks();
        let char = self.at.peek()?;
        let ends = match char {
            '|' | '\n' | '\r' => true,
            '&' => self.at.peek_second() != Some('>'),
            ';' => self.dialect == Dialect::Posix,
            ')' => self.groups > 0 || self.dialect == Dialect::Posix,
            '#' => self.dialect == Dialect::Posix,
            '(' => self.dialect == Dialect::Cmd && opens_body(stage),
            _ => self.dialect == Dialect::Cmd && stage.words.last().is_some_and(|w| w.text.eq_ignore_ascii_case("do")),
        };
        (!ends).then_some(char)
    }

    fn redirection(&mut self, char: char, stage: &mut Stage) -> bool {
        let Some((operator, descriptor, length)) = self.at.redirection(char) else { return false };
        self.at.advance(length);
        self.at.skip_blanks();
        let target = if operator == "<(" { self.substitution() } else { self.word(false) };
        match operator {
            ">" | ">>" if descriptor == 1 && !is_descriptor(&target.text) && stage.writes.len() < MAX_WRITES => {
                stage.writes.push(Write { path: target.text, append: operator == ">>" });
            }
            "<" => stage.reads = Some(target.text),
            "<<" => stage.here = self.document(&target.text),
            "<<<" => stage.here = Some(target.text),
            "<(" => stage.words.push(target),
            _ => {}
        }
        true
    }

    /// `<(…)`: a file name that stands for a command's output.
    fn substitution(&mut self) -> Word {
        let script = self.at.balanced().to_owned();
        Word { text: format!("$({script})"), end: self.at.position(), quoted: true, scripts: vec![script], ..Word::default() }
    }

    fn document(&mut self, delimiter: &str) -> Option<String> {
        let delimiter = delimiter.trim_start_matches('-');
        let line = self.at.find_line_end()?;
        let start = self.bodies.iter().filter(|(l, _)| *l == line).map(|(_, end)| *end).max().unwrap_or(line + 1);
        let (text, end) = self.at.until_line(start, delimiter);
        self.bodies.push((line, end));
        Some(text)
    }

    fn word(&mut self, program: bool) -> Word {
        let mut word = Word { start: self.at.position(), ..Word::default() };
        while let Some(char) = self.at.peek() {
            match self.dialect {
                Dialect::Cmd if ends_cmd_word(char, self.groups) || (program && char == '/' && takes_glued_switch(&word.text)) => break,
                Dialect::Posix if ends_posix_word(char) => break,
                Dialect::Cmd => self.at.cmd_piece(&mut word),
                Dialect::Posix => self.at.posix_piece(&mut word),
            }
        }
        word.end = self.at.position();
        word
    }
}

/// `for … do (`, `if … (`, `else (`.
fn opens_body(stage: &Stage) -> bool {
    let is = |word: Option<&Word>, name: &str| word.is_some_and(|w| w.text.eq_ignore_ascii_case(name));
    is(stage.words.last(), "do") || is(stage.words.last(), "else") || (is(stage.words.first(), "if") && stage.words.len() > 1)
}

fn ends_cmd_word(char: char, groups: usize) -> bool {
    char.is_whitespace() || matches!(char, '&' | '|' | '<' | '>') || (char == ')' && groups > 0)
}

/// `schtasks/create` is a program and a switch.
fn takes_glued_switch(program: &str) -> bool {
    ["schtasks", "at", "cmd", "%comspec%"].contains(&Program::name(program).as_str())
}

fn ends_posix_word(char: char) -> bool {
    char.is_whitespace() || matches!(char, '&' | '|' | '<' | '>' | ';' | '(' | ')')
}

fn is_descriptor(target: &str) -> bool {
    target.starts_with('&') || target == "-"
}
