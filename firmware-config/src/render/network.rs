//! The network: one connection of NetworkManager that never gives up.

use super::{File, Lines, Rendered};
use crate::{Plan, machine::Wifi};

pub(super) fn render(plan: &Plan, rendered: &mut Rendered) {
    let network = &plan.profile.machine.network;
    let mut lines = Lines::new(plan, "#");
    lines.all(&["[connection]", "id=yihao"]);
    lines.add(if network.wifi.is_some() { "type=wifi" } else { "type=ethernet" });
    lines.all(&["autoconnect=true", "autoconnect-retries=0", ""]);
    if let Some(wifi) = &network.wifi {
        radio(wifi, &mut lines);
    }
    addresses(plan, &mut lines);
    rendered.add("etc/NetworkManager/system-connections/yihao.nmconnection", File::Secret(lines.text()));
    let mut manager = Lines::new(plan, "#");
    manager.all(&["[main]", "no-auto-default=*", "", "[device]", "wifi.scan-rand-mac-address=no"]);
    rendered.plain("etc/NetworkManager/conf.d/yihao.conf", &manager);
    // The system is read-only: what the network says about names lies in memory.
    rendered.add("etc/resolv.conf", File::Link("/run/NetworkManager/resolv.conf".into()));
    names(plan, rendered);
}

fn radio(wifi: &Wifi, lines: &mut Lines) {
    // Powersave 2 = off: a call must not wait for a radio that sleeps.
    lines.add("[wifi]").add("mode=infrastructure").add(format!("ssid={}", wifi.ssid)).add("powersave=2").add("");
    lines.add("[wifi-security]").add("key-mgmt=wpa-psk").add(format!("psk={}", wifi.password)).add("");
}

fn addresses(plan: &Plan, lines: &mut Lines) {
    let network = &plan.profile.machine.network;
    lines.add("[ipv4]");
    match network.address {
        None => lines.add("method=auto"),
        Some(address) => {
            let gateway = network.gateway.map(|gateway| format!(",{gateway}")).unwrap_or_default();
            lines.add("method=manual").add(format!("address1={}/{}{gateway}", address.ip, address.prefix))
        }
    };
    let servers = |is_v6: bool| {
        let servers = network.dns.iter().filter(|dns| dns.is_ipv6() == is_v6).map(|dns| format!("{dns};"));
        Some(servers.collect::<String>()).filter(|servers| !servers.is_empty())
    };
    let say = |lines: &mut Lines, servers: Option<String>| {
        if let Some(servers) = servers {
            lines.add(format!("dns={servers}"));
        }
    };
    say(lines, servers(false));
    lines.all(&["", "[ipv6]"]).add(if network.address.is_some() { "method=link-local" } else { "method=auto" });
    say(lines, servers(true));
}

fn names(plan: &Plan, rendered: &mut Rendered) {
    let name = &plan.host_name;
    rendered.add("etc/hostname", File::Plain(format!("{name}\n")));
    let mut hosts = Lines::new(plan, "#");
    hosts.all(&["127.0.0.1 localhost", "::1 localhost ip6-localhost ip6-loopback"]).add(format!("127.0.1.1 {name}"));
    rendered.plain("etc/hosts", &hosts);
}
