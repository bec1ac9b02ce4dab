//! Addresses that stay free while whoever listens there is away, because it is killed and started again.
//!
//! A port that the kernel picks may be given to any connection in the meantime, or to another test's server, and then strangers
//! meet. So these lie below those that the kernel picks, and a locked file keeps each from tests that run beside this one.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Mutex, PoisonError};

use rand::RngExt;

/// Below are ports that people give to their own servers.
const FIRST: u16 = 11_000;
/// Where the kernel's own begin unless it says so.
const KERNEL_FIRST: u16 = 32_768;

/// An address on this machine on which nobody listens, and nobody but this process will.
pub fn free_address() -> SocketAddr {
    static HELD: Mutex<Vec<File>> = Mutex::new(Vec::new());
    let (folder, end) = (std::env::temp_dir().join("yihao-ports"), kernel_first());
    fs::create_dir_all(&folder).unwrap();
    loop {
        let port = rand::rng().random_range(FIRST..end);
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let held = File::create(folder.join(port.to_string())).unwrap();
        if held.try_lock().is_ok() && TcpListener::bind(address).is_ok() {
            HELD.lock().unwrap_or_else(PoisonError::into_inner).push(held);
            return address;
        }
    }
}

fn kernel_first() -> u16 {
    let range = fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").unwrap_or_default();
    let first = range.split_whitespace().next().and_then(|first| first.parse().ok()).unwrap_or(KERNEL_FIRST);
    if first > FIRST + 1_000 { first } else { KERNEL_FIRST }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn nobody_gets_the_same_and_the_kernel_gives_them_to_nobody() {
        let ports: BTreeSet<u16> = (0..200).map(|_| free_address().port()).collect();
        assert_eq!(ports.len(), 200);
        assert!(ports.iter().all(|port| (FIRST..kernel_first()).contains(port)), "{ports:?}");
        let held = File::open(std::env::temp_dir().join("yihao-ports").join(ports.first().unwrap().to_string()));
        assert!(held.unwrap().try_lock().is_err(), "another process may take it");
    }
}
