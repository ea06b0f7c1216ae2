//! How many datagrams the kernel dropped because nobody took them in time; Linux tells.

use std::net::SocketAddr;
use std::path::Path;
use watchbell_input::read_bounded_text;

/// Of all sockets that are bound to this address. None where the system does not tell.
pub fn drops(address: SocketAddr) -> Option<u64> {
    let table = if address.is_ipv4() { "/proc/net/udp" } else { "/proc/net/udp6" };
    read_bounded_text(Path::new(table), 4 << 20).ok().map(|table| of_port(&table, address.port()))
}

/// The last column of the lines whose local address ends with the port.
fn of_port(table: &str, port: u16) -> u64 {
    let ending = format!(":{port:04X}");
    let ours = table.lines().skip(1).filter(|line| line.split_whitespace().nth(1).is_some_and(|local| local.ends_with(&ending)));
    ours.filter_map(|line| line.split_whitespace().last()?.parse::<u64>().ok()).sum()
}

#[cfg(test)]
mod tests {
    use super::of_port;

    #[test]
    fn drops_of_a_port_are_summed() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n\
            70: 0100007F:05EA 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 21 2 0000000000000000 17\n\
            71: 00000000:05EA 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 22 2 0000000000000000 3\n\
            72: 00000000:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 23 2 0000000000000000 9\n";
        assert_eq!(of_port(table, 1514), 20);
    }
}
