//! What zones, lanes, windows and items are called: from the configuration, never in the journal.

use std::collections::BTreeMap;

use hall::{
    plan::ItemId,
    words::{Lane, WindowId, ZoneId},
};
use protocol::Text;

/// The names of a hall, for people.
#[derive(Debug, Clone)]
pub struct Names {
    /// The hall.
    pub hall: Text,
    /// Its zones.
    pub zones: BTreeMap<ZoneId, Text>,
    /// Its lanes.
    pub lanes: BTreeMap<Lane, Text>,
    /// Its windows.
    pub windows: BTreeMap<WindowId, Text>,
    /// Its kinds of business.
    pub items: BTreeMap<ItemId, Text>,
    /// Where a citizen's page is; the token follows: `http://hall.example:8080/t/`.
    pub ticket_url: String,
}

impl Names {
    /// A zone's name, or its letter.
    pub fn zone(&self, zone: ZoneId) -> Text {
        self.zones.get(&zone).cloned().unwrap_or_else(|| Text::new(format!("{zone}厅"), format!("Hall {zone}")))
    }

    /// A lane's name.
    pub fn lane(&self, lane: Lane) -> Text {
        let standard = || match lane {
            Lane::Acceptance => Text::new("综合受理", "Acceptance"),
            Lane::Issuing => Text::new("统一出证", "Collection"),
            Lane::Consulting => Text::new("咨询补证", "Enquiries"),
        };
        self.lanes.get(&lane).cloned().unwrap_or_else(standard)
    }

    /// An item's name, or its name in orders.
    pub fn item(&self, item: ItemId) -> Text {
        self.items.get(&item).cloned().unwrap_or_else(|| Text::new(item.to_string(), item.to_string()))
    }

    /// A window's name, or its number.
    pub fn window(&self, window: WindowId) -> Text {
        let standard = || Text::new(format!("{window}号窗口"), format!("Window {window}"));
        self.windows.get(&window).cloned().unwrap_or_else(standard)
    }
}
