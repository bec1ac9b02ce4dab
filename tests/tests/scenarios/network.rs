//! Two network namespaces with a line between them: the hall's and the device's. The line can be damaged.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use tests::hall::command_under;

use crate::mount::run;

/// What is missing, and what to do.
const NO_NETNS: &str = "this scenario makes network namespaces: run the tests as root, with ip and tc (Debian's iproute2) and \
     nft (nftables), or leave it out with YIHAO_NO_NETNS=1";
const HALL_PORT: u16 = 8080;
const KIOSK_PORT: u16 = 8101;

/// Hall and device, each in a world of its own; gone at the end, whatever happens. This machine reaches both by lines of its
/// own, which are never damaged.
pub struct Network {
    /// Namespaces and lines begin with this name.
    name: String,
    /// Addresses begin with these two bytes and a third.
    net: (u32, u32),
}

/// What is wrong with the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Three of ten packets get lost, each way.
    Loss,
    /// Nothing comes to the device; what it says arrives.
    Deaf,
    /// Nothing comes from the device; it hears everything.
    Dumb,
    /// The cable is out.
    Down,
    /// Eight kB a second, each way.
    Slow,
}

impl Trouble {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Loss, Self::Deaf, Self::Dumb, Self::Down, Self::Slow];

    /// Whether the two can't speak with each other.
    pub fn cuts(self) -> bool {
        matches!(self, Self::Deaf | Self::Dumb | Self::Down)
    }
}

impl Network {
    /// Makes one; `None` when such scenarios are to be left out.
    pub fn new() -> Option<Self> {
        static MADE: AtomicU32 = AtomicU32::new(0);
        if std::env::var("YIHAO_NO_NETNS").is_ok_and(|no| no == "1") {
            println!("left out: YIHAO_NO_NETNS=1");
            return None;
        }
        let (id, nth) = (std::process::id(), MADE.fetch_add(1, Relaxed));
        let network = Self { name: format!("yh{}n{nth}", id % 100_000), net: (64 + id / 256 % 128, (id + nth) % 256) };
        network.make().unwrap_or_else(|error| panic!("{NO_NETNS} ({error})"));
        Some(network)
    }

    /// Where the hall's server listens.
    pub fn server(&self) -> SocketAddr {
        format!("{}:{HALL_PORT}", self.address(0, 1)).parse().unwrap()
    }

    /// Where the kiosk page listens in the device's world, and where this machine finds it.
    pub fn kiosk(&self) -> (SocketAddr, SocketAddr) {
        let here = format!("{}:{KIOSK_PORT}", self.address(2, 2)).parse().unwrap();
        (([127, 0, 0, 1], KIOSK_PORT).into(), here)
    }

    /// What starts a program in the hall's world.
    pub fn in_hall(&self) -> Vec<String> {
        within(&self.hall())
    }

    /// What starts a program in the device's world.
    pub fn in_device(&self) -> Vec<String> {
        within(&self.device())
    }

    /// Damages the line.
    pub fn begin(&self, trouble: Trouble) {
        let line = self.line("d");
        let drop = |hook: &str, way: &str, which: &str| {
            self.nft(&format!("add chain ip trouble {hook} {{ type filter hook {hook} priority 0; }}"));
            self.nft(&format!("add rule ip trouble {hook} {way} {line} {which} drop"));
        };
        self.nft("add table ip trouble");
        match trouble {
            Trouble::Loss => {
                drop("input", "iifname", "numgen random mod 100 < 30");
                drop("output", "oifname", "numgen random mod 100 < 30");
            }
            Trouble::Deaf => drop("input", "iifname", ""),
            Trouble::Dumb => drop("output", "oifname", ""),
            Trouble::Down => self.ip(&format!("-n {} link set {line} down", self.device())),
            Trouble::Slow => self.both_ends("add", "root tbf rate 64kbit burst 4kb latency 400ms"),
        }
    }

    /// Mends it.
    pub fn end(&self, trouble: Trouble) {
        self.nft("delete table ip trouble");
        match trouble {
            Trouble::Down => self.ip(&format!("-n {} link set {} up", self.device(), self.line("d"))),
            Trouble::Slow => self.both_ends("del", "root"),
            _ => {}
        }
    }

    fn make(&self) -> Result<(), String> {
        let (hall, device) = (self.hall(), self.device());
        ip(&format!("netns add {hall}"))?;
        ip(&format!("netns add {device}"))?;
        for namespace in [&hall, &device] {
            ip(&format!("-n {namespace} link set lo up"))?;
        }
        // 0: hall to device; 1: this machine to the hall; 2: this machine to the device.
        self.wire(0, (&hall, &self.line("h")), (&device, &self.line("d")))?;
        self.wire(1, ("", &self.line("a")), (&hall, &self.line("b")))?;
        self.wire(2, ("", &self.line("e")), (&device, &self.line("f")))?;
        ip(&format!("route add {}/32 via {} dev {}", self.address(0, 1), self.address(1, 2), self.line("a")))?;
        // The kiosk page is for its own machine alone: what comes here from outside is sent to it.
        let own = self.line("f");
        run(inside(&device, "sysctl").args(["-qw", &format!("net.ipv4.conf.{own}.route_localnet=1")]))?;
        for rule in [
            "add table ip kiosk".to_owned(),
            "add chain ip kiosk before { type nat hook prerouting priority -100; }".to_owned(),
            format!("add rule ip kiosk before iifname {own} tcp dport {KIOSK_PORT} dnat to 127.0.0.1:{KIOSK_PORT}"),
        ] {
            run(inside(&device, "nft").arg(rule))?;
        }
        Ok(())
    }

    /// A line between two namespaces; an empty name is this machine.
    fn wire(&self, nth: u32, one: (&str, &str), other: (&str, &str)) -> Result<(), String> {
        ip(&format!("link add {} type veth peer name {}", one.1, other.1))?;
        for (host, (namespace, line)) in (1..).zip([one, other]) {
            let mut within = String::new();
            if !namespace.is_empty() {
                ip(&format!("link set {line} netns {namespace}"))?;
                within = format!("-n {namespace} ");
            }
            ip(&format!("{within}addr add {}/30 dev {line}", self.address(nth, host)))?;
            ip(&format!("{within}link set {line} up"))?;
        }
        Ok(())
    }

    fn both_ends(&self, act: &str, what: &str) {
        for (namespace, line) in [(self.hall(), self.line("h")), (self.device(), self.line("d"))] {
            let words = format!("qdisc {act} dev {line} {what}");
            run(inside(&namespace, "tc").args(words.split(' '))).unwrap();
        }
    }

    fn nft(&self, rule: &str) {
        run(inside(&self.device(), "nft").arg(rule)).unwrap();
    }

    fn ip(&self, words: &str) {
        ip(words).unwrap();
    }

    fn hall(&self) -> String {
        format!("{}-hall", self.name)
    }

    fn device(&self) -> String {
        format!("{}-device", self.name)
    }

    fn line(&self, end: &str) -> String {
        format!("{}{end}", self.name)
    }

    fn address(&self, line: u32, host: u32) -> String {
        format!("10.{}.{}.{}", self.net.0, self.net.1, line * 4 + host)
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        // The lines first: a namespace goes when its last process has gone, and takes its ends of them only then.
        let _ = ip(&format!("link del {}", self.line("a")));
        let _ = ip(&format!("link del {}", self.line("e")));
        let _ = ip(&format!("netns del {}", self.hall()));
        let _ = ip(&format!("netns del {}", self.device()));
    }
}

fn ip(words: &str) -> Result<(), String> {
    run(Command::new("ip").args(words.split(' ')))
}

/// Enters a namespace of the network alone. What `ip netns exec` starts has a copy of all mounts, and would keep the disks of
/// other scenarios mounted that lose their power meanwhile.
fn within(namespace: &str) -> Vec<String> {
    ["nsenter".to_owned(), format!("--net=/run/netns/{namespace}")].to_vec()
}

fn inside(namespace: &str, program: &str) -> Command {
    command_under(&within(namespace), Path::new(program))
}
