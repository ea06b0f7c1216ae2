//! What a search may reach: the files of the lake, and so much memory; no other file, and no room on disk.

use crate::error::Error;
use datafusion::{
    datasource::{
        object_store::ObjectStoreUrl,
        physical_plan::{ParquetFileReaderFactory, parquet::CachedParquetFileReaderFactory},
    },
    execution::{
        cache::default_cache::DefaultCache,
        disk_manager::{DiskManagerBuilder, DiskManagerMode},
        memory_pool::GreedyMemoryPool,
        runtime_env::{RuntimeEnv, RuntimeEnvBuilder},
    },
    object_store::{ObjectStore, local::LocalFileSystem},
};
use std::{path::Path, sync::Arc};

/// Bytes of the ends of files that are remembered.
const REMEMBERED: usize = 64 << 20;

pub(crate) fn url() -> ObjectStoreUrl {
    ObjectStoreUrl::parse("lake://lake").expect("a constant")
}

pub(crate) fn open(dir: &Path) -> Result<Arc<dyn ObjectStore>, Error> {
    Ok(Arc::new(LocalFileSystem::new_with_prefix(dir).map_err(|error| Error::Disk { path: dir.display().to_string(), source: error.into() })?))
}

/// Reads files, and remembers what stands at the end of each: a search for one process asks it of every file.
pub(crate) fn reader(store: &Arc<dyn ObjectStore>) -> Arc<dyn ParquetFileReaderFactory> {
    Arc::new(CachedParquetFileReaderFactory::new(Arc::clone(store), Arc::new(DefaultCache::new(REMEMBERED))))
}

pub(crate) fn environment(store: &Arc<dyn ObjectStore>, bytes: usize) -> Result<Arc<RuntimeEnv>, Error> {
    let env = RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(GreedyMemoryPool::new(bytes)))
        .with_disk_manager_builder(DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled))
        .build()?;
    env.deregister_object_store(ObjectStoreUrl::local_filesystem().as_ref())?;
    env.register_object_store(url().as_ref(), Arc::clone(store));
    Ok(Arc::new(env))
}
