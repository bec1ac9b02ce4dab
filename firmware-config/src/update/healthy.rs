//! Whether a device does well with a system that it tries: its program runs, has not been started again, and is in touch with its server,
//! for as long as it takes to believe it.
//!
//! A device without its server goes on working, so why is that not enough? What each mistake costs: a good system that is given up,
//! because the server was off that night, is tried again the next; a system without a network that is kept can only be mended by somebody
//! with a ladder. docs/FIRMWARE.md says more.

/// So long all must be well without a break, s.
pub const WELL_FOR_S: u64 = 60;
/// So long after the start it is waited for, s; then the old system is started.
pub const WITHIN_S: u64 = 600;
/// What a program that is in touch with its server tells systemd; see `program::tells_link`.
pub const IN_TOUCH: &str = "in touch with the server 已连接服务器";

/// What systemd knows about the device's program at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Glance {
    /// It has started, and says that it lives.
    pub is_running: bool,
    /// It is in touch with its server.
    pub is_in_touch: bool,
    /// How often it had to be started again.
    pub restarts: u32,
}

impl Glance {
    /// From what `systemctl show` says.
    pub fn parse(properties: &str) -> Self {
        let value = |name: &str| {
            let mut lines = properties.lines().filter_map(|line| line.split_once('='));
            lines.find(|(key, _)| *key == name).map_or("", |(_, value)| value)
        };
        Self {
            is_running: value("ActiveState") == "active" && value("SubState") == "running",
            is_in_touch: value("StatusText") == IN_TOUCH,
            restarts: value("NRestarts").parse().unwrap_or(u32::MAX),
        }
    }
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The system stays.
    Keep,
    /// Look again.
    Wait,
    /// The old one is started.
    GiveUp,
}

/// One look after the other.
#[derive(Debug, Clone, Copy, Default)]
pub struct Watch {
    /// Since when all is well, and how often the program had been started again by then.
    well: Option<(u64, u32)>,
}

impl Watch {
    /// A look, so many seconds after the first.
    pub fn look(&mut self, now_s: u64, glance: Glance) -> Verdict {
        let is_well = glance.is_running && glance.is_in_touch;
        let since = self.well.filter(|(_, restarts)| *restarts == glance.restarts).map_or(now_s, |(since, _)| since);
        self.well = is_well.then_some((since, glance.restarts));
        match self.well {
            Some((since, _)) if now_s.saturating_sub(since) >= WELL_FOR_S => Verdict::Keep,
            // One that is just doing well gets its time.
            None if now_s >= WITHIN_S => Verdict::GiveUp,
            Some(_) if now_s >= WITHIN_S + WELL_FOR_S => Verdict::GiveUp,
            _ => Verdict::Wait,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_updates_knows_the_word_of_a_program_that_is_in_touch() {
        let script = include_str!("update.sh");
        assert!(script.contains(&format!("in_touch='{IN_TOUCH}'")), "{script}");
    }

    const WELL: Glance = Glance { is_running: true, is_in_touch: true, restarts: 0 };

    /// The verdict and when it falls, of a look every five seconds.
    fn judged(glance: impl Fn(u64) -> Glance) -> (Verdict, u64) {
        let mut watch = Watch::default();
        (0..)
            .step_by(5)
            .find_map(|now| match watch.look(now, glance(now)) {
                Verdict::Wait => None,
                verdict => Some((verdict, now)),
            })
            .unwrap()
    }

    #[test]
    fn who_does_well_for_a_minute_stays() {
        assert_eq!(judged(|_| WELL), (Verdict::Keep, WELL_FOR_S));
        assert_eq!(judged(|now| Glance { is_in_touch: now >= 300, ..WELL }), (Verdict::Keep, 300 + WELL_FOR_S));
        // In touch at the last moment: it gets its minute.
        assert_eq!(judged(|now| Glance { is_in_touch: now >= 595, ..WELL }), (Verdict::Keep, 595 + WELL_FOR_S));
    }

    #[test]
    fn who_does_not_run_or_hear_its_server_or_falls_over_and_over_goes() {
        assert_eq!(judged(|_| Glance::default()), (Verdict::GiveUp, WITHIN_S));
        assert_eq!(judged(|_| Glance { is_in_touch: false, ..WELL }), (Verdict::GiveUp, WITHIN_S));
        let falls = |now| Glance { restarts: u32::try_from(now / 40).unwrap(), ..WELL };
        assert_eq!(judged(falls), (Verdict::GiveUp, WITHIN_S + WELL_FOR_S));
    }

    #[test]
    fn what_systemd_says_is_understood() {
        let said = format!("ActiveState=active\nSubState=running\nNRestarts=2\nStatusText={IN_TOUCH}\n");
        assert_eq!(Glance::parse(&said), Glance { restarts: 2, ..WELL });
        assert!(!Glance::parse(&said.replace(IN_TOUCH, "")).is_in_touch);
        assert!(!Glance::parse(&said.replace("running", "auto-restart")).is_running);
        assert!(!Glance::parse("").is_running);
    }
}
