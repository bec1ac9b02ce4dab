//! Values that a settings file writes in a way of its own.

use std::net::SocketAddr;

use hall::plan::Hours;
use jiff::civil::Time;
use protocol::Text;
use serde::{Deserialize, Deserializer, Serialize, de::Error};

/// A time of day in the hall's time zone, written `17:30`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeOfDay(pub Time);

impl TryFrom<String> for TimeOfDay {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        // jiff reads more forms than one; the file has one.
        let parsed = Time::strptime("%H:%M", &text).ok().filter(|_| text.len() == "17:30".len());
        parsed.map(Self).ok_or_else(|| format!("\"{text}\" is not a time of day; write it as \"17:30\""))
    }
}

impl From<TimeOfDay> for String {
    fn from(time: TimeOfDay) -> Self {
        format!("{:02}:{:02}", time.0.hour(), time.0.minute())
    }
}

/// A part of a day in the hall's time zone, written `08:30-11:45`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PartOfDay {
    /// From.
    pub from: TimeOfDay,
    /// Until.
    pub until: TimeOfDay,
}

impl TryFrom<String> for PartOfDay {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let parts = text
            .split_once('-')
            .ok_or_else(|| format!("\"{text}\" is not a part of a day; write it as \"08:30-11:45\""))?;
        Ok(Self { from: parts.0.to_owned().try_into()?, until: parts.1.to_owned().try_into()? })
    }
}

impl From<PartOfDay> for String {
    fn from(part: PartOfDay) -> Self {
        format!("{}-{}", Self::from(part.from), Self::from(part.until))
    }
}

impl From<PartOfDay> for Hours {
    fn from(part: PartOfDay) -> Self {
        let seconds = |TimeOfDay(time)| {
            u32::from(time.hour().unsigned_abs()) * 3600 + u32::from(time.minute().unsigned_abs()) * 60
        };
        Self { from_s: seconds(part.from), until_s: seconds(part.until) }
    }
}

/// Reads a [`Text`] that has both languages and nothing else.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Text, D::Error> {
    let BothLanguages { zh, en } = BothLanguages::deserialize(deserializer)?;
    Ok(Text { zh, en })
}

/// Reads an address with a port.
pub fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SocketAddr, D::Error> {
    let text = String::deserialize(deserializer)?;
    let remedy =
        |_| D::Error::custom(format!("\"{text}\" is not an address with a port; write it as \"0.0.0.0:8080\""));
    text.parse().map_err(remedy)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BothLanguages {
    zh: String,
    en: String,
}
