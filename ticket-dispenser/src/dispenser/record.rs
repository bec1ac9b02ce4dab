//! What a dispenser must still know after a power cut, as it stands in the outbox.

use std::sync::Arc;

use protocol::{
    Text,
    order::{IssueOrder, Lane, OfflineIssue},
    view::{DispenserView, ZoneName},
};
use serde::{Deserialize, Serialize};

use super::words::Slip;

/// One fact, never changed. Together and in order they make a [`super::Book`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Record {
    /// What the server last said about the hall.
    Hall(HallFacts),
    /// The server was asked for a number; until it is given out or settled, a ticket without a slip may stand in line.
    Asked {
        /// The key of the press.
        key: String,
        /// What was asked.
        order: IssueOrder,
    },
    /// What was asked came to nothing, or was cancelled.
    Settled {
        /// The key of the press.
        key: String,
    },
    /// Numbers were reserved.
    Leased {
        /// For which lane.
        lane: Lane,
        /// `A051`.
        first: String,
        /// `A100`.
        last: String,
        /// The business day for which they hold.
        day: String,
    },
    /// A number was given out; written before the paper moves.
    Given(Given),
    /// Its slip is out.
    Printed {
        /// The key of the press.
        key: String,
    },
    /// The server knows every number given out offline up to this press.
    Merged {
        /// The key of the press.
        through: String,
    },
    /// The server does not take this number; people must know.
    SetAside {
        /// The key of the press.
        key: String,
    },
}

/// A number that was given out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// What stands on its slip.
    pub slip: Slip,
    /// Its business day.
    pub day: String,
    /// What the server must be told; `None` when the number came from the server itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offline: Option<OfflineIssue>,
}

/// What must be known of the hall to give out numbers without the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HallFacts {
    /// Its name.
    pub hall: Text,
    /// Where the citizen's page is; the token follows.
    pub ticket_url: String,
    /// The business day.
    pub day: Option<String>,
    /// The calendar day at the device on which the server last confirmed the business day. The two need not be equal: a
    /// device may be set to another time zone.
    pub confirmed_on: String,
    /// Whether numbers are given out.
    pub open: bool,
    /// The queues that are offered.
    pub lanes: Vec<LaneName>,
    /// The zones' names, by letter.
    pub zones: Vec<ZoneName>,
    /// The template of slips that a manager put in force; `None` = the one that is built in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slip: Option<Arc<str>>,
}

/// The name of a queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaneName {
    /// Which.
    pub lane: Lane,
    /// Its name.
    pub name: Text,
}

impl HallFacts {
    /// What lasts of a view that came on the calendar day `today`.
    pub fn of(view: &DispenserView, today: &str) -> Self {
        Self {
            hall: view.hall.clone(),
            ticket_url: view.ticket_url.clone(),
            day: view.day.clone(),
            confirmed_on: today.to_owned(),
            open: view.open,
            lanes: view.lanes.iter().map(|lane| LaneName { lane: lane.lane, name: lane.name.clone() }).collect(),
            zones: view.zones.clone(),
            slip: view.slip.clone(),
        }
    }

    /// Every name that may come onto a slip, one after another.
    pub fn names(&self) -> String {
        let all = self.lanes.iter().map(|lane| &lane.name).chain(self.zones.iter().map(|zone| &zone.name));
        all.chain([&self.hall]).flat_map(|Text { zh, en }| [zh.as_str(), en.as_str()]).collect()
    }

    /// The name of a queue, when it is offered.
    pub fn lane_name(&self, lane: Lane) -> Option<&Text> {
        self.lanes.iter().find(|offered| offered.lane == lane).map(|offered| &offered.name)
    }

    /// The name of a zone.
    pub fn zone_name(&self, zone: char) -> Option<&Text> {
        self.zones.iter().find(|named| named.zone == zone).map(|named| &named.name)
    }
}
