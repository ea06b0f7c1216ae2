//! A command with its parameters told from its other arguments.

use super::super::split::Word;
use super::value::Value;

#[derive(Default)]
pub struct Bound {
    pub name: String,
    /// Parameters in lower case without their dash.
    pub parameters: Vec<(String, Value)>,
    pub free: Vec<Value>,
    /// Everything as a native program would get it.
    pub words: Vec<Word>,
    pub input: Value,
}

/// Parameters that stand alone.
const SWITCHES: &[&str] = &[
    "force",
    "atlogon",
    "atstartup",
    "once",
    "daily",
    "weekly",
    "hidden",
    "whatif",
    "verbose",
    "passthru",
    "asjob",
    "disable",
    "runonlyifidle",
    "runonlyifnetworkavailable",
    "allowstartifonbatteries",
    "dontstopifgoingonbatteries",
    "dontstoponidleend",
    "waketorun",
    "startwhenavailable",
    "restartonidle",
    "nonewwindow",
    "wait",
    "usebasicparsing",
    "raw",
    "runnow",
    "disallowdemandstart",
    "disallowhardterminate",
];

pub fn is_switch(parameter: &str) -> bool {
    SWITCHES.contains(&parameter)
}

impl Bound {
    /// The value of the first of `names` that was given; a parameter may be cut short to four letters or more.
    pub fn value(&self, names: &[&str]) -> Option<&Value> {
        names.iter().find_map(|name| {
            self.parameters.iter().find(|(given, _)| given == name || (given.len() > 3 && name.starts_with(given.as_str()))).map(|(_, value)| value)
        })
    }

    pub fn text(&self, names: &[&str]) -> Option<String> {
        self.value(names).and_then(Value::text)
    }

    pub fn flag(&self, name: &str) -> bool {
        self.value(&[name]).is_some_and(Value::is_true)
    }

    /// A named value, else the positional one.
    pub fn text_or(&self, names: &[&str], position: usize) -> Option<String> {
        self.text(names).or_else(|| self.free.get(position).and_then(Value::text))
    }

    /// Takes a hash table's entries as parameters.
    pub fn splat(&mut self, map: &Value) {
        if let Value::Map(entries) = map {
            self.parameters.extend(entries.iter().map(|(k, v)| (k.to_ascii_lowercase(), v.clone())));
        }
    }

    pub fn blocks(&self) -> Vec<usize> {
        let values = self.free.iter().chain(self.parameters.iter().map(|(_, v)| v)).chain([&self.input]);
        values.filter_map(|v| if let Value::Block(start) = v { Some(*start) } else { None }).collect()
    }
}
