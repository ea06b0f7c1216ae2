//! Tells the service manager how a server is: ready, reloading, stopping, alive. The datagrams of sd_notify(3).

use std::io;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

/// Nobody, where the environment names no manager.
pub struct Manager {
    socket: Option<(UnixDatagram, SocketAddr)>,
    /// How often it wants to hear that the server is alive.
    pub watchdog: Option<Duration>,
}

impl Manager {
    /// As the environment says: `NOTIFY_SOCKET`, `WATCHDOG_USEC`.
    pub fn of(environment: &[(String, String)]) -> Self {
        let value = |name: &str| environment.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let socket = value("NOTIFY_SOCKET").and_then(|name| address(name).ok()).and_then(|to| Some((UnixDatagram::unbound().ok()?, to)));
        let watchdog = value("WATCHDOG_USEC").and_then(|micros| micros.parse().ok()).filter(|micros| *micros > 0).map(Duration::from_micros);
        Self { socket, watchdog }
    }

    pub fn say(&self, what: &str) {
        if let Some((socket, to)) = &self.socket {
            // A manager that does not listen is no reason to stop.
            let _ = socket.send_to_addr(what.as_bytes(), to);
        }
    }
}

/// `@` begins a name that no file has.
fn address(name: &str) -> io::Result<SocketAddr> {
    match name.strip_prefix('@') {
        Some(name) => SocketAddr::from_abstract_name(name),
        None => SocketAddr::from_pathname(name),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn check(name: &str, listener: &UnixDatagram) {
        let manager = Manager::of(&[("NOTIFY_SOCKET".to_owned(), name.to_owned()), ("WATCHDOG_USEC".to_owned(), "20000000".to_owned())]);
        manager.say("READY=1");
        let mut heard = [0; 64];
        let n = listener.recv(&mut heard).unwrap();
        assert_eq!((&heard[..n], manager.watchdog), (&b"READY=1"[..], Some(Duration::from_secs(20))));
    }

    #[test]
    fn a_manager_hears_what_is_said_on_a_file_and_on_a_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        check(path.to_str().unwrap(), &UnixDatagram::bind(&path).unwrap());
        let name = format!("watchbell-notify-{}", std::process::id());
        let listener = UnixDatagram::bind_addr(&SocketAddr::from_abstract_name(&name).unwrap()).unwrap();
        check(&format!("@{name}"), &listener);
        Manager::of(&[]).say("nobody hears this");
    }
}
