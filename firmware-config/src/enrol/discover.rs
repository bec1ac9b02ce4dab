//! Servers that make themselves known in the network (mDNS, RFC 6762 and 6763).

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use mdns_sd::{ServiceDaemon, ServiceEvent};
use protocol::enrol::SERVICE;
use tokio::time::{Instant, timeout_at};
use tracing::{debug, warn};

/// Servers answer at once; one that has not by then is asked again the next time.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);
/// After the first one others may follow within this time.
const OTHERS_WITHIN: Duration = Duration::from_millis(300);
/// More servers than a network of one hall has; the rest is not looked at.
const SERVERS_MAX: usize = 8;

/// The addresses of servers that are heard now, `192.168.1.10:8080`, in a fixed order.
pub async fn discover() -> Vec<String> {
    let daemon = match ServiceDaemon::new() {
        Ok(daemon) => daemon,
        Err(why) => {
            warn!(%why, "can't look for servers 无法用 mDNS 寻找服务器");
            return Vec::new();
        }
    };
    let mut found = browse(&daemon).await;
    if let Err(why) = daemon.shutdown() {
        debug!(%why, "the search for servers does not end");
    }
    // What means this machine itself comes last: people are to see an address that they know.
    found.sort_by_key(|address| (address.ip().is_loopback(), *address));
    found.dedup();
    found.iter().map(ToString::to_string).collect()
}

async fn browse(daemon: &ServiceDaemon) -> Vec<SocketAddr> {
    let mut found = Vec::new();
    let Ok(events) = daemon.browse(SERVICE) else { return found };
    let mut until = Instant::now() + ANSWER_WITHIN;
    while let Ok(Ok(event)) = timeout_at(until, events.recv_async()).await {
        if let ServiceEvent::ServiceResolved(server) = event {
            // A link-local IPv6 address means nothing without its network; every hall has IPv4.
            let addresses = server.get_addresses_v4().into_iter().map(IpAddr::V4);
            found.extend(addresses.map(|ip| SocketAddr::new(ip, server.get_port())));
            until = until.min(Instant::now() + OTHERS_WITHIN);
        }
        if found.len() >= SERVERS_MAX {
            break;
        }
    }
    found
}
