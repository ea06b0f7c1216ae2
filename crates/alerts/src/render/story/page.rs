//! Lines of a story on a terminal: headings, wrapped text with a hanging indent, labels.

use crate::render::text::{Paint, harmless, wrapped};
use std::io::{self, Write};

pub struct Page<'a> {
    pub out: &'a mut dyn Write,
    pub width: usize,
    pub paint: Paint,
}

/// A column of labels in front of values.
const LABEL: usize = 15;

impl Page<'_> {
    pub fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{text}")
    }

    pub fn heading(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "\n{}", self.paint.bold(text))
    }

    pub fn hanging(&mut self, indent: usize, text: &str) -> io::Result<()> {
        let lines = wrapped(text, self.width - indent);
        lines.iter().try_for_each(|line| writeln!(self.out, "{:indent$}{line}", ""))
    }

    pub fn dimmed(&mut self, indent: usize, text: &str) -> io::Result<()> {
        let lines = wrapped(text, self.width - indent);
        lines.iter().try_for_each(|line| writeln!(self.out, "{:indent$}{}", "", self.paint.dim(line)))
    }

    /// `first` stands before the first line and takes `indent` columns, whatever its colours.
    pub fn led(&mut self, first: &str, indent: usize, text: &str, paint: impl Fn(&Paint, &str) -> String) -> io::Result<()> {
        for (at, line) in wrapped(text, self.width - indent).iter().enumerate() {
            let line = paint(&self.paint, line);
            if at == 0 { writeln!(self.out, "{first}{line}")? } else { writeln!(self.out, "{:indent$}{line}", "")? }
        }
        Ok(())
    }

    pub fn labelled(&mut self, label: &str, text: &str) -> io::Result<()> {
        let first = format!("  {}", self.paint.dim(&format!("{label:<LABEL$}")));
        self.led(&first, LABEL + 2, text, |_, line| line.to_owned())
    }
}

/// One line, whatever it holds.
pub fn plain(text: &str) -> String {
    text.chars().map(harmless).collect()
}
