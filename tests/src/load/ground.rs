//! The hall in which a load is held: its settings, accounts and devices.

use std::fmt::Write;

use super::options::{Options, What};
use super::plan::Plan;
use crate::hall::Setup;

/// Connections beside those that are planned: bad readers, the other end of a storm, whoever looks at the figures.
const MORE: u32 = 2_000;
/// The hall's time at the start of a soak: the doors open.
const DOORS_OPEN: &str = "2026-11-23T08:30:00";

/// What is to be set up.
pub fn setup(plan: &Plan, options: &Options) -> Setup {
    Setup {
        config: config(plan),
        clerks: plan.consoles,
        dispensers: plan.dispensers,
        displays: plan.displays,
        windows: plan.consoles,
        data_dir: options.data_dir.clone(),
        ..Setup::default()
    }
}

/// More arguments of the server: the hall's time.
pub fn arguments(plan: &Plan) -> Vec<String> {
    let start = match plan.what {
        What::Soak => DOORS_OPEN,
        _ if plan.yesterday => super::yesterday::BEGINS,
        _ => return Vec::new(),
    };
    ["--demo-start", start, "--demo-speed", &plan.speed.to_string()].map(str::to_owned).to_vec()
}

/// Open files that this process and the server may need, each.
pub fn descriptors(plan: &Plan) -> u64 {
    u64::from(plan.connections() + MORE)
}

/// Two zones side by side, all windows for acceptance: the queue that everybody shares is the hardest one.
fn config(plan: &Plan) -> String {
    let connections_max = plan.connections() + MORE;
    let mut config = format!("time_zone = \"Asia/Shanghai\"\n[limits]\nconnections_max = {connections_max}\n");
    let half = plan.consoles.div_ceil(2);
    for (zone, first, last) in [('A', 1, half), ('B', half + 1, plan.consoles)] {
        // Writing to a String can't fail.
        let _ = writeln!(config, "[[zones]]\nid = \"{zone}\"\nzh = \"{zone}厅\"\nen = \"Hall {zone}\"");
        if first <= last {
            let _ = writeln!(
                config,
                "[[windows]]\nfirst = {first}\nlast = {last}\nzone = \"{zone}\"\nlanes = [\"acceptance\"]"
            );
        }
    }
    config
}

#[cfg(test)]
mod tests {
    use caller_server::config::HallConfig;
    use clap::Parser;

    use super::*;

    #[test]
    fn the_settings_are_ones_that_the_server_takes() {
        for consoles in ["1", "2", "40", "300"] {
            let plan = Plan::of(&Options::parse_from(["load", "--consoles", consoles]));
            let settings = HallConfig::parse(&config(&plan)).unwrap_or_else(|error| panic!("{consoles}: {error}"));
            assert_eq!(settings.plan().unwrap().windows.len().to_string(), consoles);
        }
    }
}
