//! Places for connections: so many at a time, and so many of one address; the last ones are for those who have few.

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

/// One in so many places is kept for addresses that have few.
const RESERVED: usize = 8;
const FEW: usize = 8;

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
        let (left, peer) = (self.all - taken.all, network(peer));
        let own = taken.of.get(&peer).copied().unwrap_or_default();
        // A few greedy addresses do not shut out the others.
        if left <= self.all / RESERVED && own >= FEW {
            return Err("connections");
        }
        if own >= self.each {
            return Err("connections_per_peer");
        }
        taken.of.insert(peer, own + 1);
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

/// Whoever has an address of IPv6 mostly has 2^64 of them.
fn network(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) => IpAddr::from((address.to_bits() >> 64 << 64).to_be_bytes()),
        peer @ IpAddr::V4(_) => peer,
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    #[test]
    fn the_last_places_are_for_those_who_have_few() {
        let places = Places::new(80, 60);
        let address = |n: u8| IpAddr::from(Ipv4Addr::new(10, 0, 0, n));
        let mut held: Vec<Place> = (0..60).map(|_| places.take(address(1)).unwrap()).collect();
        assert_eq!(places.take(address(1)).err(), Some("connections_per_peer"));
        held.extend((0..10).map(|_| places.take(address(2)).unwrap()));
        assert_eq!(places.take(address(2)).err(), Some("connections"));
        held.extend((0..8).map(|_| places.take(address(3)).unwrap()));
        assert_eq!(places.take(address(3)).err(), Some("connections"));
        held.extend((4..6).map(|n| places.take(address(n)).unwrap()));
        assert_eq!(places.take(address(6)).err(), Some("connections"));
        for n in 0..8 {
            assert_eq!(network(format!("2001:db8::{n}").parse().unwrap()), network("2001:db8::1:0:0:7".parse().unwrap()));
        }
        held.truncate(40);
        assert!(places.take(address(1)).is_ok());
        assert_eq!(places.taken.lock().unwrap().of.len(), 1, "nobody is remembered who has none");
    }
}
