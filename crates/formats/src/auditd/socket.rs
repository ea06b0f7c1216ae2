//! The address of a SOCKADDR record: hex of the kernel's own structure.

use super::fields;
use bumpalo::Bump;
use std::fmt::Display;
use std::net::{Ipv4Addr, Ipv6Addr};

/// The other end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Peer<'a> {
    pub address: &'a [u8],
    pub port: &'a [u8],
}

/// `AF_INET` and `AF_INET6` as every architecture of Linux numbers them.
const INET: u16 = 2;
const INET6: u16 = 10;

/// The address and port of an internet address; the family stands in the machine's order, of which the value tells.
pub(crate) fn peer<'a>(saddr: &[u8], arena: &'a Bump) -> Option<Peer<'a>> {
    let bytes = fields::hex(saddr, arena)?;
    let [low, high, port_high, port_low, rest @ ..] = bytes else { return None };
    let port = u16::from_be_bytes([*port_high, *port_low]);
    let shown = |value: &dyn Display| -> &'a [u8] { arena.alloc_str(&value.to_string()).as_bytes() };
    let family = |family| u16::from_le_bytes([*low, *high]) == family || u16::from_be_bytes([*low, *high]) == family;
    let address = if family(INET) {
        shown(&Ipv4Addr::from(*rest.first_chunk::<4>()?))
    } else if family(INET6) {
        let address = Ipv6Addr::from(*rest.get(4..)?.first_chunk::<16>()?);
        address.to_ipv4_mapped().map_or_else(|| shown(&address), |mapped| shown(&mapped))
    } else {
        return None;
    };
    Some(Peer { address, port: shown(&port) })
}

#[cfg(test)]
mod tests {
    use super::peer;
    use bumpalo::Bump;

    #[test]
    fn internet_addresses_are_read() {
        for (saddr, expected) in [
            ("02001FA37F0000010000000000000000", Some("127.0.0.1 8099")),
            ("000201BBC00002070000000000000000", Some("192.0.2.7 443")),
            ("0A000050000000000000000000000000000000000000000100000000", Some("::1 80")),
            ("0A0000500000000000000000000000000000FFFFC000020700000000", Some("192.0.2.7 80")),
            ("01002F6465762F6C6F67", None),
            ("100000000000000000000000", None),
            ("02001FA37F00", None),
            ("0A00005000000000", None),
            ("02", None),
            ("", None),
            ("xyz", None),
        ] {
            let arena = Bump::new();
            let found = peer(saddr.as_bytes(), &arena).map(|peer| format!("{} {}", String::from_utf8_lossy(peer.address), String::from_utf8_lossy(peer.port)));
            assert_eq!(found.as_deref(), expected, "{saddr}");
        }
    }
}
