//! Places for connections: so many at a time, and so many of one address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

#[derive(Debug)]
pub struct Places {
    all: usize,
    each: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    of: HashMap<IpAddr, usize>,
}

impl Places {
    pub fn new(all: usize, each: usize) -> Arc<Self> {
        Arc::new(Self { all, each, taken: Mutex::default() })
    }

    /// A place, given back when it is dropped; the reason where there is none.
    pub fn take(self: &Arc<Self>, peer: IpAddr) -> Result<Place, &'static str> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.all >= self.all {
            return Err("connections");
        }
        let own = taken.of.entry(peer).or_default();
        if *own >= self.each {
            return Err("connections_per_peer");
        }
        *own += 1;
        taken.all += 1;
        Ok(Place { places: Arc::clone(self), peer })
    }

    fn give_back(&self, peer: IpAddr) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all -= 1;
        if let Some(own) = taken.of.get_mut(&peer) {
            *own -= 1;
            if *own == 0 {
                taken.of.remove(&peer);
            }
        }
    }
}

#[derive(Debug)]
pub struct Place {
    places: Arc<Places>,
    peer: IpAddr,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.give_back(self.peer);
    }
}
