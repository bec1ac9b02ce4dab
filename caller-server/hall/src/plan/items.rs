//! Kinds of business (items), and which windows may serve them.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{BadPlan, Plan, WindowPlan};
use crate::words::{Lane, NotAWord, WindowId};

/// The most items that a hall may name: a list that a clerk can pick from.
pub const ITEMS_MAX: usize = 64;
/// The longest name of an item, bytes.
pub const ITEM_BYTES_MAX: usize = 24;

/// The name of an item (事项): lower-case letters, digits, `-` and `_`, at most [`ITEM_BYTES_MAX`], such as `tax-new`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ItemId([u8; ITEM_BYTES_MAX]);

/// An item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct ItemPlan {
    /// Only experienced clerks serve it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub experienced: bool,
}

/// Who sits at a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Clerk {
    /// Serves what asks for no experience.
    New,
    /// Serves everything.
    #[default]
    Experienced,
}

impl Plan {
    /// Whether a window may serve an item, as far as the item matters. Nothing keeps a visit whose item nobody named, or that
    /// the plan does not know, from any window.
    #[must_use]
    pub fn may_serve(&self, window: WindowId, item: Option<ItemId>) -> bool {
        let known = item.and_then(|id| Some((id, self.items.get(&id)?)));
        let (Some((id, item)), Some(window)) = (known, self.windows.get(&window)) else { return true };
        window.may_serve(id, *item)
    }

    /// Whether some window may not serve an item: only then does it matter for the choice.
    #[must_use]
    pub fn is_restricted(&self, id: ItemId) -> bool {
        self.items.get(&id).is_some_and(|item| self.windows.values().any(|window| !window.may_serve(id, *item)))
    }

    /// Every item that a window excludes must be named, and every lane that has a window must have one for each item.
    pub(super) fn validate_items(&self) -> Result<(), BadPlan> {
        if self.items.len() > ITEMS_MAX {
            return Err(BadPlan::Items(self.items.len()));
        }
        for (id, window) in &self.windows {
            if let Some(item) = window.excludes.iter().find(|item| !self.items.contains_key(item)) {
                return Err(BadPlan::UnknownItem(*id, *item));
            }
        }
        let left_out = self.items.iter().find_map(|(id, item)| {
            let of =
                |lane: &Lane| self.windows.values().filter(|window| window.lanes.contains(lane)).collect::<Vec<_>>();
            let nobody =
                |lane: &Lane| !of(lane).is_empty() && !of(lane).iter().any(|window| window.may_serve(*id, *item));
            Some((Lane::ALL.into_iter().find(nobody)?, *id))
        });
        left_out.map_or(Ok(()), |(lane, item)| Err(BadPlan::NobodyServes(lane, item)))
    }
}

impl WindowPlan {
    fn may_serve(&self, id: ItemId, item: ItemPlan) -> bool {
        !self.excludes.contains(&id) && (!item.experienced || self.clerk == Clerk::Experienced)
    }
}

impl ItemId {
    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let end = self.0.iter().position(|byte| *byte == 0).unwrap_or(self.0.len());
        self.0.get(..end).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

impl FromStr for ItemId {
    type Err = NotAWord;

    fn from_str(text: &str) -> Result<Self, NotAWord> {
        let may_stand = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
        let mut bytes = [0; ITEM_BYTES_MAX];
        match bytes.get_mut(..text.len()) {
            Some(place) if !text.is_empty() && text.bytes().all(may_stand) => place.copy_from_slice(text.as_bytes()),
            _ => return Err(NotAWord { what: "name of an item", text: text.into(), example: "tax-new" }),
        }
        Ok(Self(bytes))
    }
}

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ItemId({})", self.as_str())
    }
}

impl TryFrom<String> for ItemId {
    type Error = NotAWord;

    fn try_from(text: String) -> Result<Self, NotAWord> {
        text.parse()
    }
}

impl From<ItemId> for String {
    fn from(item: ItemId) -> Self {
        item.as_str().to_owned()
    }
}
