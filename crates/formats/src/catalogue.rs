//! The classes that decoders have met, each made once and shared by all threads.

use crate::shape::{Shapes, all_shapes};
use rustc_hash::FxHashMap;
use std::any::{Any, TypeId};
use std::sync::{Arc, Mutex, OnceLock};
use watchbell_model::{Class, FieldTable, View};

/// Classes of one table of fields. Shared by the decoders of all streams.
pub struct Catalogue {
    pub fields: Arc<FieldTable>,
    classes: Mutex<Vec<Arc<Class>>>,
    kept: Mutex<FxHashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
    shapes: OnceLock<Shapes>,
}

impl Catalogue {
    pub fn new(fields: Arc<FieldTable>) -> Self {
        Self { fields, classes: Mutex::new(Vec::new()), kept: Mutex::default(), shapes: OnceLock::new() }
    }

    /// A class of these views under the next number. Decoders remember it: a class is asked for once in a thread.
    pub fn class(&self, views: Vec<View>) -> Arc<Class> {
        let mut classes = self.classes.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let class = Arc::new(Class { number: classes.len() as u32, views });
        classes.push(Arc::clone(&class));
        class
    }

    /// The views of every class made so far.
    pub(crate) fn views(&self, each: impl FnMut(&View)) {
        let classes = self.classes.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        classes.iter().flat_map(|class| &class.views).for_each(each);
    }

    /// Every shape, bound to the fields on first use.
    pub fn shapes(&self) -> &Shapes {
        self.shapes.get_or_init(|| Shapes::new(&self.fields, all_shapes()))
    }

    /// What a format binds once to the fields (its classes, its names), made on first use.
    pub fn kept<T: Any + Send + Sync>(&self, make: impl FnOnce(&Self) -> T) -> Arc<T> {
        let mut kept = self.kept.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let found = kept.get(&TypeId::of::<T>()).and_then(|found| Arc::clone(found).downcast().ok());
        found.unwrap_or_else(|| {
            let made = Arc::new(make(self));
            kept.insert(TypeId::of::<T>(), Arc::clone(&made) as Arc<dyn Any + Send + Sync>);
            made
        })
    }
}
