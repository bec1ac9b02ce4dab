//! Makes the server known in the network by mDNS, so that a blank device finds it. Whoever hears it trusts nothing: the digits
//! and the server's key decide.

use std::net::SocketAddr;

use mdns_sd::{ServiceDaemon, ServiceInfo};
use protocol::enrol::SERVICE;

/// So much of the server's key stands in the name of the service: enough to tell servers apart.
const NAME_CHARS: usize = 12;

/// Answers questions after the server until it is dropped.
pub(super) struct Beacon(ServiceDaemon);

impl Beacon {
    /// Answers for a port. A server that listens on its own machine alone is nobody's business; one that can't answer goes on
    /// without, and devices need its address in their profiles.
    pub fn light(address: SocketAddr, key: &str) -> Option<Self> {
        if address.ip().is_loopback() {
            return None;
        }
        match answer(address, key) {
            Ok(daemon) => Some(Self(daemon)),
            Err(error) => {
                tracing::warn!(
                    zh = "无法用mDNS公布服务器地址，空白设备须在配置文件中写明server",
                    %error,
                    "the server can't be found by mDNS: blank devices need server in their profiles"
                );
                None
            }
        }
    }
}

impl Drop for Beacon {
    fn drop(&mut self) {
        // The process ends; what is left of the daemon ends with it.
        let _ = self.0.shutdown();
    }
}

fn answer(address: SocketAddr, key: &str) -> Result<ServiceDaemon, mdns_sd::Error> {
    let name = format!("yihao-{}", key.get(..NAME_CHARS).unwrap_or(key));
    let host = format!("{name}.local.");
    let service = if address.ip().is_unspecified() {
        // Those of every network that is there, also of one that comes later.
        ServiceInfo::new(SERVICE, &name, &host, "", address.port(), None)?.enable_addr_auto()
    } else {
        ServiceInfo::new(SERVICE, &name, &host, address.ip(), address.port(), None)?
    };
    let daemon = ServiceDaemon::new()?;
    daemon.register(service)?;
    tracing::info!(name, "known by mDNS 已用mDNS公布");
    Ok(daemon)
}
