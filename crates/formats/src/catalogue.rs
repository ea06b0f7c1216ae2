//! The classes that decoders have met, each made once and shared by all threads.

use std::sync::{Arc, Mutex};
use watchbell_model::{Class, FieldTable, View};

/// Classes of one table of fields. Shared by the decoders of all streams.
pub struct Catalogue {
    pub fields: Arc<FieldTable>,
    classes: Mutex<Vec<Arc<Class>>>,
}

impl Catalogue {
    pub fn new(fields: Arc<FieldTable>) -> Self {
        Self { fields, classes: Mutex::new(Vec::new()) }
    }

    /// A class of these views under the next number. Decoders remember it: a class is asked for once in a thread.
    pub fn class(&self, views: Vec<View>) -> Arc<Class> {
        let mut classes = self.classes.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let class = Arc::new(Class { number: classes.len() as u32, views });
        classes.push(Arc::clone(&class));
        class
    }
}
