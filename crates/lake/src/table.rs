//! The table `events`: the files that a search needs, and the buffer, each event once.

use crate::{
    Snapshot,
    columns::{COLUMNS, DATED, ID, TIME, schema},
    distinct::DistinctExec,
    files::LakeFile,
    overlap::Overlap,
    prune, store,
};
use async_trait::async_trait;
use datafusion::{
    arrow::datatypes::SchemaRef,
    catalog::{
        Session,
        memory::{DataSourceExec, MemorySourceConfig},
    },
    common::{DFSchema, Result},
    config::TableParquetOptions,
    datasource::{
        TableProvider, TableType,
        listing::PartitionedFile,
        physical_plan::{FileGroup, FileScanConfigBuilder, ParquetFileReaderFactory, ParquetSource},
    },
    logical_expr::{Expr, TableProviderFilterPushDown, utils::conjunction},
    physical_expr::{PhysicalExpr, expressions::Column},
    physical_plan::{ExecutionPlan, projection::ProjectionExec, union::UnionExec},
};
use std::{fmt, sync::Arc};

pub(crate) struct Events {
    pub snapshot: Arc<Snapshot>,
    /// Remembers what stands at the end of files.
    pub reader: Arc<dyn ParquetFileReaderFactory>,
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "events in {} files", self.snapshot.files.len())
    }
}

#[async_trait]
impl TableProvider for Events {
    fn schema(&self) -> SchemaRef {
        schema()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(&self, state: &dyn Session, projection: Option<&Vec<usize>>, filters: &[Expr], limit: Option<usize>) -> Result<Arc<dyn ExecutionPlan>> {
        let filter = match conjunction(filters.to_vec()) {
            Some(filter) => Some(state.create_physical_expr(filter, &DFSchema::try_from(schema())?)?),
            None => None,
        };
        let files = match &filter {
            Some(filter) => prune::keep(&self.snapshot.files, filter)?,
            None => self.snapshot.files.clone(),
        };
        let overlap = Overlap::of(files.iter().map(|file| &file.entry), &self.snapshot.covered);
        let asked: Vec<usize> = projection.cloned().unwrap_or_else(|| (0..COLUMNS.len()).collect());
        let mut columns = asked.clone();
        if !overlap.is_empty() {
            columns.extend([ID, TIME, DATED].iter().filter(|column| !asked.contains(column)));
        }
        let limit = limit.filter(|_| overlap.is_empty());
        let memory = MemorySourceConfig::try_new_exec(std::slice::from_ref(&self.snapshot.batches), schema(), Some(columns.clone()))?;
        let mut inputs: Vec<Arc<dyn ExecutionPlan>> = vec![memory];
        if !files.is_empty() {
            inputs.push(parquet(&files, columns, limit, state.config().target_partitions(), &self.reader)?);
        }
        let all = UnionExec::try_new(inputs)?;
        if overlap.is_empty() {
            return Ok(all);
        }
        only(Arc::new(DistinctExec::new(all, Arc::new(overlap))), asked.len())
    }
}

/// The newest files first, spread over as many groups as may be read at once.
fn parquet(
    files: &[Arc<LakeFile>],
    columns: Vec<usize>,
    limit: Option<usize>,
    groups: usize,
    reader: &Arc<dyn ParquetFileReaderFactory>,
) -> Result<Arc<dyn ExecutionPlan>> {
    // What is asked of the rows is pushed down to the source by the optimizer.
    let source = ParquetSource::new(schema())
        .with_table_parquet_options(TableParquetOptions::default())
        .with_pushdown_filters(true)
        .with_reorder_filters(true)
        .with_enable_page_index(true)
        .with_bloom_filter_on_read(true)
        .with_parquet_file_reader_factory(Arc::clone(reader));
    let mut grouped = vec![Vec::new(); groups.clamp(1, files.len())];
    for (at, file) in files.iter().rev().enumerate() {
        let group = at % grouped.len();
        grouped[group].push(PartitionedFile::new(file.entry.path.clone(), file.entry.bytes));
    }
    let config = FileScanConfigBuilder::new(store::url(), Arc::new(source))
        .with_file_groups(grouped.into_iter().map(FileGroup::new).collect())
        .with_projection_indices(Some(columns))?
        .with_limit(limit)
        .build();
    Ok(DataSourceExec::from_data_source(config))
}

/// The first columns of a plan.
fn only(plan: Arc<dyn ExecutionPlan>, count: usize) -> Result<Arc<dyn ExecutionPlan>> {
    let schema = plan.schema();
    let columns = schema.fields().iter().take(count).enumerate();
    let columns: Vec<(Arc<dyn PhysicalExpr>, String)> =
        columns.map(|(at, field)| (Arc::new(Column::new(field.name(), at)) as Arc<dyn PhysicalExpr>, field.name().clone())).collect();
    Ok(Arc::new(ProjectionExec::try_new(columns, plan)?))
}
