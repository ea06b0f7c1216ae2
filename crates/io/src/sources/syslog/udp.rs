//! Datagrams: those that wait together are kept together.

use super::{About, Lines, kernel};
use crate::patience::offer_until_taken;
use crate::{Count, Intake, Stop};
use socket2::{Domain, Protocol, Socket, Type};
use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::UdpSocket;

/// What the kernel is asked to hold for us; it gives what its settings allow.
const KERNEL_BUFFER: usize = 8 << 20;
const LARGEST: usize = 64 << 10;
/// Datagrams that are taken together.
const TOGETHER: usize = 1024;
const DROPS_EVERY: Duration = Duration::from_secs(10);

pub fn bind(address: SocketAddr) -> io::Result<std::net::UdpSocket> {
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
    let _ = socket.set_recv_buffer_size(KERNEL_BUFFER);
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    Ok(socket.into())
}

pub async fn run(socket: std::net::UdpSocket, about: Arc<About>, intake: Arc<dyn Intake>, mut stop: Stop) {
    let Ok(socket) = UdpSocket::from_std(socket) else { return };
    let (unit, mut next) = (about.units.next(), 1);
    let mut buffer = vec![0; LARGEST];
    let mut drops = tokio::time::interval(DROPS_EVERY);
    let mut known = 0;
    loop {
        let received = tokio::select! {
            () = stop.told() => break,
            _ = drops.tick() => {
                known = count_drops(&socket, known, &about, &*intake);
                continue;
            }
            received = socket.recv_from(&mut buffer) => received,
        };
        // An error here is of an earlier answer that did not arrive; there are none.
        let Ok(received) = received else { continue };
        for (address, (peer, lines)) in together(&socket, &mut buffer, received, &mut next) {
            if lines.count > 0 && !offer_until_taken(&*intake, lines.delivery(&about, unit, &peer, address), &mut stop).await {
                return;
            }
        }
    }
}

/// The first datagram and those that wait behind it, by sender.
fn together(socket: &UdpSocket, buffer: &mut [u8], first: (usize, SocketAddr), next: &mut u64) -> BTreeMap<IpAddr, (Arc<str>, Lines)> {
    let mut all: BTreeMap<IpAddr, (Arc<str>, Lines)> = BTreeMap::new();
    let mut received = Some(first);
    for _ in 0..TOGETHER {
        let Some((length, peer)) = received else { break };
        let (_, lines) = all.entry(peer.ip()).or_insert_with(|| (peer.to_string().into(), Lines::new(0)));
        lines.push(&buffer[..length]);
        received = socket.try_recv_from(buffer).ok();
    }
    if let Some((length, peer)) = received {
        let (_, lines) = all.entry(peer.ip()).or_insert_with(|| (peer.to_string().into(), Lines::new(0)));
        lines.push(&buffer[..length]);
    }
    for (_, lines) in all.values_mut() {
        lines.first = *next;
        *next += lines.count;
    }
    all
}

fn count_drops(socket: &UdpSocket, known: u64, about: &About, intake: &dyn Intake) -> u64 {
    let Some(drops) = socket.local_addr().ok().and_then(kernel::drops) else { return known };
    if drops > known {
        intake.count(&about.source, Count::Dropped("kernel"), drops - known);
    }
    drops
}
