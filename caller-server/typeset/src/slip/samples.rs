//! Slips as they occur, to look at a template with.

use protocol::{
    Text,
    order::{Class, Language},
    view::WaitRange,
};

use super::Slip;

/// A kind of slip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sample {
    /// As most are.
    Normal,
    /// A long wait.
    LongWait,
    /// No window is open, so the wait is unknown.
    WaitUnknown,
    /// Given out while cut off from the server.
    Offline,
    /// Printed once more.
    Reprint,
    /// A right to be served sooner.
    Priority,
    /// English comes first.
    English,
    /// Names that are as long as names get.
    LongNames,
}

impl Sample {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Normal,
        Self::LongWait,
        Self::WaitUnknown,
        Self::Offline,
        Self::Reprint,
        Self::Priority,
        Self::English,
        Self::LongNames,
    ];

    /// Its name: `wait_unknown`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::LongWait => "long_wait",
            Self::WaitUnknown => "wait_unknown",
            Self::Offline => "offline",
            Self::Reprint => "reprint",
            Self::Priority => "priority",
            Self::English => "english",
            Self::LongNames => "long_names",
        }
    }

    /// The one of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sample| sample.name() == name)
    }

    /// The slip, with a code that leads to `url`.
    pub fn slip(self, url: &str) -> Slip {
        let normal = normal(url);
        match self {
            Self::Normal => normal,
            Self::LongWait => {
                let wait = Some(WaitRange { low_min: 95, high_min: 140 });
                Slip { number: "A128".into(), ahead: Some(126), wait, ..normal }
            }
            Self::WaitUnknown => Slip { wait: None, ..normal },
            Self::Offline => {
                Slip { number: "A951".into(), zone: None, ahead: None, wait: None, offline: true, ..normal }
            }
            Self::Reprint => Slip { reprint: true, ..normal },
            Self::Priority => Slip { class: Class::Priority, ahead: Some(1), ..normal },
            Self::English => Slip { language: Language::En, ..normal },
            Self::LongNames => Slip {
                number: "A9999999".into(),
                hall: Text::new("很长的名字".repeat(12), "A very long name of a hall ".repeat(6)),
                lane: Text::new("综合受理及其他一切业务".repeat(3), "Acceptance of every kind of business ".repeat(3)),
                zone: Some(Text::new(
                    "二楼东侧综合受理大厅".repeat(3),
                    "Hall A on the second floor, east side ".repeat(3),
                )),
                footer: Text::new("过号请到咨询台。".repeat(12), "Missed your call? Ask at the desk. ".repeat(3)),
                reprint: true,
                ..normal
            },
        }
    }
}

fn normal(url: &str) -> Slip {
    Slip {
        number: "A012".into(),
        hall: Text::new("桐乡市行政服务中心", "Tongxiang Service Centre"),
        lane: Text::new("综合受理", "Acceptance"),
        zone: Some(Text::new("综合受理A厅", "Hall A")),
        ahead: Some(7),
        wait: Some(WaitRange { low_min: 8, high_min: 14 }),
        time: "2026-11-23 17:45".into(),
        class: Class::Normal,
        language: Language::Zh,
        url: url.into(),
        footer: Text::new("过号请到咨询台", "Missed your call? Ask at the consulting desk."),
        offline: false,
        reprint: false,
    }
}
