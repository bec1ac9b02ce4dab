//! What screens, devices and scripts send.

use protocol::{
    FromClient, Order, WindowAct,
    kiosk::KioskPress,
    order::{CitizenAct, HallAct, IssueOrder, VisitAct},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{lines, living::reads_back, orders::any_order};

/// A message of a screen or device, or the body of a request: what is understood reads back as the same, and an order is
/// done or refused in a living hall.
pub fn from_client(bytes: &[u8]) {
    for line in lines(bytes).take(4) {
        if let Some(FromClient::Do { order, .. }) = read(line) {
            any_order(&order);
        }
        bodies(line).iter().for_each(any_order);
        read::<KioskPress>(line);
    }
}

/// The orders that a body means on the paths that take it.
fn bodies(body: &str) -> Vec<Order> {
    let window = |act: WindowAct| Order::Window { window: 1, console: "c".into(), act };
    let visit = |act: VisitAct| Order::Visit { ticket: "2026-11-23/A003".into(), act };
    let citizen = |act: CitizenAct| Order::Citizen { token: "printed-1".into(), act };
    let orders = [
        read::<Order>(body),
        read::<IssueOrder>(body).map(Order::Issue),
        read(body).map(window),
        read(body).map(visit),
        read(body).map(citizen),
        read::<HallAct>(body).map(Order::Hall),
    ];
    orders.into_iter().flatten().collect()
}

/// What a text says, if it says something.
fn read<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(text: &str) -> Option<T> {
    let value = serde_json::from_str(text).ok()?;
    reads_back(&value);
    Some(value)
}
