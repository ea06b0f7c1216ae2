//! Which files a search need not open, by what the list tells of them.

use crate::{
    columns::{COLUMNS, EVENT_CODE, HOST, PRODUCT, RECEIVED, SERVICE, TIME, schema},
    files::LakeFile,
    manifest::{Entry, Names},
};
use datafusion::{
    arrow::array::{ArrayRef, BooleanArray, StringViewArray, TimestampNanosecondArray, UInt64Array},
    common::{Column, Result, ScalarValue, pruning::PruningStatistics},
    physical_expr::PhysicalExpr,
    physical_optimizer::pruning::PruningPredicateBuilder,
};
use std::{collections::HashSet, sync::Arc};

pub(crate) fn keep(files: &[Arc<LakeFile>], filter: &Arc<dyn PhysicalExpr>) -> Result<Vec<Arc<LakeFile>>> {
    let keep = PruningPredicateBuilder::new().with_file_schema(schema()).try_build(Arc::clone(filter))?.prune(&Listed(files))?;
    Ok(files.iter().zip(keep).filter(|(_, keep)| *keep).map(|(file, _)| Arc::clone(file)).collect())
}

struct Listed<'a>(&'a [Arc<LakeFile>]);

impl Listed<'_> {
    fn texts(&self, of: impl Fn(&Entry) -> &str) -> ArrayRef {
        Arc::new(StringViewArray::from_iter_values(self.0.iter().map(|file| of(&file.entry))))
    }

    fn times(&self, of: impl Fn(&Entry) -> Option<i64>) -> ArrayRef {
        let times: TimestampNanosecondArray = self.0.iter().map(|file| of(&file.entry)).collect();
        Arc::new(times.with_timezone("UTC"))
    }
}

impl PruningStatistics for Listed<'_> {
    fn min_values(&self, column: &Column) -> Option<ArrayRef> {
        match column.name() {
            name if name == COLUMNS[TIME].name => Some(self.times(|entry| Some(entry.from))),
            name if name == COLUMNS[HOST].name => Some(self.texts(|entry| &entry.hosts.first)),
            name if name == COLUMNS[EVENT_CODE].name => Some(self.texts(|entry| &entry.codes.first)),
            name if name == COLUMNS[PRODUCT].name => Some(self.texts(|entry| &entry.product)),
            name if name == COLUMNS[SERVICE].name => Some(self.texts(|entry| &entry.service)),
            _ => None,
        }
    }

    fn max_values(&self, column: &Column) -> Option<ArrayRef> {
        match column.name() {
            name if name == COLUMNS[TIME].name => Some(self.times(|entry| Some(entry.to))),
            name if name == COLUMNS[RECEIVED].name => Some(self.times(|entry| Some(entry.received))),
            name if name == COLUMNS[HOST].name => Some(self.texts(|entry| &entry.hosts.last)),
            name if name == COLUMNS[EVENT_CODE].name => Some(self.texts(|entry| &entry.codes.last)),
            _ => self.min_values(column),
        }
    }

    fn num_containers(&self) -> usize {
        self.0.len()
    }

    fn null_counts(&self, _: &Column) -> Option<ArrayRef> {
        None
    }

    fn row_counts(&self) -> Option<ArrayRef> {
        Some(Arc::new(UInt64Array::from_iter_values(self.0.iter().map(|file| file.entry.rows))))
    }

    /// False where the list of all names holds none of those that are asked for.
    fn contained(&self, column: &Column, values: &HashSet<ScalarValue>) -> Option<BooleanArray> {
        let names: fn(&Entry) -> &Names = match column.name() {
            name if name == COLUMNS[HOST].name => |entry| &entry.hosts,
            name if name == COLUMNS[EVENT_CODE].name => |entry| &entry.codes,
            _ => return None,
        };
        let values: Vec<&str> = values.iter().map(|value| value.try_as_str().flatten()).collect::<Option<_>>()?;
        let of = |file: &Arc<LakeFile>| {
            let all = names(&file.entry).all.as_ref()?;
            (!values.iter().any(|value| all.iter().any(|name| name == value))).then_some(false)
        };
        Some(self.0.iter().map(of).collect())
    }
}
