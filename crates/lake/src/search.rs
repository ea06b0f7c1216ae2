//! Runs a search on threads of its own, within so many rows, so much memory and so much time.

use crate::{
    Lake, Snapshot,
    beside::{Beside, Nothing},
    error::Error,
    field::FieldFunction,
    has::HasFunction,
    rule::{RuleFunction, Rules, Which},
    sql::{self, Reading},
    store,
    table::Events,
};
use datafusion::{
    arrow::{
        array::{Array, ArrayRef, AsArray, RecordBatch, StringArray},
        datatypes::{DataType, Field, Schema},
        json::{WriterBuilder, writer::LineDelimited},
    },
    common::TableReference,
    dataframe::DataFrame,
    datasource::physical_plan::ParquetFileReaderFactory,
    execution::{SessionState, SessionStateBuilder, context::SQLOptions},
    logical_expr::ScalarUDF,
    object_store::ObjectStore,
    prelude::{SessionConfig, SessionContext},
    sql::parser::Statement,
};
use futures_util::StreamExt;
use serde_json::{Map, Value};
use std::{future::Future, path::Path, sync::Arc, time::Duration};
use tokio::{
    runtime::{Builder, Runtime},
    task::JoinHandle,
};

/// Deeply nested queries need it; only what is used of it is memory.
const STACK_BYTES: usize = 64 << 20;
/// Rows that are made into an answer at once.
const STEP: usize = 256;
const EVENTS: &str = "events";

#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub rows: usize,
    /// Memory of the search, and of its answer.
    pub bytes: usize,
    pub deadline: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { rows: 10_000, bytes: 256 << 20, deadline: Duration::from_mins(1) }
    }
}

/// An answer: a value for each column in each row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Value>>,
    /// There was more than the limits let through.
    pub more: bool,
}

pub(crate) struct Searcher {
    runtime: Option<Runtime>,
    store: Arc<dyn ObjectStore>,
    reader: Arc<dyn ParquetFileReaderFactory>,
    state: SessionState,
}

impl Lake {
    /// Asks the table `events`. A search that is dropped stops.
    pub async fn search(&self, sql: &str, limits: &Limits) -> Result<Found, Error> {
        self.search_beside(sql, limits, Arc::new(Nothing)).await
    }

    /// As `search`, with rules and tables of others.
    pub async fn search_beside(&self, sql: &str, limits: &Limits, beside: Arc<dyn Beside>) -> Result<Found, Error> {
        let (sql, limits, snapshot) = (sql.to_owned(), *limits, Arc::new(self.snapshot()));
        let session = self.searcher.session(&snapshot, limits.bytes)?;
        let job = async move {
            let reading = sql::read_only(&sql)?;
            add(&session, &reading, &*beside)?;
            let found = answer(&session, reading.statement, &limits).await;
            // The files stay on the disk as long as this is held.
            drop(snapshot);
            found
        };
        self.searcher.run(limits.deadline, job).await
    }

    pub(crate) fn searcher(&self) -> &Searcher {
        &self.searcher
    }
}

/// Adds what a query names to its session.
fn add(session: &SessionContext, reading: &Reading, beside: &dyn Beside) -> Result<(), Error> {
    for name in reading.tables.iter().filter(|name| *name != EVENTS) {
        if let Some(table) = beside.table(name)? {
            session.register_table(TableReference::bare(name.as_str()), Arc::new(table.provide()?))?;
        }
    }
    for which in Which::ALL {
        let mut rules = Rules::new();
        for (_, text) in reading.rules.iter().filter(|(of, _)| *of == which) {
            let rule = which.find(beside, text).map_err(|wrong| Error::Query(format!("{}(): {wrong}", which.name())))?;
            rules.insert(text.clone(), rule);
        }
        session.register_udf(ScalarUDF::from(RuleFunction::new(which, rules)));
    }
    Ok(())
}

async fn answer(session: &SessionContext, statement: Statement, limits: &Limits) -> Result<Found, Error> {
    let plan = session.state().statement_to_plan(statement).await?;
    SQLOptions::new()
        .with_allow_ddl(false)
        .with_allow_dml(false)
        .with_allow_statements(false)
        .verify_plan(&plan)
        .map_err(|e| Error::Refused(e.strip_backtrace()))?;
    let mut stream = DataFrame::new(session.state(), plan).execute_stream().await?;
    let mut found = Found { columns: stream.schema().fields().iter().map(|field| field.name().clone()).collect(), ..Found::default() };
    let mut bytes = 0;
    while let Some(batch) = stream.next().await {
        let batch = batch?;
        for from in (0..batch.num_rows()).step_by(STEP) {
            let left = limits.rows - found.rows.len();
            let part = batch.slice(from, STEP.min(batch.num_rows() - from));
            let (rows, size) = values(&part.slice(0, part.num_rows().min(left)))?;
            bytes += size;
            found.rows.extend(rows);
            found.more = part.num_rows() > left || bytes > limits.bytes;
            if found.more {
                return Ok(found);
            }
        }
    }
    Ok(found)
}

/// Rows as JSON values, and about how large they are.
fn values(batch: &RecordBatch) -> Result<(Vec<Vec<Value>>, usize), Error> {
    if batch.num_columns() == 0 {
        return Ok((vec![Vec::new(); batch.num_rows()], 0));
    }
    // Names may come twice in an answer, numbers do not.
    let columns: Vec<ArrayRef> = batch.columns().iter().map(readable).collect();
    let fields: Vec<Field> = columns.iter().enumerate().map(|(at, column)| Field::new(at.to_string(), column.data_type().clone(), true)).collect();
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?;
    let mut writer = WriterBuilder::new().with_explicit_nulls(true).build::<_, LineDelimited>(Vec::new());
    writer.write(&batch)?;
    writer.finish()?;
    let text = writer.into_inner();
    let rows = serde_json::Deserializer::from_slice(&text).into_iter::<Map<String, Value>>();
    let rows = rows.map(|row| row.map(|row| row.into_iter().map(|(_, value)| value).collect())).collect::<Result<_, _>>();
    Ok((rows.map_err(|error| Error::Query(error.to_string()))?, text.len()))
}

/// Bytes are shown as the text they mostly are; ids stay hexadecimal.
fn readable(column: &ArrayRef) -> ArrayRef {
    match column.data_type() {
        DataType::BinaryView => Arc::new(column.as_binary_view().iter().map(|bytes| bytes.map(String::from_utf8_lossy)).collect::<StringArray>()),
        DataType::Binary => Arc::new(column.as_binary::<i32>().iter().map(|bytes| bytes.map(String::from_utf8_lossy)).collect::<StringArray>()),
        _ => Arc::clone(column),
    }
}

impl Searcher {
    pub fn new(dir: &Path, threads: usize) -> Result<Self, Error> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(threads.max(1))
            .thread_name("search")
            .thread_stack_size(STACK_BYTES)
            .enable_time()
            .build()
            .map_err(Error::disk(dir))?;
        let mut config = SessionConfig::new().with_target_partitions(threads.max(1)).with_information_schema(false);
        config.options_mut().execution.parquet.pushdown_filters = true;
        config.options_mut().sql_parser.collect_spans = true;
        let state = SessionStateBuilder::new().with_default_features().with_config(config).build();
        let store = store::open(dir)?;
        Ok(Self { runtime: Some(runtime), reader: store::reader(&store), store, state })
    }

    /// A session that sees one moment of the lake.
    pub fn session(&self, snapshot: &Arc<Snapshot>, bytes: usize) -> Result<SessionContext, Error> {
        let environment = store::environment(&self.store, bytes)?;
        // The catalogue is made anew: searches share nothing.
        let state = SessionStateBuilder::new_from_existing(self.state.clone())
            .with_config(self.state.config().clone().with_create_default_catalog_and_schema(true))
            .with_catalog_list(Arc::new(datafusion::catalog::MemoryCatalogProviderList::new()))
            .with_runtime_env(environment)
            .build();
        let session = SessionContext::new_with_state(state);
        session.register_table(EVENTS, Arc::new(Events { snapshot: Arc::clone(snapshot), reader: Arc::clone(&self.reader) }))?;
        session.register_udf(ScalarUDF::from(FieldFunction::default()));
        session.register_udf(ScalarUDF::from(HasFunction::default()));
        Ok(session)
    }

    pub async fn run<T: Send + 'static>(&self, deadline: Duration, job: impl Future<Output = Result<T, Error>> + Send + 'static) -> Result<T, Error> {
        let runtime = self.runtime.as_ref().expect("taken only by drop");
        let mut task = Stopping(runtime.spawn(async move { tokio::time::timeout(deadline, job).await.unwrap_or(Err(Error::Deadline)) }));
        (&mut task.0).await.unwrap_or_else(|error| Err(Error::Query(error.to_string())))
    }

    /// Work that goes on by itself.
    pub fn spawn(&self, job: impl Future<Output = ()> + Send + 'static) {
        self.runtime.as_ref().expect("taken only by drop").spawn(job);
    }
}

impl Drop for Searcher {
    fn drop(&mut self) {
        // Waiting here is not allowed, because the last owner may be a task.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

struct Stopping<T>(JoinHandle<T>);

impl<T> Drop for Stopping<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
