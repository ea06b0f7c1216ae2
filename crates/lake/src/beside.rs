//! What a search may ask beside the events: rules of whoever has some, and tables that others keep.

use crate::error::Error;
use datafusion::{
    arrow::{
        array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray, TimestampNanosecondArray},
        datatypes::{Field, Schema},
    },
    datasource::MemTable,
};
use std::sync::Arc;

/// Answers for one search. All of it is asked before the search begins, and only for what the search names.
pub trait Beside: Send + Sync {
    /// A table by its name; none if there is no such table.
    fn table(&self, name: &str) -> Result<Option<Table>, Error>;
    /// For `matches('…')`: a rule or an alert, by its title, id or name. An error says what is wrong with the name.
    fn rule(&self, name: &str) -> Result<Arc<dyn Holds>, String>;
    /// For `sigma('…')`: a rule as it is written. An error says what is wrong with it.
    fn sigma(&self, text: &str) -> Result<Arc<dyn Holds>, String>;
}

/// Something that holds for a record, or does not.
pub trait Holds: Send + Sync {
    /// An answer for each record.
    fn holds(&self, records: &[Record<'_>]) -> Vec<bool>;
}

/// A record, as far as it is needed to read it again.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    pub format: &'a str,
    pub stream: &'a str,
    pub received: i64,
    pub raw: &'a [u8],
}

/// Rows of a table, column by column. All columns are equally long.
#[derive(Clone, Debug, Default)]
pub struct Table {
    pub columns: Vec<(&'static str, Cells)>,
}

#[derive(Clone, Debug)]
pub enum Cells {
    Text(Vec<Option<String>>),
    Number(Vec<Option<i64>>),
    Flag(Vec<bool>),
    /// Nanoseconds since 1970.
    Time(Vec<Option<i64>>),
}

/// Events, and nothing else.
pub(crate) struct Nothing;

impl Beside for Nothing {
    fn table(&self, _: &str) -> Result<Option<Table>, Error> {
        Ok(None)
    }

    fn rule(&self, name: &str) -> Result<Arc<dyn Holds>, String> {
        Err(format!("no rule is named `{name}`"))
    }

    fn sigma(&self, _: &str) -> Result<Arc<dyn Holds>, String> {
        Err("rules cannot be asked here".to_owned())
    }
}

impl Table {
    pub(crate) fn provide(self) -> Result<MemTable, Error> {
        let (names, cells): (Vec<_>, Vec<_>) = self.columns.into_iter().unzip();
        let arrays: Vec<ArrayRef> = cells.into_iter().map(Cells::array).collect();
        let fields: Vec<Field> = names.iter().zip(&arrays).map(|(name, array)| Field::new(*name, array.data_type().clone(), true)).collect();
        let schema = Arc::new(Schema::new(fields));
        let batch = RecordBatch::try_new(Arc::clone(&schema), arrays)?;
        Ok(MemTable::try_new(schema, vec![vec![batch]])?)
    }
}

impl Cells {
    fn array(self) -> ArrayRef {
        match self {
            Self::Text(all) => Arc::new(StringArray::from(all)),
            Self::Number(all) => Arc::new(Int64Array::from(all)),
            Self::Flag(all) => Arc::new(BooleanArray::from(all)),
            Self::Time(all) => Arc::new(TimestampNanosecondArray::from(all).with_timezone("UTC")),
        }
    }
}
