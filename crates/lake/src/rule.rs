//! The SQL functions `matches('RULE')` and `sigma('…')`: does a rule hold for the record?

use crate::beside::{Beside, Holds, Record};
use crate::field::constant;
use datafusion::{
    arrow::{
        array::{Array, AsArray, BooleanArray, StringViewArray},
        datatypes::{DataType, TimeUnit, TimestampNanosecondType},
    },
    common::{Result, plan_err},
    logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility},
};
use std::{
    collections::BTreeMap,
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

/// The columns that the search puts before a rule.
pub(crate) const COLUMNS: [&str; 4] = ["format", "stream", "received", "raw"];
/// Records that are asked about at once.
const STEP: usize = 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Which {
    Matches,
    Sigma,
}

/// The rules that a search names.
pub(crate) type Rules = BTreeMap<String, Arc<dyn Holds>>;

pub(crate) struct RuleFunction {
    which: Which,
    rules: Rules,
    signature: Signature,
}

impl Which {
    pub const ALL: [Self; 2] = [Self::Matches, Self::Sigma];

    pub fn name(self) -> &'static str {
        match self {
            Self::Matches => "matches",
            Self::Sigma => "sigma",
        }
    }

    pub fn find(self, beside: &dyn Beside, text: &str) -> Result<Arc<dyn Holds>, String> {
        match self {
            Self::Matches => beside.rule(text),
            Self::Sigma => beside.sigma(text),
        }
    }
}

impl RuleFunction {
    pub fn new(which: Which, rules: Rules) -> Self {
        let received = DataType::Timestamp(TimeUnit::Nanosecond, Some("UTC".into()));
        let takes = vec![DataType::Utf8View, DataType::Utf8View, received, DataType::BinaryView, DataType::Utf8];
        Self { which, rules, signature: Signature::exact(takes, Volatility::Immutable) }
    }
}

impl fmt::Debug for RuleFunction {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.which.name())
    }
}

/// There is one of each in a search.
impl PartialEq for RuleFunction {
    fn eq(&self, other: &Self) -> bool {
        self.which == other.which
    }
}

impl Eq for RuleFunction {}

impl Hash for RuleFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.which.hash(state);
    }
}

impl ScalarUDFImpl for RuleFunction {
    fn name(&self) -> &str {
        self.which.name()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let text = constant(&args.args[4])?;
        let Some(rule) = self.rules.get(&text) else { return plan_err!("the rule of {}() must be written out", self.which.name()) };
        let column = |at: usize| args.args[at].to_array(args.number_rows);
        let (formats, streams, received, raw) = (column(0)?, column(1)?, column(2)?, column(3)?);
        let (formats, streams, raw) = (formats.as_string_view(), streams.as_string_view(), raw.as_binary_view());
        let received = received.as_primitive::<TimestampNanosecondType>();
        let record = |row| Record { format: word(formats, row), stream: word(streams, row), received: received.value(row), raw: raw.value(row) };
        let mut held = Vec::with_capacity(args.number_rows);
        for from in (0..raw.len()).step_by(STEP) {
            let records: Vec<Record<'_>> = (from..raw.len().min(from + STEP)).map(record).collect();
            held.extend(rule.holds(&records));
        }
        Ok(ColumnarValue::Array(Arc::new(BooleanArray::from(held))))
    }
}

fn word(column: &StringViewArray, row: usize) -> &str {
    if column.is_null(row) { "" } else { column.value(row) }
}
