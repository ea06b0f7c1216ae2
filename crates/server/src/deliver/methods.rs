//! Delivery methods at work: channels as they are configured now, how busy each is, and which do not work at the moment.

use super::retry::pause;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use watchbell_io::{CHANNELS, Channel};
use watchbell_store::{Method, MethodState};

/// Messages that one method sends at once.
const AT_ONCE: usize = 4;

/// Shared by all that send.
#[derive(Default)]
pub struct Deliveries(Mutex<State>);

#[derive(Default)]
struct State {
    /// By method: its revision, and what was made of that.
    channels: HashMap<String, (i64, Arc<dyn Channel>)>,
    busy: HashMap<String, usize>,
    /// By method: failures one after the other, and until when it is left alone.
    failing: HashMap<String, (u32, i64)>,
    /// Ladders that a method is telling of.
    ladders: BTreeSet<(String, String)>,
}

impl Deliveries {
    /// The channel of a method, or why there is none.
    pub fn channel(&self, method: &Method) -> Result<Arc<dyn Channel>, String> {
        if let Some((revision, channel)) = self.lock().channels.get(&method.id)
            && *revision == method.revision
        {
            return Ok(Arc::clone(channel));
        }
        let kind = CHANNELS.iter().find(|kind| kind.id == method.kind).ok_or_else(|| format!("`{}` is no kind of delivery method", method.kind))?;
        let config = serde_json::from_str(&method.config).map_err(|error| error.to_string())?;
        let channel: Arc<dyn Channel> = (kind.make)(&method.id, &config).map_err(|problem| problem.to_string())?.into();
        self.lock().channels.insert(method.id.clone(), (method.revision, Arc::clone(&channel)));
        Ok(channel)
    }

    /// Methods that nothing more is given to now.
    pub fn closed(&self, now: i64) -> Vec<String> {
        let state = self.lock();
        let busy = state.busy.iter().filter(|(_, count)| **count >= AT_ONCE).map(|(method, _)| method);
        let failing = state.failing.iter().filter(|(_, (_, until))| *until > now).map(|(method, _)| method);
        busy.chain(failing).cloned().collect()
    }

    pub fn failed(&self, method: &str, now: i64, at_least: i64) {
        let mut state = self.lock();
        let (count, until) = state.failing.entry(method.to_owned()).or_default();
        *until = (now + pause((*count).min(3), method)).max(at_least);
        *count += 1;
    }

    /// Somebody answered, or somebody wants to know at once.
    pub fn works(&self, method: &str) {
        self.lock().failing.remove(method);
    }

    /// A place among the messages that a method sends.
    pub fn begin(self: &Arc<Self>, method: &str) -> Flight {
        *self.lock().busy.entry(method.to_owned()).or_default() += 1;
        Flight { of: Arc::clone(self), method: method.to_owned(), ladder: None }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One message on its way; its place is free again when this goes.
pub struct Flight {
    of: Arc<Deliveries>,
    method: String,
    ladder: Option<(String, String)>,
}

impl Flight {
    /// Whether no other message by this method is telling of this ladder.
    pub fn claim_ladder(&mut self, ladder: &str) -> bool {
        let key = (self.method.clone(), ladder.to_owned());
        let free = self.of.lock().ladders.insert(key.clone());
        if free {
            self.ladder = Some(key);
        }
        free
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        let mut state = self.of.lock();
        if let Some(ladder) = &self.ladder {
            state.ladders.remove(ladder);
        }
        if let Some(count) = state.busy.get_mut(&self.method) {
            *count -= 1;
            if *count == 0 {
                state.busy.remove(&self.method);
            }
        }
    }
}

/// Why a method sends nothing now.
pub fn refuses(method: &Method) -> Option<&'static str> {
    match method.state {
        MethodState::Verified => None,
        MethodState::Pending => Some("the delivery method is not verified yet"),
        MethodState::Disabled => Some("the delivery method is switched off"),
    }
}
