//! Text on a terminal: wrapped to a width, harmless whatever a log says, coloured where a person looks.

use watchbell_model::{Outcome, Priority};

/// What a character of a log may be on a screen: nothing that moves the cursor or turns the order of reading around.
pub fn harmless(c: char) -> char {
    let turns = matches!(c, '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}');
    if c.is_control() || turns { char::REPLACEMENT_CHARACTER } else { c }
}

/// The text in lines of at most `width`; words longer than that are cut.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split_whitespace() {
        let word: Vec<char> = word.chars().map(harmless).collect();
        if used > 0 && used + 1 + word.len() > width {
            lines.push(String::new());
            used = 0;
        }
        for (at, piece) in word.chunks(width).enumerate() {
            if at > 0 {
                lines.push(String::new());
                used = 0;
            }
            let line = lines.last_mut().expect("there is always a line");
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            line.extend(piece);
            used += piece.len();
        }
    }
    lines
}

/// The first lines only, with a mark if there were more.
pub fn shortened(mut lines: Vec<String>, most: usize) -> Vec<String> {
    if lines.len() > most {
        lines.truncate(most);
        lines.last_mut().into_iter().for_each(|line| line.push('…'));
    }
    lines
}

/// One line of at most `width`.
pub fn clip(text: &str, width: usize) -> String {
    let text: String = text.chars().map(harmless).collect();
    if text.chars().count() <= width { text } else { text.chars().take(width.saturating_sub(1)).chain(['…']).collect() }
}

/// Keeps the end, where a file's name and line stand.
pub fn clip_left(text: &str, width: usize) -> String {
    let text: String = text.chars().map(harmless).collect();
    let length = text.chars().count();
    if length <= width { text } else { ['…'].into_iter().chain(text.chars().skip(length + 1 - width)).collect() }
}

pub fn plural(n: usize, word: &str) -> String {
    if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") }
}

/// Colours, or none.
pub struct Paint(pub bool);

impl Paint {
    fn with(&self, code: &str, text: &str) -> String {
        if self.0 { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    pub fn bold(&self, text: &str) -> String {
        self.with("1", text)
    }

    pub fn dim(&self, text: &str) -> String {
        self.with("2", text)
    }

    pub fn priority(&self, priority: Priority, text: &str) -> String {
        match priority {
            Priority::VeryHigh => self.with("1;31", text),
            Priority::High => self.with("31", text),
            Priority::Normal => self.with("33", text),
            Priority::Low => self.with("36", text),
            Priority::VeryLow => self.with("2", text),
        }
    }

    /// What failed is good news for who looks.
    pub fn outcome(&self, outcome: Outcome, text: &str) -> String {
        match outcome {
            Outcome::Failed => self.with("32", text),
            Outcome::Tried => self.with("33", text),
            Outcome::Done => text.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn lines_fit() {
        for (text, width, lines) in [
            ("", 5, &[""][..]),
            ("ab cd", 5, &["ab cd"]),
            ("ab cde", 5, &["ab", "cde"]),
            ("abcdefg h", 5, &["abcde", "fg h"]),
            ("x abcdefg", 5, &["x", "abcde", "fg"]),
            ("a\u{1b}[31m \u{202e}b", 9, &["a\u{FFFD}[31m \u{FFFD}b"]),
        ] {
            assert_eq!(wrapped(text, width), lines, "{text}");
        }
    }
}
