//! What the kernel says about a process, its connections and the machine.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::process::Command;

/// The kernel counts the time of processes in hundredths of a second, on every Linux there is.
const TICKS_PER_S: f64 = 100.0;
/// The kernel's word for a connection that stands.
const ESTABLISHED: &str = "01";

/// What a process takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Usage {
    /// Resident memory, KiB.
    pub memory_kib: u64,
    /// Open files, connections among them.
    pub descriptors: u64,
    /// Threads.
    pub threads: u64,
    /// Time on a processor since it was started, s.
    pub cpu_s: f64,
}

impl Usage {
    /// Of a process; `None` when it is gone.
    pub fn of(pid: u32) -> Option<Self> {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        let of = |name: &str| -> Option<u64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.split_whitespace().next()?.parse().ok()
        };
        let descriptors = u64::try_from(fs::read_dir(format!("/proc/{pid}/fd")).ok()?.count()).ok()?;
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        Some(Self {
            memory_kib: of("VmRSS:")?,
            threads: of("Threads:")?,
            descriptors,
            cpu_s: ticks(&stat)? / TICKS_PER_S,
        })
    }
}

/// The server's end of one connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// What the server wrote and the other end did not take, bytes.
    pub unsent_bytes: u64,
}

/// The ends that a server holds, by the port at the other end. One that the server closed is not there, even while the kernel
/// still tries to send what was written to it.
pub fn ends_at(server: SocketAddr) -> BTreeMap<u16, End> {
    let table = fs::read_to_string("/proc/net/tcp").unwrap_or_default();
    table.lines().filter_map(|line| end(line, server.port())).collect()
}

/// Lets this process, and those that it starts from now on, open so many files.
pub fn allow_descriptors(count: u64) {
    // A soft limit; `prlimit` sets it from outside, because no code of ours may be unsafe.
    let pid = std::process::id().to_string();
    let set = Command::new("prlimit").args(["--pid", &pid, &format!("--nofile={count}:")]).status();
    assert!(set.is_ok_and(|status| status.success()), "the system does not allow {count} open files (ulimit -Hn)");
}

/// How many processes wanted to run in the last minute.
pub fn load_average() -> f64 {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split_whitespace().next().and_then(|load| load.parse().ok()).unwrap_or_default()
}

/// User and system time. The name of the process may hold anything, so what is counted stands behind it.
fn ticks(stat: &str) -> Option<f64> {
    let (_, behind) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = behind.split_whitespace().collect();
    Some(fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?)
}

/// One line of the kernel's table: place, both ends, state, queues, …, and the inode, which is 0 once nobody holds this end.
fn end(line: &str, port: u16) -> Option<(u16, End)> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let port_of = |end: &str| u16::from_str_radix(end.rsplit_once(':')?.1, 16).ok();
    let is_held = port_of(fields.get(1)?)? == port && *fields.get(3)? == ESTABLISHED && *fields.get(9)? != "0";
    let unsent_bytes = u64::from_str_radix(fields.get(4)?.split_once(':')?.0, 16).ok()?;
    is_held.then_some((port_of(fields.get(2)?)?, End { unsent_bytes }))
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn a_process_that_lives_takes_something_and_one_that_does_not_takes_nothing() {
        let usage = Usage::of(std::process::id()).unwrap();
        assert!(usage.memory_kib > 500 && usage.descriptors >= 3 && usage.threads >= 1, "{usage:?}");
        assert_eq!(Usage::of(u32::MAX), None);
    }

    #[test]
    fn a_connection_is_seen_with_what_was_not_taken_until_the_server_drops_it() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = listener.local_addr().unwrap();
        let client = TcpStream::connect(server).unwrap();
        let port = client.local_addr().unwrap().port();
        let (mut accepted, _) = listener.accept().unwrap();
        assert_eq!(ends_at(server).get(&port), Some(&End { unsent_bytes: 0 }));
        accepted.set_nonblocking(true).unwrap();
        while accepted.write(&[7; 65_536]).is_ok() {}
        assert!(ends_at(server)[&port].unsent_bytes > 0);
        drop(accepted);
        assert!(!ends_at(server).contains_key(&port), "the kernel still sends, but the server let go");
    }

    #[test]
    fn a_name_with_a_bracket_does_not_hide_the_time() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194560 1 0 0 0 30 12 0 0 20 0 4 0 1";
        assert_eq!(ticks(stat), Some(42.0));
    }
}
