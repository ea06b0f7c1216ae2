//! Values of expressions: text put together, lists, tables, casts, decoding calls.

use super::eval::Shell;
use super::lexer::{Kind, Sign};
use super::value::Value;
use crate::decode;

const MAX_TEXT: usize = 64 * 1024;

impl Shell<'_> {
    pub fn expression(&mut self) -> Value {
        let mut left = self.operand();
        while self.burn(1) {
            if self.take(Sign::Plus) {
                let right = self.operand();
                left = self.plus(left, right);
            } else if self.take(Sign::Comma) {
                let mut items = vec![left, self.primary()];
                while self.take(Sign::Comma) && self.burn(1) {
                    items.push(self.primary());
                }
                left = Value::List(items);
            } else if let Some(operator) = self.operator() {
                self.at += 1;
                let right = self.listed();
                left = self.operated(left, &operator, &right);
            } else {
                break;
            }
        }
        left
    }

    /// `-join (…)` or a plain value.
    fn operand(&mut self) -> Value {
        if self.operator().as_deref() == Some("join") {
            self.at += 1;
            let items = self.primary();
            return Value::Text(items.texts().concat());
        }
        self.primary()
    }

    fn operator(&self) -> Option<String> {
        match self.peek() {
            Some(Kind::Word(word)) => word.strip_prefix('-').filter(|w| w.starts_with(|c: char| c.is_ascii_alphabetic())).map(str::to_ascii_lowercase),
            _ => None,
        }
    }

    fn operated(&mut self, left: Value, operator: &str, right: &Value) -> Value {
        match operator {
            "join" => Value::Text(left.texts().join(&right.text().unwrap_or_default())),
            "f" => self.format(&left, right),
            "replace" | "ireplace" | "creplace" => {
                let with = right.texts();
                self.replace(left, with.first().map_or("", String::as_str), with.get(1).map_or("", String::as_str))
            }
            "as" => left,
            _ => Value::Unknown,
        }
    }

    fn format(&mut self, format: &Value, values: &Value) -> Value {
        let Some(mut text) = format.text() else { return Value::Unknown };
        for (index, value) in values.texts().iter().enumerate().take(32) {
            if self.burn(text.len() + value.len()) && text.len() < MAX_TEXT {
                text = text.replace(&format!("{{{index}}}"), value);
            }
        }
        bounded(text)
    }

    fn replace(&mut self, value: Value, from: &str, to: &str) -> Value {
        match value.text() {
            Some(text) if !from.is_empty() && self.burn(text.len()) && text.len() * to.len().max(1) < MAX_TEXT * 16 => bounded(text.replace(from, to)),
            _ => value,
        }
    }

    pub fn plus(&mut self, left: Value, right: Value) -> Value {
        match (left, right) {
            (Value::List(mut items), Value::List(more)) => {
                items.extend(more);
                Value::List(items)
            }
            (Value::List(mut items), one) => {
                items.push(one);
                Value::List(items)
            }
            (Value::Text(mut text), other) => {
                let more = other.text().unwrap_or_default();
                if self.burn(text.len() + more.len()) {
                    text.push_str(&more);
                }
                bounded(text)
            }
            (Value::Unknown, other) => other,
            (left, _) => left,
        }
    }

    /// A value with the members behind it.
    pub fn primary(&mut self) -> Value {
        let mut value = self.nested(Self::atom);
        while self.glued() && self.burn(1) {
            if self.take(Sign::Dot) || self.take(Sign::Static) {
                value = self.member(value);
            } else if matches!(self.peek(), Some(Kind::Type(_))) {
                self.at += 1;
            } else {
                break;
            }
        }
        value
    }

    fn atom(&mut self) -> Value {
        let Some(kind) = self.peek().cloned() else { return Value::Unknown };
        match kind {
            Kind::Sign(Sign::Close | Sign::BlockClose | Sign::Pipe) | Kind::End => return Value::Unknown,
            _ => self.at += 1,
        }
        match kind {
            Kind::Word(word) => Value::Text(word),
            Kind::Text(text, expands) => Value::Text(if expands { self.expanded(&text) } else { text }),
            Kind::Variable(name) => self.variable(&name),
            Kind::Type(name) => self.of_type(&name),
            Kind::Sign(Sign::Open) => self.parenthesis(),
            Kind::Sign(Sign::List) => match self.parenthesis() {
                list @ Value::List(_) => list,
                Value::Unknown => Value::List(Vec::new()),
                one => Value::List(vec![one]),
            },
            Kind::Sign(Sign::Map) => self.map(),
            Kind::Sign(Sign::BlockOpen) => self.skip_block(),
            Kind::Sign(Sign::Plus) => Value::Text("+".to_owned()),
            _ => Value::Unknown,
        }
    }

    fn variable(&self, name: &str) -> Value {
        match name {
            "true" | "false" => Value::Text(name.to_owned()),
            "null" => Value::Unknown,
            name => self.variables.get(name).cloned().unwrap_or_else(|| Value::Text(format!("${name}"))),
        }
    }

    /// Variables inside a text, where their value is known.
    fn expanded(&mut self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            out.push_str(&rest[..at]);
            let after = &rest[at + 1..];
            let braced = after.starts_with('{');
            let name = after.trim_start_matches('{');
            let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(name.len());
            let known = self.variables.get(&name[..end].to_ascii_lowercase()).and_then(Value::text).filter(|v| end > 0 && out.len() + v.len() < MAX_TEXT);
            let length = end + usize::from(braced) + usize::from(braced && name[end..].starts_with('}'));
            match known {
                Some(value) if self.burn(value.len()) => out.push_str(&value),
                _ => out.push_str(&rest[at..=at + length]),
            }
            rest = &after[length..];
        }
        out.push_str(rest);
        out
    }

    fn parenthesis(&mut self) -> Value {
        let mut value = self.statements();
        while self.peek().is_some() && !self.take(Sign::Close) && self.burn(1) {
            if self.take(Sign::BlockClose) {
                break;
            }
            value = self.statements();
        }
        value
    }

    fn map(&mut self) -> Value {
        let mut entries = Vec::new();
        while let Some(kind) = self.peek().cloned() {
            if self.take(Sign::BlockClose) || !self.burn(1) {
                break;
            }
            self.at += 1;
            if let Kind::Word(key) | Kind::Text(key, _) = kind
                && self.take(Sign::Equals)
                && entries.len() < 256
            {
                let before = self.at;
                let value = self.nested(Self::pipeline);
                self.at += usize::from(self.at == before);
                entries.push((key, value));
            }
        }
        Value::Map(entries)
    }

    /// Steps over a block and remembers where it begins.
    fn skip_block(&mut self) -> Value {
        let start = self.at;
        let mut depth = 1usize;
        while let Some(kind) = self.peek() {
            match kind {
                Kind::Sign(Sign::BlockOpen | Sign::Map) => depth += 1,
                Kind::Sign(Sign::BlockClose) => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 || !self.burn(1) {
                break;
            }
        }
        Value::Block(start)
    }

    /// A cast of what follows, or the type whose member follows.
    fn of_type(&mut self, name: &str) -> Value {
        if self.peek_sign(Sign::Static) {
            return Value::Text(format!("[{name}]"));
        }
        let value = self.nested(Self::primary);
        match (name, value.text().and_then(|t| t.parse::<u32>().ok()).and_then(char::from_u32)) {
            ("char", Some(char)) => Value::Text(char.to_string()),
            ("wmiclass", _) => Value::Text(value.text().unwrap_or_default().to_ascii_lowercase()),
            _ => value,
        }
    }

    fn member(&mut self, of: Value) -> Value {
        let Some(Kind::Word(name)) = self.peek().cloned() else { return Value::Unknown };
        self.at += 1;
        let arguments = if self.glued() && self.take(Sign::Open) { Some(self.parenthesis()) } else { None };
        let name = name.rsplit('.').next().unwrap_or("").to_ascii_lowercase();
        match arguments {
            Some(arguments) => self.method(of, &name, &arguments),
            None if name == "now" && of.text().is_some_and(|t| t.eq_ignore_ascii_case("[datetime]")) => Value::Text("now".to_owned()),
            None => of.get(&name).cloned().unwrap_or(if matches!(of, Value::Task(_) | Value::File(_)) { of } else { Value::Unknown }),
        }
    }

    fn method(&mut self, of: Value, name: &str, arguments: &Value) -> Value {
        let texts = arguments.texts();
        let first = texts.first().map_or("", String::as_str);
        match name {
            "frombase64string" => decode::base64_text(first).map_or(Value::Unknown, Value::Text),
            "getstring" | "tostring" | "trim" if !matches!(arguments, Value::Unknown) => arguments.clone(),
            "tostring" | "trim" | "toarray" => of,
            "readalltext" | "readalllines" => Value::File(first.to_owned()),
            "replace" => self.replace(of, first, texts.get(1).map_or("", String::as_str)),
            "concat" => Value::Text(texts.concat()),
            _ if unit(name, "from").is_some() || unit(name, "add").is_some() => time(&of, name, first),
            "join" => Value::Text(texts.get(1..).unwrap_or_default().join(first)),
            "create" if of.text().is_some_and(|t| t.contains("win32_process")) => {
                self.finder.script(first, crate::line::split::Dialect::Cmd);
                Value::Unknown
            }
            "create" | "invokescript" => {
                self.finder.powershell(first);
                Value::Unknown
            }
            "invoke" | "invokereturnasis" => {
                if let Value::Block(start) = of {
                    self.block(start);
                }
                Value::Unknown
            }
            _ => Value::Unknown,
        }
    }
}

/// `[TimeSpan]::FromMinutes(5)` as `5 minutes`, `(Get-Date).AddMinutes(5)` as `now + 5 minutes`.
fn time(of: &Value, name: &str, number: &str) -> Value {
    let number = number.parse::<u32>().ok();
    match (of.text().as_deref(), unit(name, "from"), unit(name, "add"), number) {
        (_, Some(unit), _, Some(number)) => Value::Text(format!("{number} {unit}")),
        (Some("now"), _, Some(unit), Some(number)) => Value::Text(format!("now + {number} {unit}")),
        (Some(text), _, Some(unit), Some(number)) if text.starts_with("now + ") && text.len() < 100 => Value::Text(format!("{text} {number} {unit}")),
        _ => Value::Unknown,
    }
}

fn unit<'n>(name: &'n str, before: &str) -> Option<&'n str> {
    name.strip_prefix(before).filter(|unit| matches!(*unit, "seconds" | "minutes" | "hours" | "days"))
}

fn bounded(text: String) -> Value {
    if text.len() > MAX_TEXT { Value::Unknown } else { Value::Text(text) }
}
