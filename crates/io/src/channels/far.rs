//! Where channels may connect to: not to this machine, nor to its neighbours on the link, unless somebody said so.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether an address is one that only this machine or its link can mean: where a cloud's secrets can be asked for, too.
pub fn is_near(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => near_v4(v4),
        IpAddr::V6(v6) => match v6.to_ipv4() {
            Some(v4) => near_v4(v4) || v6.is_loopback() || v6.is_unspecified(),
            None => v6.is_unicast_link_local() || v6.is_multicast() || v6 == METADATA,
        },
    }
}

const METADATA: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);

fn near_v4(v4: Ipv4Addr) -> bool {
    v4.is_loopback() || v4.is_link_local() || v4.is_unspecified() || v4.is_broadcast() || v4.is_multicast() || v4.octets()[0] == 0
}

/// Resolves names to addresses that are not near; asked for every connection, so that no later answer slips through.
pub struct FarOnly;

impl Resolve for FarOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<_> = tokio::net::lookup_host((name.as_str(), 0)).await?.filter(|address| !is_near(address.ip())).collect();
            if found.is_empty() {
                return Err(format!("{} is this machine or its link; `allow_private: true` allows that", name.as_str()).into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::is_near;

    #[test]
    fn what_is_near() {
        for (address, near) in [
            ("127.0.0.1", true),
            ("127.9.9.9", true),
            ("169.254.169.254", true),
            ("0.0.0.0", true),
            ("0.1.2.3", true),
            ("255.255.255.255", true),
            ("::1", true),
            ("::", true),
            ("::ffff:127.0.0.1", true),
            ("::ffff:169.254.169.254", true),
            ("::127.0.0.1", true),
            ("fe80::1", true),
            ("fd00:ec2::254", true),
            ("ff02::1", true),
            ("10.1.2.3", false),
            ("192.0.2.1", false),
            ("2001:db8::1", false),
            ("fd12::1", false),
        ] {
            assert_eq!(is_near(address.parse().expect("an address")), near, "{address}");
        }
    }
}
