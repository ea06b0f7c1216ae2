//! A step of a plan that lets each event pass once, where one could stand in two places.

use crate::{
    columns::{COLUMNS, DATED, ID, TIME},
    overlap::Overlap,
};
use datafusion::{
    arrow::{
        array::{Array, AsArray, BooleanArray, RecordBatch},
        compute::filter_record_batch,
        datatypes::TimestampNanosecondType,
    },
    common::{DataFusionError, Result, config::ConfigOptions, internal_err, tree_node::TreeNodeRecursion},
    execution::{
        SendableRecordBatchStream, TaskContext,
        memory_pool::{MemoryConsumer, MemoryReservation},
    },
    physical_expr::PhysicalExpr,
    physical_plan::{
        ChildrenPropertiesMode, DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, ReplaceChildrenOptions,
        filter_pushdown::{ChildPushdownResult, FilterDescription, FilterPushdownPhase, FilterPushdownPropagation},
        stream::RecordBatchStreamAdapter,
    },
};
use futures_util::StreamExt;
use std::{
    collections::HashSet,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

/// What an id costs in the set.
const ID_BYTES: usize = 28;

type Seen = HashSet<[u8; 16], foldhash::fast::RandomState>;

#[derive(Debug)]
pub(crate) struct DistinctExec {
    input: Arc<dyn ExecutionPlan>,
    overlap: Arc<Overlap>,
    /// One set for all partitions: whichever reads an event first passes it on.
    seen: Arc<Mutex<Seen>>,
    properties: Arc<PlanProperties>,
}

impl DistinctExec {
    pub fn new(input: Arc<dyn ExecutionPlan>, overlap: Arc<Overlap>) -> Self {
        let properties = Arc::clone(input.properties());
        Self { input, overlap, seen: Arc::default(), properties }
    }
}

impl DisplayAs for DistinctExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "DistinctExec: id")
    }
}

impl ExecutionPlan for DistinctExec {
    fn name(&self) -> &'static str {
        "DistinctExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn apply_expressions(&self, _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(self: Arc<Self>, mut children: Vec<Arc<dyn ExecutionPlan>>, _: ReplaceChildrenOptions) -> Result<Arc<dyn ExecutionPlan>> {
        let (Some(input), true) = (children.pop(), children.is_empty()) else { return internal_err!("DistinctExec has one input") };
        Ok(Arc::new(Self::new(input, Arc::clone(&self.overlap))))
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(children, ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute))
    }

    /// Copies of an event are alike, so it does not matter whether what is asked of them is asked before or after.
    fn gather_filters_for_pushdown(&self, _: FilterPushdownPhase, parent: Vec<Arc<dyn PhysicalExpr>>, _: &ConfigOptions) -> Result<FilterDescription> {
        FilterDescription::from_children(parent, &self.children())
    }

    fn handle_child_pushdown_result(
        &self,
        _: FilterPushdownPhase,
        child: ChildPushdownResult,
        _: &ConfigOptions,
    ) -> Result<FilterPushdownPropagation<Arc<dyn ExecutionPlan>>> {
        Ok(FilterPushdownPropagation::if_all(child))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let memory = MemoryConsumer::new("DistinctExec").register(context.memory_pool());
        let input = self.input.execute(partition, context)?;
        let (schema, overlap, seen) = (input.schema(), Arc::clone(&self.overlap), Arc::clone(&self.seen));
        let stream = input.map(move |batch| batch.and_then(|batch| once(batch, &overlap, &seen, &memory)));
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, stream)))
    }
}

fn once(batch: RecordBatch, overlap: &Overlap, seen: &Mutex<Seen>, memory: &MemoryReservation) -> Result<RecordBatch> {
    let column = |at: usize| batch.column_by_name(COLUMNS[at].name).ok_or_else(missing);
    let ids = column(ID)?.as_fixed_size_binary_opt().ok_or_else(missing)?;
    let times = column(TIME)?.as_primitive_opt::<TimestampNanosecondType>().ok_or_else(missing)?;
    let dated = column(DATED)?.as_boolean_opt().ok_or_else(missing)?;
    if !(0..batch.num_rows()).any(|row| overlap.holds(times.value(row), dated.value(row))) {
        return Ok(batch);
    }
    let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    let before = seen.len();
    let mut first = |row: usize| <[u8; 16]>::try_from(ids.value(row)).is_ok_and(|id| seen.insert(id));
    let keep: BooleanArray = (0..ids.len()).map(|row| Some(!overlap.holds(times.value(row), dated.value(row)) || first(row))).collect();
    memory.try_grow((seen.len() - before) * ID_BYTES)?;
    Ok(filter_record_batch(&batch, &keep)?)
}

fn missing() -> DataFusionError {
    DataFusionError::Internal("DistinctExec needs the columns id, time and dated".to_owned())
}
